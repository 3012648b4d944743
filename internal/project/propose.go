package project

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"archwire"
)

// A proposal is what discover writes for one table: an entry of tables:, or the
// reason why there is none.
type proposal struct {
	table archwire.Table
	name  string // of the copy
	why   string // why it is not proposed; "" when it is
}

// propose gives each table of a source a name that is not taken yet, and decides
// which are proposed.
func propose(tables []archwire.Table, taken []string) []proposal {
	proposals := make([]proposal, len(tables))
	for i, t := range tables {
		p := proposal{table: t, why: unfit(t)}
		if p.why == "" {
			p.name = freeName(t, taken)
			taken = append(taken, p.name)
		}
		proposals[i] = p
	}
	return proposals
}

// whyNone is why an adapter could tell no columns of a table, if it says.
func whyNone(t archwire.Table) string {
	if t.Sync.Mode != "" {
		return ""
	}
	return t.Sync.Reason
}

// unfit says why a table is not proposed.
func unfit(t archwire.Table) string {
	switch {
	case t.View:
		return "a view: declare it with view: true to copy it as a table"
	case len(t.Columns) == 0:
		return cmp.Or(whyNone(t), "has no columns")
	case !slices.ContainsFunc(t.Columns, func(c archwire.Column) bool { return c.Refused == "" }):
		return "no column can be copied as it is: " + t.Columns[0].Name + ": " + t.Columns[0].Refused
	}
	return ""
}

var notOfName = regexp.MustCompile(`[^a-z0-9_]+`)

// freeName makes a name for the copy of a table.
func freeName(t archwire.Table, taken []string) string {
	plain := func(s string) string {
		s = notOfName.ReplaceAllString(strings.ToLower(s), "_")
		if s == "" || s[0] < 'a' || s[0] > 'z' {
			s = "t" + s
		}
		return s[:min(len(s), 50)]
	}
	candidate := plain(t.Origin)
	if slices.Contains(taken, candidate) && t.Schema != "public" {
		candidate = plain(t.Schema + "_" + t.Origin)
	}
	for base, n := candidate, 2; slices.Contains(taken, candidate); n++ {
		candidate = base + "_" + strconv.Itoa(n)
	}
	return candidate
}

// entry is the YAML of a proposal: its key and its value.
func (p proposal) entry() (key, value *yaml.Node) {
	t := p.table
	key, value = scalar(p.name), mapping()
	key.HeadComment = estimate(t)
	if t.Form != "" {
		putForm(value, t.Form)
	} else if t.Schema != "public" || t.Origin != p.name {
		put(value, "from", scalar(originName(t.Schema, t.Origin)))
	}
	columns, copied := proposeColumns(t)
	rowKey := t.Key
	if !subset(rowKey, copied) {
		rowKey = nil
	}
	if len(rowKey) > 0 {
		put(value, "key", flow(rowKey))
	}
	putSync(value, p.sync(rowKey, copied))
	put(value, "columns", columns)
	return key, value
}

// sync is the hint, or a full copy where the hint leans on what is not copied.
func (p proposal) sync(key, copied []string) archwire.SyncHint {
	hint := p.table.Sync
	switch {
	case hint.Mode == "":
		return archwire.SyncHint{Mode: "full"}
	case hint.Mode != "full" && len(key) == 0:
		return archwire.SyncHint{Mode: "full", Reason: "no key that is copied tells rows apart"}
	case (hint.Mode == "cursor" || hint.Mode == "append") && !slices.Contains(copied, hint.Cursor):
		return archwire.SyncHint{Mode: "full", Reason: "the column " + hint.Cursor + " to follow is not copied"}
	case (hint.Mode == "cursor" || hint.Mode == "append") && !p.grows(hint.Cursor):
		return archwire.SyncHint{Mode: "full", Reason: "the column " + hint.Cursor + " is of no type to follow"}
	case hint.Deleted != "" && !slices.Contains(copied, hint.Deleted):
		hint.Deletes, hint.Deleted = "sweep", ""
	}
	return hint
}

