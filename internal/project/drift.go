package project

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// A DriftKind is how a table is not as the project declares it.
type DriftKind string

// The kinds.
const (
	ColumnAdded   DriftKind = "column added"
	ColumnDropped DriftKind = "column dropped"
	ColumnRenamed DriftKind = "column renamed" // one dropped and one added, in the same place and of the same type
	ColumnRetyped DriftKind = "column retyped"
	KeyChanged    DriftKind = "key changed"
	TableVanished DriftKind = "table vanished"
)

// A Departure is one way in which a source is not as its file declares it.
type Departure struct {
	Kind   DriftKind `json:"kind"`
	Table  string    `json:"table"`            // the copy's ID
	Column string    `json:"column,omitempty"` // of the project; of the source where it is new
	Is     string    `json:"is,omitempty"`     // what it is now: a type, a name, a key
	Was    string    `json:"was,omitempty"`

	now archwire.Column
	key []string
}

// String is the departure in a clause.
func (d Departure) String() string {
	switch d.Kind {
	case ColumnAdded:
		if d.Was != "" {
			return fmt.Sprintf("%s has a new column %s, %s, and the excluded column %s is gone: it may be that one under another name",
				d.Table, d.Column, d.Is, d.Was)
		}
		return fmt.Sprintf("%s has a new column %s, %s", d.Table, d.Column, d.Is)
	case ColumnDropped:
		return fmt.Sprintf("%s has no column %s any more", d.Table, d.Column)
	case ColumnRenamed:
		return fmt.Sprintf("%s has no column %s any more; it seems to be called %s now", d.Table, d.Column, d.Is)
	case ColumnRetyped:
		return fmt.Sprintf("%s: column %s was %s and is %s now", d.Table, d.Column, d.Was, d.Is)
	case KeyChanged:
		return fmt.Sprintf("%s: the key was (%s) and is (%s) now", d.Table, d.Was, d.Is)
	case TableVanished:
		return d.Table + " is not in the source any more, or may not be read"
	}
	return d.Table + " is not as declared"
}

// Departures compares what s declares with the tables that its adapter describes
// now. New tables are none: what is not declared is not copied.
func (s Source) Departures(now []archwire.Table) []Departure {
	var out []Departure
	for _, t := range s.Tables {
		at := slices.IndexFunc(now, func(n archwire.Table) bool { return n.Schema == t.Schema && n.Origin == t.Origin })
		if at < 0 {
			out = append(out, Departure{Kind: TableVanished, Table: t.ID()})
			continue
		}
		out = append(out, t.departures(now[at])...)
	}
	return out
}

func (t Table) departures(now archwire.Table) []Departure {
	var out []Departure
	added, hidden := t.added(now), t.hidden(now)
	for _, c := range t.Columns {
		is, ok := now.Column(c.Name)
		switch {
		case !ok:
			out = append(out, t.gone(now, c, &added, hidden != ""))
		case c.Cast:
		case is.Refused != "":
			out = append(out, Departure{Kind: ColumnRetyped, Table: t.ID(), Column: c.Name, Was: c.Type.String(), Is: is.Origin, now: is})
		case is.Type != c.Type:
			out = append(out, Departure{Kind: ColumnRetyped, Table: t.ID(), Column: c.Name, Was: c.Type.String(), Is: is.Type.String(), now: is})
		}
	}
	for _, c := range added {
		is := c.Type.String()
		if c.Refused != "" {
			is = c.Origin + ", which cannot be copied as it is"
		}
		out = append(out, Departure{Kind: ColumnAdded, Table: t.ID(), Column: c.Name, Is: is, Was: hidden, now: c})
	}
	if len(t.Key) > 0 && len(now.Key) > 0 && !subset(now.Key, t.Key) {
		out = append(out, Departure{
			Kind: KeyChanged, Table: t.ID(), Was: strings.Join(t.Key, ", "), Is: strings.Join(now.Key, ", "), key: now.Key,
		})
	}
	return out
}

// hidden is an excluded column that the source has not; "" when it has all.
func (t Table) hidden(now archwire.Table) string {
	for _, name := range t.Exclude {
		if _, ok := now.Column(name); !ok {
			return name
		}
	}
	return ""
}

