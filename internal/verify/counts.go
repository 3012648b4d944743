// Package verify compares the copy in the warehouse with its source. It decides
// what differs; what follows from a difference is the pipeline's to say.
package verify

import (
	"fmt"
	"strings"

	"archwire"
)

// Counts compares the number of rows that each source counted itself with the
// number that the warehouse counted, both as of the instant of the view. The
// error has code Mismatch and names every table that differs.
func Counts(tables []archwire.VerifiedTable) error {
	var differ []string
	for _, t := range tables {
		if t.SourceRows != t.WarehouseRows {
			differ = append(differ, fmt.Sprintf("%s: the warehouse has %d rows, the source has %d",
				t.Table, t.WarehouseRows, t.SourceRows))
		}
	}
	if len(differ) == 0 {
		return nil
	}
	return &archwire.Error{
		Code:    archwire.Mismatch,
		Message: strings.Join(differ, "; "),
		Hint: "Nothing was loaded or published. If rows were deleted from the source or committed late, archwire verify --repair mends the copy, " +
			"and deletes: sweep finds such rows in every run; if this repeats, look for a view or a row policy that gives each connection other rows.",
	}
}
