package project

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"archwire"
)

const discovered = `# Written by archwire discover. Review it and keep it in version control: what
# is listed here, and only that, is copied. discover may be run again: it keeps
# what was decided here and adds what is new. To keep a table from coming back,
# delete it and list it under ignore: [schema.table].
`

// WriteSource writes sources/<name>.yaml for a source as its adapter describes
// it. dsn is the text of dsn: a reference to the environment. Each table comes
// with an estimate of its size and a proposal of how to keep it current; a
// column that cannot be copied exactly is excluded, with the ways out beside it.
// Views, and tables that cannot be copied at all, are listed at the end. The
// file loads without complaints.
func WriteSource(w io.Writer, name, engine, dsn string, tables []archwire.Table) error {
	proposals := propose(tables, nil)
	entries := mapping()
	for _, p := range proposals {
		if p.why == "" {
			key, value := p.entry()
			entries.Content = append(entries.Content, key, value)
		}
	}
	if len(entries.Content) == 0 {
		return nothingToCopy(name, engine, proposals)
	}
	root := mapping()
	put(root, "source", scalar(name))
	put(root, "engine", scalar(engine))
	put(root, "dsn", scalar(dsn))
	put(root, "tables", entries)
	body, err := write(root)
	if err != nil {
		return err
	}
	if _, err := decodeSource("sources/"+name+".yaml", body); err != nil {
		return err // the caller's name, engine or dsn will not do: a password in the dsn, say
	}
	_, err = fmt.Fprintf(w, "%s%s%s\n%s", discovered, warning(tables), leftOut(proposals), body)
	return err
}

// warning is a comment that counts the columns that are not copied.
func warning(tables []archwire.Table) string {
	var refused int
	for _, t := range tables {
		for _, c := range t.Columns {
			if c.Refused != "" && !t.View {
				refused++
			}
		}
	}
	if refused == 0 {
		return ""
	}
	return fmt.Sprintf("#\n# DECIDE: columns that cannot be copied as they are: %d. Look for NOT COPIED.\n", refused)
}

// leftOut is a comment that lists what is not proposed.
func leftOut(proposals []proposal) string {
	var b strings.Builder
	for _, p := range proposals {
		if p.why == "" {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("#\n# Not copied:\n")
		}
		b.WriteString(comment("- "+originName(p.table.Schema, p.table.Origin)+": "+p.why) + "\n")
	}
	return b.String()
}

// A Difference is one thing in which a source and its file do not agree.
type Difference struct {
	Table   string `json:"table"`            // the name of the copy, or schema.table of one that is not copied
	Column  string `json:"column,omitempty"` // "" when it is about the table
	Change  string `json:"change"`           // added, changed or removed
	Message string `json:"message"`          // what differs and what was done about it in the file
}

// Rediscover brings the file of a source up to date with the tables that its
// adapter describes now. New tables and columns are added and changed types
// written, as WriteSource would; everything else, comments included, stays.
// Nothing is ever taken out, since what cannot be seen may merely be forbidden
// to us: it is a Difference for the reader to act on. The error is Complaints
// when the file is not right to begin with.
func Rediscover(file string, content []byte, tables []archwire.Table) ([]byte, []Difference, error) {
	s, err := decodeSource(file, content)
	if err != nil {
		return nil, nil, err
	}
	var doc yaml.Node // with the comments around the mapping
	if err := yaml.Unmarshal(content, &doc); err != nil {
		return nil, nil, fmt.Errorf("reading %s again: %w", file, err)
	}
	r := &rediscovery{source: s, entries: get(doc.Content[0], "tables")}
	r.merge(tables)
	if !r.changed {
		return content, r.differences, nil
	}
	doc.Content[0].Style &^= yaml.FlowStyle
	r.entries.Style &^= yaml.FlowStyle
	merged, err := write(&doc)
	return merged, r.differences, err
}

// decodeSource reads the file of a source by itself.
func decodeSource(file string, content []byte) (Source, error) {
	s := newSource(file)
	var complaints Complaints
	docs := documents(file, content, &complaints)
	if len(docs) == 1 {
		d := &decoder{file: file, complaints: &complaints}
		d.begin(docs[0])
		object{sourceSpec(&s)}.decode(d, docs[0], "")
	} else if len(complaints) == 0 {
		complaints.add(file, 0, "", "holds %d documents; a source is one", len(docs))
	}
	return s, complaints.Err()
}

