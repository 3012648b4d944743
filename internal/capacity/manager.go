package capacity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"archwire"
)

// A Manager grows a warehouse before a run and shrinks it afterwards. Whoever calls
// Grow or Shrink holds the run lock, so that one process at a time changes the lease
// and the warehouse.
type Manager struct {
	// Open gives the control plane of a place: that of the lease may be another than
	// the project's.
	Open func(ctx context.Context, p Place) (ControlPlane, error)

	Leases Leases
	Probe  func(ctx context.Context) error // as Prober.Writable; nil when there is no way to ask
	Now    func() time.Time
	Wait   func(ctx context.Context, d time.Duration) error // returns early, with an error, when ctx ends
	Tell   func(says string)                                // a fact worth a line; may be nil

	terms Terms // of the way under way
}

// askPatience is how long a control plane is asked to shrink a warehouse after the
// process was told to stop: it is not waited for then.
const askPatience = 30 * time.Second

// Grow has the warehouse in the load shape of terms when it returns nil; or, where that
// cannot be had, as it is, if it takes statements: a smaller warehouse takes longer,
// and no warehouse is an error. holder is who works, for as long as the run lock is
// held. A lease that was left behind is taken over, and ended first if it is of another
// place; one that is to be kept for longer remains its holder's.
func (m *Manager) Grow(ctx context.Context, terms Terms, holder string) error {
	old, found, err := m.take(ctx, terms.Place)
	if err != nil {
		return err
	}
	if !found && !terms.Moves() {
		return nil
	}
	l := Lease{Holder: holder, Since: m.Now(), Phase: Growing, Terms: terms}
	if found && old.Kept(m.Now()) {
		l.Holder, l.Since, l.Until = old.Holder, old.Since, old.Until
	}
	return m.grow(ctx, l)
}

// Lend has the warehouse in the load shape of terms, as Grow does, and keeps it so until
// a time, whoever works or not. When the shape cannot be had, that is an error; the
// lease stays, for what was begun may still come to its end.
func (m *Manager) Lend(ctx context.Context, terms Terms, holder string, until time.Time) error {
	if _, _, err := m.take(ctx, terms.Place); err != nil {
		return err
	}
	l := Lease{Holder: holder, Since: m.Now(), Until: until, Phase: Growing, Terms: terms}
	if err := m.Leases.SaveLease(ctx, l); err != nil {
		return err //nolint:wrapcheck // says what it did
	}
	if _, err := m.travel(ctx, l, terms.Load); err != nil {
		return err
	}
	l.Phase = Held
	return m.Leases.SaveLease(ctx, l) //nolint:wrapcheck // says what it did
}

// take finds a lease of a place that was left behind; one of another place is ended.
func (m *Manager) take(ctx context.Context, p Place) (l Lease, found bool, err error) {
	l, found, err = m.Leases.Lease(ctx)
	switch {
	case err != nil || !found:
		return l, false, err //nolint:wrapcheck // says what it read
	case l.Terms.Place != p:
		return Lease{}, false, m.end(ctx, l)
	}
	if !l.Kept(m.Now()) {
		m.tell("the %s was left %s by %s and is taken over", p, l.Phase, l.Holder)
	}
	return l, true, nil
}

func (m *Manager) grow(ctx context.Context, l Lease) error {
	if err := m.Leases.SaveLease(ctx, l); err != nil {
		return err //nolint:wrapcheck // says what it did
	}
	last, err := m.travel(ctx, l, l.Terms.Load)
	if ctx.Err() != nil {
		return err
	}
	if err != nil {
		if last.Condition != "" && (last.Condition != Still || last.Shape.Paused) {
			return err
		}
		m.tell("the %s did not grow, and the run goes on with it as it is: %s", l.Terms.Place, archwire.MessageOf(err))
	}
	l.Phase = Held
	return m.Leases.SaveLease(ctx, l) //nolint:wrapcheck // says what it did
}