// added lists the source's columns that the project does not know.
func (t Table) added(now archwire.Table) []archwire.Column {
	return slices.DeleteFunc(slices.Clone(now.Columns), func(c archwire.Column) bool {
		_, known := t.Column(c.Name)
		return known || slices.Contains(t.Exclude, c.Name)
	})
}

// gone is the departure of a column that the source has not. Where one of the same
// type is new in its place, and no other is, it has probably been renamed; unless
// an excluded one is gone, too: then what is new may be that one, which must not
// come in as another.
func (t Table) gone(now archwire.Table, c archwire.Column, added *[]archwire.Column, hidden bool) Departure {
	d := Departure{Kind: ColumnDropped, Table: t.ID(), Column: c.Name, Was: c.Type.String()}
	if hidden {
		return d
	}
	place := t.placeOf(now, c)
	same := slices.DeleteFunc(slices.Clone(*added), func(a archwire.Column) bool {
		return a.Type != c.Type || a.Refused != "" || place != 0 && a.Ordinal != 0 && a.Ordinal != place
	})
	if len(same) == 1 {
		d.Kind, d.Is, d.now = ColumnRenamed, same[0].Name, same[0]
		*added = slices.DeleteFunc(*added, func(a archwire.Column) bool { return a.Name == same[0].Name })
	}
	return d
}

// placeOf is where a column that is gone had its place in the source: behind the
// one that the project lists before it; 0 when that cannot be told.
func (t Table) placeOf(now archwire.Table, c archwire.Column) int {
	at := slices.IndexFunc(t.Columns, func(o archwire.Column) bool { return o.Name == c.Name })
	if at <= 0 {
		return 0
	}
	before, ok := now.Column(t.Columns[at-1].Name)
	if !ok || before.Ordinal == 0 {
		return 0
	}
	return before.Ordinal + 1
}

// Follow is s as its tables are now: with what is new, without what is gone. A
// departure that cannot be followed because of its type is left as it is.
func (s Source) Follow(departures []Departure) Source {
	s.Tables = slices.Clone(s.Tables)
	for _, d := range departures {
		at := slices.IndexFunc(s.Tables, func(t Table) bool { return t.ID() == d.Table })
		if at < 0 {
			continue
		}
		if d.Kind == TableVanished {
			s.Tables = slices.Delete(s.Tables, at, at+1)
			continue
		}
		s.Tables[at].follow(d)
	}
	return s
}

func (t *Table) follow(d Departure) {
	t.Columns = slices.Clone(t.Columns)
	at := slices.IndexFunc(t.Columns, func(c archwire.Column) bool { return c.Name == d.Column })
	copied := d.now
	copied.Nullable = true
	switch d.Kind {
	case ColumnAdded:
		if d.now.Refused == "" {
			t.Columns = append(t.Columns, copied)
		}
	case ColumnDropped:
		t.Columns = slices.Delete(t.Columns, at, at+1)
	case ColumnRenamed:
		t.Columns = append(slices.Delete(t.Columns, at, at+1), copied)
	case ColumnRetyped:
		if d.now.Refused == "" {
			t.Columns[at] = copied
		}
	case KeyChanged:
		t.Key = d.key
	case TableVanished: // there is no table to change
	}
}

// Needs says for what s itself needs a column or table that a departure takes
// away; "" when for nothing.
func (p *Project) Needs(d Departure) string {
	t, ok := p.Table(d.Table)
	if !ok || d.Kind == ColumnAdded || d.Kind == KeyChanged {
		return ""
	}
	tenants := p.Tenants
	if d.Table == tenants.Table && (d.Kind == TableVanished || slices.Contains([]string{tenants.Key, tenants.Label, tenants.Timezone}, d.Column)) {
		return "the list of " + p.Noun.Plural
	}
	if d.Kind == ColumnRetyped || d.Kind == TableVanished {
		return ""
	}
	switch {
	case slices.Contains(t.Key, d.Column):
		return "the table's key"
	case t.Cursor == d.Column:
		return "the table's cursor"
	case t.Deleted == d.Column:
		return "the mark of deleted rows"
	}
	return ""
}
