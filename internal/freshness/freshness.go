// Package freshness says how old the data in service is, and what of it is late.
package freshness

import (
	"time"

	"archwire"
)

// A Report says how old the data of a publication was at some time.
type Report struct {
	At          time.Time              `json:"at"`
	Within      Seconds                `json:"within_seconds,omitempty"` // what the project promises; 0 when nothing
	Publication archwire.PublicationID `json:"publication,omitempty"`    // "" when there is none
	AsOf        archwire.Day           `json:"as_of,omitempty"`
	Through     time.Time              `json:"data_through,omitzero"`
	Late        bool                   `json:"late"` // something is
	Tables      []Item                 `json:"tables"`
	Tenants     []Item                 `json:"tenants"`
}

// Seconds is a length of time in whole seconds, as JSON has no other.
type Seconds int64

// Duration is s as Go has it.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// An Item is a table or a tenant. A tenant's data is as old as that of the
// oldest table, since slices are cut from all of them.
type Item struct {
	Name    string    `json:"name"`
	Label   string    `json:"label,omitempty"`
	Through time.Time `json:"data_through"`
	Age     Seconds   `json:"age_seconds"`
	Late    bool      `json:"late"`
}

// Of is the report of the publication in service, whose manifest m is; the zero
// Manifest stands for none, which is not late: nothing was promised before the
// first. within is what the project promises, 0 when nothing.
func Of(m archwire.Manifest, within time.Duration, now time.Time) Report {
	r := Report{At: now.UTC(), Within: Seconds((within + time.Second - 1) / time.Second), Tables: []Item{}, Tenants: []Item{}}
	if m.ID == "" {
		return r
	}
	r.Publication, r.AsOf, r.Through = m.ID, m.AsOf, m.DataThrough
	item := func(name, label string, through time.Time) Item {
		age := max(now.Sub(through), 0)
		i := Item{Name: name, Label: label, Through: through.UTC(), Age: Seconds(age / time.Second), Late: within > 0 && age > within}
		r.Late = r.Late || i.Late
		return i
	}
	for _, t := range m.Verification.Tables {
		r.Tables = append(r.Tables, item(t.Table, "", t.At))
	}
	for _, t := range m.Tenants {
		r.Tenants = append(r.Tenants, item(t.ID, t.Label, m.DataThrough))
	}
	return r
}

// LateNames lists the names of the items that are late.
func LateNames(items []Item) []string {
	var names []string
	for _, i := range items {
		if i.Late {
			names = append(names, i.Name)
		}
	}
	return names
}