// A rediscovery compares the file of a source with the source.
type rediscovery struct {
	source      Source
	entries     *yaml.Node // of tables:
	differences []Difference
	changed     bool // the file
}

func (r *rediscovery) differ(table, column, change, format string, args ...any) {
	r.differences = append(r.differences, Difference{table, column, change, fmt.Sprintf(format, args...)})
}

func (r *rediscovery) merge(tables []archwire.Table) {
	var names []string
	unseen := slices.Clone(tables)
	for _, t := range r.source.Tables {
		t.complete(r.source)
		names = append(names, t.Name)
		at := slices.IndexFunc(unseen, func(now archwire.Table) bool { return now.Schema == t.Schema && now.Origin == t.Origin })
		if at < 0 {
			r.vanished(t)
			continue
		}
		r.columns(t, unseen[at])
		unseen = slices.Delete(unseen, at, at+1)
	}
	unseen = slices.DeleteFunc(unseen, func(t archwire.Table) bool { return t.View || r.source.ignores(t) })
	for _, p := range propose(unseen, names) {
		if p.why != "" {
			r.differ(originName(p.table.Schema, p.table.Origin), "", "added", "is new and not copied: %s", p.why)
			continue
		}
		key, value := p.entry()
		r.entries.Content, r.changed = append(r.entries.Content, key, value), true
		r.differ(p.name, "", "added", "is new in the source; the file copies it now")
	}
}

// vanished tells of a table that is declared and not to be seen.
func (r *rediscovery) vanished(t Table) {
	if r.source.Engine == EngineFiles {
		r.differ(t.Name, "", "removed", "has no file that counts, at the moment; archwire doctor says why")
		return
	}
	r.differ(t.Name, "", "removed", "%s is not in the source any more, or may not be read; take it out of the file, or grant SELECT on it",
		originName(t.Schema, t.Origin))
}

// columns compares the columns of a table that is copied.
func (r *rediscovery) columns(t Table, now archwire.Table) {
	for _, c := range t.Columns {
		is, ok := now.Column(c.Name)
		switch {
		case !ok:
			r.differ(t.Name, c.Name, "removed", "is not in the source any more, or may not be read; take it out of the file")
		case c.Cast:
		case is.Refused != "":
			r.replace(t, c.Name, proposeColumn(is))
			r.differ(t.Name, c.Name, "changed", "was %s and is %s now, which is not copied: %s", c.Type, is.Origin, is.Refused)
		case is.Type != c.Type:
			r.replace(t, c.Name, proposeColumn(is))
			r.differ(t.Name, c.Name, "changed", "was %s and is %s now; the file says so now", c.Type, is.Type)
		}
	}
	for _, c := range now.Columns {
		if _, copied := t.Column(c.Name); copied || slices.Contains(t.Exclude, c.Name) {
			continue
		}
		if slices.ContainsFunc(t.Columns, func(other archwire.Column) bool { return strings.EqualFold(other.Name, c.Name) }) && c.Refused == "" {
			c.Refused = "differs from another column in case only, which warehouses do not tell apart"
		}
		put(r.open(t), c.Name, proposeColumn(c))
		if c.Refused != "" {
			r.differ(t.Name, c.Name, "added", "is new and not copied: %s: %s", c.Origin, c.Refused)
		} else {
			r.differ(t.Name, c.Name, "added", "is new in the source; the file copies it now as %s", c.Type)
		}
	}
}

// open is the columns: of a table, about to be changed: with a line for each, so
// that comments have room.
func (r *rediscovery) open(t Table) *yaml.Node {
	table := get(r.entries, t.Name)
	columns := get(table, "columns")
	table.Style &^= yaml.FlowStyle
	columns.Style &^= yaml.FlowStyle
	r.changed = true
	return columns
}

func (r *rediscovery) replace(t Table, column string, value *yaml.Node) {
	columns := r.open(t)
	for i := 0; i+1 < len(columns.Content); i += 2 {
		if columns.Content[i].Value == column {
			columns.Content[i+1] = value
		}
	}
}
