package capacity

import (
	"context"
	"time"
)

// A Lease says that somebody has a warehouse in the load shape, or is on the way there
// or back. It is written down before anything is asked of the control plane, with all
// that is needed to end it: whoever finds it left behind can, after the project was
// changed, too.
type Lease struct {
	Holder string    `json:"holder"` // the run's ID, or operator:USER
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until,omitzero"` // not to be ended before; zero for as long as the holder works
	Phase  Phase     `json:"phase"`
	Terms  Terms     `json:"terms"`
}

// Kept says whether the lease is to be left alone at a time, though nobody works.
func (l Lease) Kept(now time.Time) bool { return now.Before(l.Until) }

// A Phase is how far a lease is.
type Phase string

// The phases.
const (
	Growing   Phase = "growing"
	Held      Phase = "held" // the warehouse is in the load shape, or as near as it can be
	Shrinking Phase = "shrinking"
)

// A Seen is a shape that a warehouse was seen to have got. It had it until the next one
// was seen.
type Seen struct {
	Place  Place     `json:"-"`
	At     time.Time `json:"at"`
	Shape  Shape     `json:"shape"`
	Holder string    `json:"holder,omitempty"` // of the lease for which it got it; "" between leases
}

// Leases is where a lease and what was seen are kept. There is one lease at most:
// whoever changes it holds the run lock.
type Leases interface {
	// Lease is the lease; found is false when there is none.
	Lease(ctx context.Context) (l Lease, found bool, err error)

	// SaveLease writes the lease down, in place of the one that is there.
	SaveLease(ctx context.Context, l Lease) error

	// DropLease forgets the lease. Without one it does nothing.
	DropLease(ctx context.Context) error

	// See writes down what was seen, unless the last of that place had the same shape
	// and holder.
	See(ctx context.Context, s Seen) error

	// SeenSince lists what was seen of a place from a time on, in order, and before it
	// the last one that was seen earlier.
	SeenSince(ctx context.Context, p Place, from time.Time) ([]Seen, error)
}
