package duckdb

import (
	"context"
	"database/sql"
	"sync"

	"archwire"
)

// shapes remembers the columns of queries over the warehouse, until a relation
// changes. A publication writes one slice for each tenant; asking for its columns
// each time would take a fifth of that.
type shapes struct {
	mu    sync.Mutex
	kept  map[string][]archwire.Column
	epoch int // counts the changes
}

// of is describe, remembered.
func (s *shapes) of(ctx context.Context, db *sql.DB, text string) ([]archwire.Column, error) {
	s.mu.Lock()
	columns, ok := s.kept[text]
	epoch := s.epoch
	s.mu.Unlock()
	if ok {
		return columns, nil
	}
	columns, err := describe(ctx, db, text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch == epoch { // else they may be those from before
		if s.kept == nil {
			s.kept = map[string][]archwire.Column{}
		}
		s.kept[text] = columns
	}
	return columns, nil
}

// changed forgets everything: some relation is a new one.
func (s *shapes) changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = nil
	s.epoch++
}
