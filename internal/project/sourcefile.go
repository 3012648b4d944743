package project

import (
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"archwire"
	"archwire/internal/fileform"
)

// sourceSpec describes sources/<name>.yaml.
func sourceSpec(s *Source) spec {
	return spec{Name: KindSource, Doc: "A database, or a folder of files, that tables are copied from: sources/<name>.yaml.", Fields: []field{
		{"source", "The source's name; copies are <source>.<table>.", true, "", text{&s.Name, name()}},
		{"engine", "The database's engine.", true, "", choice[string]{&s.Engine, "source engine", []string{"postgres", "sqlserver", EngineFiles}}},
		{"dsn", "How the database is reached; secrets as ${NAME} from the environment. Of files the folder, file:PATH, or s3://BUCKET/PREFIX.", true, "", location{into: &s.DSN}},
		{"connections", "How many connections a run may open.", false, "2", integer{&s.Connections, 1}},
		{"longest_statement", "The longest one statement may take before the source ends it.", false, "no limit", duration{&s.StatementTimeout}},
		{"longest_transaction", "The longest one transaction may be open in the source.", false, "no limit", duration{&s.LongestView}},
		{"mode", "consistent reads all tables as of one instant, in one transaction; gentle reads a first copy in a transaction a chunk, then what changed meanwhile.", false, "consistent", gentleness{&s.Gentle}},
		{"isolation", "sqlserver: snapshot reads all tables as of one instant, which the database must allow; read committed reads what is committed when each statement reads it, and rows that are written meanwhile are mended by fingerprints.", false, "snapshot", isolation{&s.ReadCommitted}},
		{"drift", "What a run does when tables are not as declared: ignore leaves new columns alone and stops where something is missing or of another type; follow copies what is new and leaves out what is gone, unless something uses it; stop stops at any difference.", false, "ignore", choice[Drift]{&s.Drift, "drift policy", []Drift{DriftIgnore, DriftFollow, DriftStop}}},
		{"most_deletes", "How much of a table may vanish in one run, in per cent; more stops the run until archwire run --accept-deletes.", false, "10%", percent{&s.MostDeletes}},
		{"ignore", "Tables of the source that discover leaves alone, as schema.table; * stands for any letters.", false, "none", list{&s.Ignore, "table"}},
		{"settle", "engine: files: a file counts once nobody has written to it for so long; files that say that they are complete need not wait.", false, "1m", duration{&s.Settle}},
		{"quarantine", "engine: files: the folder for rows that are not as declared, with line and reason.", false, "data/quarantine/<source>", text{&s.Quarantine, anyText()}},
		{"tables", "The tables to copy, by the name of the copy.", true, "", entries[Table]{
			&s.Tables, "table", copyName(), func(name string, t *Table) value {
				t.Name, t.Sync, t.Overlap = name, "full", Overlap{Time: time.Hour, Keys: 10_000}
				return object{tableSpec(t)}
			},
		}},
	}}
}

// ignores says whether discover leaves a table alone.
func (s Source) ignores(t archwire.Table) bool {
	for _, pattern := range s.Ignore {
		if ok, err := path.Match(pattern, t.Schema+"."+t.Origin); ok && err == nil {
			return true
		}
	}
	return false
}

// copyName is the form of the name of a copy.
func copyName() form {
	f := name()
	f.says += "; from: says what it is called in the source"
	return f
}

func tableSpec(t *Table) spec {
	return spec{Name: "table", Doc: "A table to copy, and how its copy is kept current.", Fields: []field{
		{"from", "The schema and name in the source.", false, "the table of that name in schema public, of SQL Server in dbo", origin{t}},
		{"files", "engine: files: which files hold the table's rows, and how they are written.", false, "", optional[fileform.Form]{&t.Files, formSpec}},
		{"view", "Whether it is a view in the source.", false, "false", boolean{&t.View}},
		{"key", "The columns that identify a row.", false, "none", list{&t.Key, "column"}},
		{"sync", "How the copy is kept current.", false, "full", choice[string]{&t.Sync, "sync mode", []string{"full", "append", "cursor", "tracking", "checksum"}}},
		{"cursor", "The column that append and cursor follow.", false, "", text{&t.Cursor, anyText()}},
		{"deletes", "How deleted rows are found. Tracking tells them by itself.", false, "none for append and tracking, else sweep", choice[string]{&t.Deletes, "way to find deletes", []string{"sweep", "soft", "none"}}},
		{"deleted", "With deletes: soft, the column that marks a row as deleted: by true, or by any value that is not NULL.", false, "", text{&t.Deleted, anyText()}},
		{"overlap", "How far before the last position append and cursor read again, so that rows committed late are not missed: a length of time, or a number of keys for a cursor that is a whole number.", false, "1h, or 10000 keys", overlap{&t.Overlap}},
		{"tenant", "The column that says whose a row is.", false, "<noun>_id or the tenant table's key, where the table has it", text{&t.Tenant, anyText()}},
		{"columns", "The columns to copy, in order, with their types.", true, "", columns{t}},
	}}
}

