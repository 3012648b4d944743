package pipeline

import (
	"fmt"

	"archwire"
)

// A DeleteBrake is why a run stopped: more of a table has vanished from its
// source than the project takes for granted.
type DeleteBrake struct {
	Table       string
	Removed, Of int64 // rows
	Most        int   // per cent
}

// Error says what vanished.
func (b *DeleteBrake) Error() string {
	return fmt.Sprintf("%s: %d of %d rows have vanished from the source, more than the %d%% that may in one run",
		b.Table, b.Removed, b.Of, b.Most)
}

// As makes it an error for people.
func (b *DeleteBrake) As(target any) bool {
	e, ok := target.(**archwire.Error)
	if !ok {
		return false
	}
	*e = &archwire.Error{
		Code: archwire.Mismatch, Message: b.Error(), Err: b,
		Hint: "Nothing was loaded or published. If they were deleted on purpose: archwire run --accept-deletes",
	}
	return true
}

// fewDeletes may vanish from any table without being accepted: a share of a small
// table is next to nothing.
const fewDeletes = 10

// brake stops a run in which more of a table vanishes than its source declares.
func (c *copying) brake(accepted bool) error {
	if accepted || c.removed <= fewDeletes || c.removed*100 <= c.last.Rows*int64(c.source.MostDeletes) {
		return nil
	}
	return &DeleteBrake{Table: c.table.ID(), Removed: c.removed, Of: c.last.Rows, Most: c.source.MostDeletes}
}
