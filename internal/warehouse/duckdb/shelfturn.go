package duckdb

import (
	"context"
	"errors"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

// patience is how long a load waits for others to give memory back.
const patience = 10 * time.Second

// short says whether memory was.
func short(err error) bool {
	e, ok := errors.AsType[*duckdb.Error](err)
	return ok && e.Type == duckdb.ErrorTypeOutOfMemory || archwire.CodeOf(err) == archwire.Unavailable
}

// inTurn makes e's table where memory was short. Loads for which it was do so one
// after the other: each drops what nobody uses, and as long as others use something
// it tries again when one of them has ended.
func (s *shelf) inTurn(ctx context.Context, e *set, files []archwire.SliceFile) error {
	s.waiting(e, true)
	s.turn.Lock()
	defer s.turn.Unlock()
	s.waiting(e, false)
	patient, done := context.WithTimeout(ctx, patience)
	defer done()
	for {
		others, ended := s.clear(ctx, e)
		err := contained(func() error { return s.fill(ctx, e, files) })
		if !short(err) || !others {
			return err
		}
		select {
		case <-ended:
		case <-patient.Done():
			return err
		}
	}
}

// waiting says whether e's load waits for its turn. Whoever has the turn needs not wait
// for it then.
func (s *shelf) waiting(e *set, waits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.waits = waits
	s.tell()
}

// clear drops every table that nobody uses. It says whether others than e are in use or
// being made, and what is closed when one of them ends or begins to wait.
func (s *shelf) clear(ctx context.Context, e *set) (others bool, ended <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for place := s.order.Back(); place != nil; {
		o := place.Value.(*set) //nolint:forcetypeassert // the list holds nothing else
		place = place.Prev()
		if o.users == 0 {
			s.drop(ctx, o)
		}
		others = others || o != e && o.users > 0 && !o.waits
	}
	if s.ended == nil {
		s.ended = make(chan struct{})
	}
	return others, s.ended
}

// leave makes e used by one less. Hold mu.
func (s *shelf) leave(e *set) {
	e.users--
	s.tell()
}

// tell wakes whoever waits for memory. Hold mu.
func (s *shelf) tell() {
	if s.ended != nil {
		close(s.ended)
		s.ended = nil
	}
}
