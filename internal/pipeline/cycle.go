package pipeline

import (
	"time"

	"archwire"
)

// A cycle is how far the values of a table have been compared with its source. A
// run goes on where the last one has stopped; when all parts were compared, the
// next cycle begins, cut anew.
type cycle struct {
	Cut     archwire.Cut `json:"cut"`
	Next    int          `json:"next"`    // part
	Began   time.Time    `json:"began"`   // the instant of the view of its first share
	Covered time.Time    `json:"covered"` // when the last whole cycle of this copy began: every row was compared since then
	Paid    time.Time    `json:"paid"`    // what was due by then has been compared

	Suspect []stretch `json:"suspect,omitempty"` // differed when they were compared last
	Current current   `json:"current,omitzero"`  // what the copy was brought up to last
}

// A stretch is some parts of a table, in a row.
type stretch struct {
	Cut   archwire.Cut `json:"cut"`
	First int          `json:"first"`
	Last  int          `json:"last"`
}

// leastParts are compared in each run, so that small tables are compared whole.
const leastParts = 4

// dues is what a run goes by that compares a share of a table.
type dues struct {
	cut   archwire.Cut // for the next cycle
	days  int          // within which every part is compared
	at    time.Time    // of the view
	least int          // parts, whether they are due or not
}

// next is what to compare next; ok is false when nothing more is due. So much is
// due that each part of a cut is compared again in the first run that begins
// d.days after it was, or in an earlier one, however often runs begin.
func (y *cycle) next(d dues) (s stretch, ok bool) {
	if y.Next == 0 || y.Next >= y.Cut.Parts {
		y.Cut, y.Next, y.Began = d.cut, 0, d.at
	}
	total := max(y.Cut.Parts, 1)
	passed := min(d.at.Sub(y.Paid), d.period()) // never more than all of them
	due := int(float64(total)*(float64(passed)/float64(d.period())) + 1e-6)
	n := min(max(due, d.least), total-y.Next)
	return stretch{y.Cut, y.Next, y.Next + n - 1}, n > 0
}

// compared notes that a stretch which next gave was compared.
func (y *cycle) compared(s stretch, d dues) {
	total := max(y.Cut.Parts, 1)
	if oldest := d.at.Add(-d.period()); y.Paid.Before(oldest) {
		y.Paid = oldest
	}
	y.Paid = y.Paid.Add(time.Duration(float64(d.period()) * (float64(s.Last+1-s.First) / float64(total))))
	if y.Paid.After(d.at) { // some were not due yet
		y.Paid = d.at
	}
	if y.Next = s.Last + 1; y.Next == total {
		y.Next, y.Covered = 0, y.Began
	}
}

func (d dues) period() time.Duration { return time.Duration(max(d.days, 1)) * 24 * time.Hour }
