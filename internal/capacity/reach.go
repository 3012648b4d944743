package capacity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"archwire"
)

const (
	firstWait = time.Second      // between two looks at a warehouse, then twice as long each time
	lastWait  = 30 * time.Second // and no longer than this
	unseen    = 3 * time.Minute  // a change that was asked for is asked for again when nothing is seen of it for so long
	mostAsks  = 6                // changes on one way: resuming, the steps of a resize, pausing, and some that were lost
)

// A journey is the way of a warehouse to the shape that is wanted. It looks, does the
// next thing that can be done, waits and looks again: so a change that is under way
// already, whoever began it, is waited for and never begun a second time.
type journey struct {
	*Manager

	plane   ControlPlane
	want    Shape
	classic bool
	holder  string // of the lease, when the shape is that of the load

	asks    int
	asked   Shape     // of the last resize asked for; the zero shape after another change
	from    Shape     // at the last change
	at      time.Time // of the last change asked for; zero when nothing is expected to begin
	moved   bool      // it was seen to have begun
	failed  bool      // the last resize before it had failed
	trouble error     // why the last look came to nothing
	status  Status    // as it was seen last
}

// travel has the warehouse in the wanted shape, and taking writes, when it returns nil.
// What is not so by the deadline has code Unavailable.
func (j *journey) travel(ctx context.Context, deadline time.Duration) error {
	end := j.Now().Add(deadline)
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		asked := j.asks
		arrived, err := j.step(ctx)
		if arrived || err != nil {
			return err
		}
		if j.asks > asked {
			wait = firstWait
		}
		left := end.Sub(j.Now())
		if left <= 0 {
			return j.late(deadline)
		}
		if err := j.Wait(ctx, min(wait, left)); err != nil {
			return fmt.Errorf("waiting for the warehouse: %w", err)
		}
	}
}

// step looks once, and does what can be done. Errors are those that waiting does not help.
func (j *journey) step(ctx context.Context) (arrived bool, err error) {
	status, err := j.plane.Status(ctx)
	if err != nil {
		return false, j.pass(err)
	}
	j.status, j.trouble = status, nil
	switch status.Condition {
	case Broken:
		return false, &archwire.Error{
			Code: archwire.Unavailable, Message: fmt.Sprintf("the %s is %s", j.place(), status.Says),
			Hint: "Look at it in the console of Amazon Redshift; waiting will not help.",
		}
	case Changing:
		j.moved = true
		return false, nil
	case Still:
	}
	if err := j.Leases.See(ctx, Seen{Place: j.terms.Place, At: j.Now(), Shape: status.Shape, Holder: j.holderOf(status.Shape)}); err != nil {
		return false, err //nolint:wrapcheck // says what it did
	}
	if status.Shape.Fits(j.want) {
		return j.ready(ctx)
	}
	if err := j.lost(); err != nil {
		return false, err
	}
	if !j.at.IsZero() && !j.moved && status.Shape == j.from && j.Now().Sub(j.at) < unseen {
		return false, nil // it was asked for, and has not begun
	}
	return false, j.pass(j.ask(ctx))
}

// ready says whether the warehouse itself takes writes, should there be a way to ask, and
// a load that is about to write.
func (j *journey) ready(ctx context.Context) (bool, error) {
	if j.want != j.terms.Load || j.Probe == nil {
		return true, nil
	}
	err := j.Probe(ctx)
	return err == nil, j.pass(err)
}

// lost is the error for a resize that was asked for and has failed. A failure before
// it must not be taken for its own.
func (j *journey) lost() error {
	if j.at.IsZero() || j.asked == (Shape{}) || j.status.Last != Failed || j.failed && !j.moved {
		return nil
	}
	says := ""
	if j.status.Message != "" {
		says = ": " + j.status.Message
	}
	return refused(archwire.Unavailable, fmt.Sprintf("the resize of the %s to %s failed%s", j.place(), j.asked, says),
		"See archwire capacity show; the warehouse has the shape that it had before.")
}

// ask begins the next change on the way.
func (j *journey) ask(ctx context.Context) error {
	if j.asks >= mostAsks {
		return refused(archwire.Unavailable, fmt.Sprintf("the %s is still as it was after %d changes were asked for", j.place(), j.asks),
			"Look at it in the console of Amazon Redshift.")
	}
	var err error
	var to Shape
	have := j.status.Shape
	switch pauser, can := j.plane.(Pauser); {
	case have.Paused && can:
		j.tell("the %s is resumed", j.place())
		err = pauser.Resume(ctx)
	case !have.As(j.want):
		to = j.want
		to.Paused = false
		err = j.resize(ctx, to)
	case !can:
		return refused(archwire.Invalid, fmt.Sprintf("the %s cannot be paused", j.place()), "Leave pause out of capacity in archwire.yaml.")
	default:
		j.tell("the %s is paused", j.place())
		err = pauser.Pause(ctx)
	}
	if archwire.CodeOf(err) == archwire.Conflict { // somebody else's change, or ours, whose answer was lost
		j.at, j.moved = time.Time{}, true
		return nil
	}
	if err != nil {
		return err
	}
	j.asks++
	j.asked, j.from, j.at, j.moved, j.failed = to, have, j.Now(), false, j.status.Last == Failed
	return nil
}

// resize begins a resize, elastically where that is offered.
func (j *journey) resize(ctx context.Context, to Shape) error {
	options, err := j.plane.Options(ctx)
	if err != nil {
		return err //nolint:wrapcheck // says what it asked
	}
	classic := false
	if options != nil && !offers(options, j.status.Shape.over(to)) {
		if !j.classic {
			return NotOffered(j.terms.Place, j.status.Shape, to, options)
		}
		classic = true
	}
	j.tell("the %s goes from %s to %s", j.place(), j.status.Shape, to)
	return j.plane.Resize(ctx, to, classic) //nolint:wrapcheck // says what it asked
}

// pass is nil for what waiting may help; the journey remembers it.
func (j *journey) pass(err error) error {
	if archwire.CodeOf(err) == archwire.Unavailable && !errors.Is(err, ErrRefused) {
		j.trouble = err
		return nil
	}
	return err
}

// late is the error for a deadline that is over.
func (j *journey) late(deadline time.Duration) error {
	says := fmt.Sprintf("it is %s, %s", j.status.Says, j.status.Shape)
	if j.trouble != nil {
		says = archwire.MessageOf(j.trouble)
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: fmt.Sprintf("the %s is not %s after %s: %s", j.place(), j.want, deadline, says),
		Hint: "See archwire capacity show. An elastic resize cannot be cancelled; the next run waits for it, and capacity.deadline of archwire.yaml says for how long.",
		Err:  j.trouble,
	}
}

// refused is an error that asking again does not help.
func refused(code archwire.Code, message, hint string) error {
	return &archwire.Error{Code: code, Message: message, Hint: hint, Err: ErrRefused}
}