// origin is schema.table in the source; a part in double quotes may hold a dot.
type origin struct{ into *Table }

func (v origin) words() string {
	return `schema.table, as the source writes them; "..." around a part that holds a dot`
}

func (v origin) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	schema, rest, ok := originPart(s)
	table, end, ok2 := originPart(strings.TrimPrefix(rest, "."))
	if !ok || !ok2 || !strings.HasPrefix(rest, ".") || end != "" {
		d.complain(n, path, "%q is not a table of the source; write %s", s, v.words())
		return
	}
	v.into.Schema, v.into.Origin = schema, table
}

// originPart takes the first part off a dotted name.
func originPart(s string) (part, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		part, _, _ = strings.Cut(s, ".")
		return part, s[len(part):], part != "" && !strings.Contains(part, `"`)
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		part = strings.ReplaceAll(s[1:i], `""`, `"`)
		return part, s[i+1:], part != ""
	}
	return "", "", false
}

// columns maps the names of a table's columns to types, casts and exclusions.
type columns struct{ into *Table }

func (v columns) words() string {
	return "a mapping of column names to: " + columnType{}.words()
}

func (v columns) inner() []spec { return []spec{columnSpec(new(declared))} }

func (v columns) decode(d *decoder, n *yaml.Node, path string) {
	folded := map[string]string{}
	written := d.mapping(n, path, func(key string, at, node *yaml.Node) {
		c := declared{Column: archwire.Column{Name: key, Nullable: true}}
		columnType{&c}.decode(d, node, join(path, key))
		if c.excluded {
			v.into.Exclude = append(v.into.Exclude, key)
			return
		}
		if other, ok := folded[strings.ToLower(key)]; ok {
			d.complain(at, join(path, key), "differs from %s in case only, which warehouses do not tell apart; exclude one of them", other)
			return
		}
		folded[strings.ToLower(key)] = key
		v.into.Columns = append(v.into.Columns, c.Column)
	})
	if written != nil && len(n.Content) == 0 {
		d.complain(n, path, "is empty; name at least one column")
	}
}

// declared is a column as the project declares it.
type declared struct {
	archwire.Column
	cast     string
	excluded bool
}

// columnType is a type, {cast: type} or {exclude: true}.
type columnType struct{ into *declared }

func (v columnType) words() string {
	return "a type, {cast: type} to copy in another form, or {exclude: true}"
}

func (v columnType) decode(d *decoder, n *yaml.Node, path string) {
	var s string
	at := path
	if n.Kind == yaml.MappingNode {
		before := len(*d.complaints)
		object{columnSpec(v.into)}.decode(d, n, path)
		if len(*d.complaints) > before {
			return
		}
		if v.into.excluded == (v.into.cast != "") {
			d.complain(n, path, "write {cast: type} or {exclude: true}")
			return
		}
		if v.into.excluded {
			return
		}
		at, s, v.into.Cast = join(path, "cast"), v.into.cast, true
	} else {
		var ok bool
		if s, ok = d.text(n, path); !ok {
			return
		}
	}
	var err error
	if v.into.Type, err = archwire.ParseType(s); err != nil {
		d.complain(n, at, "%s", err)
	}
}

func columnSpec(c *declared) spec {
	return spec{Name: "column", Doc: "How a column is copied when not by its natural type.", Fields: []field{
		{"cast", "The type to copy the column as, instead of its natural one.", false, "", text{&c.cast, anyText()}},
		{"exclude", "true leaves the column out.", false, "", boolean{&c.excluded}},
	}}
}
