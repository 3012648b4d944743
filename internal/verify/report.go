package verify

import (
	"fmt"
	"strings"

	"archwire"
)

// A Report says what a verification compared and what differs.
type Report struct {
	Tables []TableReport `json:"tables"`
}

// A TableReport is what was compared of one table, and which rows differ.
type TableReport struct {
	Table    string `json:"table"`
	Mode     string `json:"mode"`
	Rows     int64  `json:"rows"`  // compared, in the source
	Parts    int    `json:"parts"` // that they were cut into
	Missing  int64  `json:"missing"`
	Changed  int64  `json:"changed"`
	Extra    int64  `json:"extra"`
	Unkeyed  bool   `json:"unkeyed,omitempty"`  // rows differ, and the table has no key to name them
	Repaired bool   `json:"repaired,omitempty"` // they were read again and are equal now
	Keys     []Key  `json:"keys,omitempty"`     // of rows that differ, the first of them
}

// A Key names a row that differs.
type Key struct {
	What   string   `json:"what"` // missing, changed or extra
	Values []string `json:"key"`
}

// MostKeys is how many keys a TableReport lists.
const MostKeys = 1000

// Add enters a difference.
func (r *TableReport) Add(d Difference) {
	r.Unkeyed = r.Unkeyed || d.Unkeyed
	r.Missing += r.enter("missing", d.Missing)
	r.Changed += r.enter("changed", d.Changed)
	r.Extra += r.enter("extra", d.Extra)
}

func (r *TableReport) enter(what string, keys archwire.Batch) int64 {
	if keys == nil {
		return 0
	}
	for row := range int(keys.NumRows()) {
		if len(r.Keys) == MostKeys {
			break
		}
		values := make([]string, keys.NumCols())
		for i, c := range keys.Columns() {
			values[i] = strings.Clone(c.ValueStr(row))
		}
		r.Keys = append(r.Keys, Key{what, values})
	}
	return keys.NumRows()
}

// Equal says that nothing differs.
func (r *TableReport) Equal() bool { return r.Missing+r.Changed+r.Extra == 0 && !r.Unkeyed }

// Says is the difference in a clause, without keys.
func (r *TableReport) Says() string {
	if r.Unkeyed {
		return r.Table + ": rows differ from the source"
	}
	return fmt.Sprintf("%s: %d rows are missing, %d changed, %d too many", r.Table, r.Missing, r.Changed, r.Extra)
}

// Err is nil when no table differs, or all that do were repaired; else an error
// of code Mismatch that names the tables.
func (r Report) Err() error {
	var differ []string
	for _, t := range r.Tables {
		if !t.Equal() && !t.Repaired {
			differ = append(differ, t.Says())
		}
	}
	if len(differ) == 0 {
		return nil
	}
	return &archwire.Error{
		Code: archwire.Mismatch, Message: strings.Join(differ, "; "),
		Hint: "Nothing was published. See which rows with archwire verify; archwire verify --repair reads them again.",
	}
}