// grows says whether a column is of a type that a table can be followed by.
func (p proposal) grows(column string) bool {
	c, ok := p.table.Column(column)
	return ok && slices.Contains(growing(), c.Type.Kind)
}

func putSync(value *yaml.Node, hint archwire.SyncHint) {
	mode := scalar(hint.Mode)
	mode.LineComment = comment(hint.Reason)
	put(value, "sync", mode)
	if hint.Mode == "cursor" || hint.Mode == "append" {
		put(value, "cursor", scalar(hint.Cursor))
	}
	if hint.Deletes != "" && hint.Mode != "full" {
		put(value, "deletes", scalar(hint.Deletes))
		if hint.Deleted != "" {
			put(value, "deleted", scalar(hint.Deleted))
		}
	}
}

// proposeColumns writes a table's columns, and lists those that are copied.
func proposeColumns(t archwire.Table) (*yaml.Node, []string) {
	columns, copied := mapping(), []string{}
	for _, c := range t.Columns {
		same := slices.IndexFunc(copied, func(other string) bool { return strings.EqualFold(other, c.Name) })
		if c.Refused == "" && same >= 0 {
			c.Refused = "differs from " + copied[same] + " in case only, which warehouses do not tell apart"
		}
		if c.Refused == "" {
			copied = append(copied, c.Name)
		}
		put(columns, c.Name, proposeColumn(c))
	}
	return columns, copied
}

// proposeColumn writes a column's type. One that cannot be copied as it is is
// excluded, with the reason and the ways out beside it.
func proposeColumn(c archwire.Column) *yaml.Node {
	if c.Refused != "" {
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
		put(n, "exclude", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		n.LineComment = comment("NOT COPIED: " + c.Origin + ": " + c.Refused)
		return n
	}
	n := scalar(c.Type.String())
	if c.Origin != "" && !slices.Contains(natural(c.Type), c.Origin) {
		n.LineComment = comment(c.Origin)
	}
	return n
}

// natural lists the spellings of a type at the source that say no more than its
// name here.
func natural(t archwire.Type) []string {
	switch t.Kind {
	case archwire.Bool:
		return []string{"bool", "boolean"}
	case archwire.Int16:
		return []string{"smallint"}
	case archwire.Int32:
		return []string{"integer"}
	case archwire.Int64:
		return []string{"bigint"}
	case archwire.Float32:
		return []string{"real"}
	case archwire.Float64:
		return []string{"double precision"}
	case archwire.Decimal:
		return []string{fmt.Sprintf("numeric(%d,%d)", t.Precision, t.Scale)}
	case archwire.Bytes:
		return []string{"bytea"}
	case archwire.Time:
		return []string{"time without time zone"}
	case archwire.Timestamp:
		return []string{"timestamp without time zone"}
	case archwire.TimestampTZ:
		return []string{"timestamp with time zone"}
	case archwire.Text, archwire.JSON, archwire.UUID, archwire.Date:
		return []string{t.String()}
	}
	return nil
}

// estimate is a comment with a table's size.
func estimate(t archwire.Table) string {
	if t.Rows < 0 {
		return ""
	}
	s := "about " + grouped(t.Rows) + " rows"
	switch {
	case t.Bytes >= 1<<20:
		s += ", " + grouped(t.Bytes>>20) + " MB"
	case t.Bytes >= 0:
		s += ", " + grouped(t.Bytes>>10) + " kB"
	}
	return comment(s)
}

// grouped writes a number with commas: 1,284,500.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// originName is what from: takes.
func originName(schema, table string) string {
	part := func(s string) string {
		if s == "" || strings.ContainsAny(s, `."`) {
			return archwire.Quote(s)
		}
		return s
	}
	return part(schema) + "." + part(table)
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
