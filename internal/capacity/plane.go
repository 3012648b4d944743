package capacity

import (
	"context"
	"errors"
)

// A ControlPlane tells how large one warehouse is, and changes it. It is safe for use
// by several goroutines.
//
// Its errors are archwire.Error: NotFound when there is no such warehouse; Denied when
// the credentials are not in force, or do not allow it; Conflict when the warehouse is
// being changed already, so that nothing was begun; Unavailable when nobody can tell
// what became of it, and asking again may help. What the control plane will not do
// however often it is asked has ErrRefused within it.
type ControlPlane interface {
	// Status says how the warehouse is at this moment.
	Status(ctx context.Context) (Status, error)

	// Options lists the shapes that the warehouse can be given elastically as it is
	// now: in minutes, its data staying where it is. nil is of a control plane that
	// does not tell.
	Options(ctx context.Context) ([]Option, error)

	// Resize begins to give the warehouse the compute of a shape, and does not wait for
	// it. What is zero in it stays as it is. classic asks for a way that may take
	// hours, where the warehouse has one. Several steps may be needed: when the
	// warehouse is still again and not as wanted yet, Resize is called again.
	Resize(ctx context.Context, to Shape, classic bool) error
}

// A Pauser is a ControlPlane whose warehouse can be without compute for a time.
type Pauser interface {
	// Pause begins to take the compute of a warehouse away, which is still.
	Pause(ctx context.Context) error

	// Resume begins to give it back: the same shape as before.
	Resume(ctx context.Context) error
}

// ErrRefused is within errors about what the control plane will not do.
var ErrRefused = errors.New("the control plane refused")

// An Option is a shape that a warehouse can be given.
type Option struct {
	Shape       Shape
	DiskPercent string // of the disks, estimated, that its data would take: a decimal; "" when not told
}

// A Condition is whether a warehouse can be used, and changed.
type Condition string

// The conditions.
const (
	Still    Condition = "still"    // takes statements and can be changed; or is paused and can be resumed
	Changing Condition = "changing" // is being changed: what it takes meanwhile is not known
	Broken   Condition = "broken"   // will not get well by waiting
)

// An Outcome is how the last resize ended.
type Outcome string

// The outcomes.
const (
	Never     Outcome = ""          // there was none
	UnderWay  Outcome = "under_way" // it has not ended
	Succeeded Outcome = "succeeded"
	Failed    Outcome = "failed"
)

// A Status is how a warehouse is.
type Status struct {
	Shape     Shape
	Condition Condition
	Says      string  // the control plane's own words for it
	Last      Outcome // of the last resize, however long ago
	Target    Shape   // of the last resize; the zero shape when there was none
	Message   string  // of the control plane about the last resize; may be empty
	Percent   string  // of the data, how much has been moved: a decimal; "" when not told
}

// A Prober asks a warehouse itself, not its control plane, whether it takes writes.
type Prober interface {
	// Writable is nil when the warehouse takes writes, and an error of code Unavailable
	// when it does not yet: after some resizes it is read-only for a while.
	Writable(ctx context.Context) error
}
