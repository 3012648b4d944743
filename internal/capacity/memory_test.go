package capacity_test

import (
	"context"
	"time"

	"archwire/internal/capacity"
)

// memory keeps leases in memory, for tests that need many.
type memory struct {
	lease *capacity.Lease
	seen  []capacity.Seen
}

var _ capacity.Leases = (*memory)(nil)

func (m *memory) Lease(context.Context) (l capacity.Lease, found bool, err error) {
	if m.lease == nil {
		return l, false, nil
	}
	return *m.lease, true, nil
}

func (m *memory) SaveLease(_ context.Context, l capacity.Lease) error {
	m.lease = &l
	return nil
}

func (m *memory) DropLease(context.Context) error {
	m.lease = nil
	return nil
}

func (m *memory) See(_ context.Context, s capacity.Seen) error {
	if n := len(m.seen); n == 0 || m.seen[n-1].Shape != s.Shape || m.seen[n-1].Holder != s.Holder {
		m.seen = append(m.seen, s)
	}
	return nil
}

func (m *memory) SeenSince(context.Context, capacity.Place, time.Time) ([]capacity.Seen, error) {
	return m.seen, nil
}
