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