// Shrink ends the lease: it has the warehouse in the serve shape when it returns nil.
// Without a lease it does nothing, nor with one that is to be kept for longer. When ctx
// has ended, shrinking is asked for and not waited for; the lease stays then, and the
// error says so, for a later process to see to it.
func (m *Manager) Shrink(ctx context.Context) error {
	l, found, err := m.Leases.Lease(context.WithoutCancel(ctx))
	if err != nil || !found || l.Kept(m.Now()) {
		return err //nolint:wrapcheck // says what it read
	}
	return m.end(ctx, l)
}

// Return ends the lease even when it was to be kept for longer, and has the warehouse
// in the serve shape of terms where there is no lease.
func (m *Manager) Return(ctx context.Context, terms Terms, holder string) error {
	l, found, err := m.Leases.Lease(ctx)
	if err != nil {
		return err //nolint:wrapcheck // says what it read
	}
	if !found {
		l = Lease{Holder: holder, Since: m.Now(), Terms: terms}
	}
	return m.end(ctx, l)
}

// end has the warehouse of a lease in its serve shape, and drops the lease. One that is
// not there any more needs no shrinking.
func (m *Manager) end(ctx context.Context, l Lease) error {
	l.Phase, l.Until = Shrinking, time.Time{}
	if err := m.Leases.SaveLease(context.WithoutCancel(ctx), l); err != nil {
		return err //nolint:wrapcheck // says what it did
	}
	if ctx.Err() != nil {
		return m.askOnly(ctx, l)
	}
	_, err := m.travel(ctx, l, l.Terms.Serve)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return errors.Join(err, m.askOnly(ctx, l))
	case archwire.CodeOf(err) == archwire.NotFound:
		m.tell("the %s is not there any more", l.Terms.Place)
	default:
		return &archwire.Error{
			Code: archwire.CodeOf(err), Message: fmt.Sprintf("the %s has not shrunk to %s: %s", l.Terms.Place, l.Terms.Serve, archwire.MessageOf(err)),
			Hint: strings.TrimSpace(archwire.HintOf(err) + " Then run archwire capacity resize serve; a daemon tries again by itself."), Err: err,
		}
	}
	return m.Leases.DropLease(context.WithoutCancel(ctx)) //nolint:wrapcheck // says what it did
}

// askOnly asks for the serve shape once, though ctx has ended.
func (m *Manager) askOnly(ctx context.Context, l Lease) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askPatience)
	defer cancel()
	j, err := m.journey(ctx, l, l.Terms.Serve)
	if err == nil {
		var arrived bool
		if arrived, err = j.step(ctx); arrived {
			return m.Leases.DropLease(ctx) //nolint:wrapcheck // says what it did
		}
	}
	return errors.Join(err, &archwire.Error{
		Code: archwire.Unavailable, Message: fmt.Sprintf("the %s has not shrunk yet", l.Terms.Place),
		Hint: "The next run or a daemon ends what was begun; archwire capacity resize serve does it now.",
	})
}

// travel has the warehouse of a lease in a shape, and says how it was seen last.
func (m *Manager) travel(ctx context.Context, l Lease, to Shape) (Status, error) {
	j, err := m.journey(ctx, l, to)
	if err != nil {
		return Status{}, err
	}
	err = j.travel(ctx, l.Terms.Deadline)
	return j.status, err
}

func (m *Manager) journey(ctx context.Context, l Lease, to Shape) (*journey, error) {
	plane, err := m.Open(ctx, l.Terms.Place)
	if err != nil {
		return nil, err
	}
	of := *m
	of.terms = l.Terms
	return &journey{Manager: &of, plane: plane, want: to, classic: l.Terms.Classic, holder: l.Holder}, nil
}

// holderOf is the holder of a lease for whom a warehouse has a shape; "" for one that
// it has between leases.
func (j *journey) holderOf(s Shape) string {
	if s.Fits(j.terms.Serve) {
		return ""
	}
	return j.holder
}

func (m *Manager) place() string { return m.terms.Place.String() }

func (m *Manager) tell(format string, args ...any) {
	if m.Tell != nil {
		m.Tell(fmt.Sprintf(format, args...))
	}
}
