// Package mirror says what a pull keeps and how a target keeps it: a folder or a
// database that holds one whole publication of what a client may read.
package mirror

import (
	"context"
	"slices"
	"time"

	"archwire"
)

// A Whole is what one publication lists for a client: everything, or what was asked
// for of it.
type Whole struct {
	Project     string                 `json:"project"`
	Noun        string                 `json:"tenant"` // what a tenant is called
	Publication archwire.PublicationID `json:"publication"`
	AsOf        archwire.Day           `json:"as_of"`
	DataThrough time.Time              `json:"data_through"`
	Tables      []Table                `json:"datasets"` // by name
	Slices      []Slice                `json:"slices"`   // by dataset and tenant
}

// A Table is a dataset as targets keep it: the rows of all tenants, with the columns
// that one of them opens. Where another one does not open a column, it is NULL.
type Table struct {
	Name    string   `json:"dataset"`
	Tenant  string   `json:"tenant"` // the column with the tenant's id, a text
	Key     []string `json:"key"`    // what tells rows of one tenant apart
	Columns []Column `json:"columns"`

	// Given are the columns that slices have, by profile. A column that one profile is
	// given as it is and another as pseudonyms is a text in Columns.
	Given map[archwire.Profile][]Column `json:"given"`
}

// A Column is one of a Table: the tenant's first, then those of the key.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"` // as archwire.ParseType reads it; of a table that is there, as its engine spells it
}

// A Place is whose rows of what.
type Place struct {
	Dataset string `json:"dataset"`
	Tenant  string `json:"tenant"`
}

// A Slice is the file with the rows of a place.
type Slice struct {
	Place
	Profile archwire.Profile `json:"profile"` // its columns are those that the profile opens
	SHA256  string           `json:"sha256"`
	Rows    int64            `json:"rows"`
	Bytes   int64            `json:"bytes"`

	URL string `json:"-"` // where it is fetched from
}

// A Target keeps a Whole. It belongs to one pull at a time.
type Target interface {
	// Held is what the target holds, as far as it is still there; the zero Whole when
	// nothing was pulled into it yet. Of a slice in a database it says how many rows are
	// there, and of rows that are of no slice their place alone.
	Held(ctx context.Context) (Whole, error)

	// Missing lists the slices of next whose files Apply needs, each hash once.
	Missing(held, next Whole) []Slice

	// Apply makes the target hold next instead of held, all of it at once: whoever reads
	// it, and whatever kills it, finds the one or the other. The file of a missing slice
	// lies at file(its hash). It says what it changed.
	Apply(ctx context.Context, held, next Whole, file func(sha string) string) (Change, error)

	// Close gives the target back.
	Close() error
}

// Table finds a table by its name.
func (w Whole) Table(name string) (Table, bool) {
	for _, t := range w.Tables {
		if t.Name == name {
			return t, true
		}
	}
	return Table{}, false
}

// Opened lists the columns that a slice of a profile has, and the same ones as the
// table has them.
func (t Table) Opened(p archwire.Profile) (have, kept []Column) {
	have = t.Given[p]
	for _, c := range have {
		i := slices.IndexFunc(t.Columns, func(k Column) bool { return k.Name == c.Name })
		kept = append(kept, t.Columns[i]) // all that is given is kept
	}
	return have, kept
}

// Merge makes Columns of what is given.
func (t *Table) Merge() {
	t.Columns = nil
	for _, p := range slices.Backward(archwire.Profiles()) { // the widest has nearly all
		for _, c := range t.Given[p] {
			i := slices.IndexFunc(t.Columns, func(k Column) bool { return k.Name == c.Name })
			if i < 0 {
				t.Columns = append(t.Columns, c)
			} else if t.Columns[i].Type != c.Type {
				t.Columns[i].Type = archwire.Text.String()
			}
		}
	}
}
