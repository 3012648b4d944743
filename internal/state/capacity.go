package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"archwire/internal/capacity"
)

var _ capacity.Leases = (*Store)(nil)

// seenKept is how long shapes that were seen are kept: a year of months, and some.
const seenKept = 400 * 24 * time.Hour

// Lease implements capacity.Leases.
func (s *Store) Lease(ctx context.Context) (l capacity.Lease, found bool, err error) {
	defer func() { err = s.classify("reading the lease of the warehouse's capacity", err) }()
	var since, until sql.NullString
	var terms string
	err = s.read.QueryRowContext(ctx, "select holder, since, until, phase, terms from capacity_lease").Scan(&l.Holder, &since, &until, &l.Phase, &terms)
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	if err != nil {
		return l, false, err
	}
	var errs [3]error
	l.Since, errs[0] = parseTime(since)
	l.Until, errs[1] = parseTime(until)
	errs[2] = json.Unmarshal([]byte(terms), &l.Terms)
	return l, true, errors.Join(errs[:]...)
}

// SaveLease implements capacity.Leases.
func (s *Store) SaveLease(ctx context.Context, l capacity.Lease) error {
	terms, err := json.Marshal(l.Terms)
	if err != nil {
		return fmt.Errorf("writing the lease of the warehouse's capacity: %w", err)
	}
	_, err = s.write.ExecContext(ctx, `insert into capacity_lease (id, holder, since, until, phase, terms) values (1, $1, $2, $3, $4, $5)
		on conflict (id) do update set holder = excluded.holder, since = excluded.since, until = excluded.until,
			phase = excluded.phase, terms = excluded.terms`,
		l.Holder, timeText(l.Since), optionalTime(l.Until), string(l.Phase), string(terms))
	return s.classify("writing the lease of the warehouse's capacity", err)
}

// DropLease implements capacity.Leases.
func (s *Store) DropLease(ctx context.Context) error {
	_, err := s.write.ExecContext(ctx, "delete from capacity_lease")
	return s.classify("ending the lease of the warehouse's capacity", err)
}

// See implements capacity.Leases.
func (s *Store) See(ctx context.Context, seen capacity.Seen) error {
	place, errPlace := json.Marshal(seen.Place)
	shape, errShape := json.Marshal(seen.Shape)
	if err := errors.Join(errPlace, errShape); err != nil {
		return fmt.Errorf("writing down the warehouse's shape: %w", err)
	}
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		last, err := list(ctx, tx, scanSeen, seenQuery+" where place = $1 order by at desc limit 1", string(place))
		if err != nil || len(last) == 1 && last[0].Shape == seen.Shape && last[0].Holder == seen.Holder {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into capacity_seen (place, at, shape, holder) values ($1, $2, $3, $4)
			on conflict (place, at) do update set shape = excluded.shape, holder = excluded.holder`,
			string(place), timeText(seen.At), string(shape), seen.Holder)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `delete from capacity_seen where at <
			(select max(o.at) from capacity_seen o where o.place = capacity_seen.place and o.at <= $1)`, timeText(seen.At.Add(-seenKept)))
		return err
	})
	return s.classify("writing down the warehouse's shape", err)
}

// SeenSince implements capacity.Leases.
func (s *Store) SeenSince(ctx context.Context, p capacity.Place, from time.Time) (seen []capacity.Seen, err error) {
	place, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("reading the warehouse's shapes: %w", err)
	}
	seen, err = list(ctx, s.read, scanSeen, seenQuery+` where place = $1
		and at >= coalesce((select max(o.at) from capacity_seen o where o.place = $1 and o.at <= $2), $2) order by at`,
		string(place), timeText(from))
	return seen, s.classify("reading the warehouse's shapes", err)
}

const seenQuery = "select place, at, shape, holder from capacity_seen"

func scanSeen(r row) (seen capacity.Seen, err error) {
	var place, shape string
	var at sql.NullString
	if err := r.Scan(&place, &at, &shape, &seen.Holder); err != nil {
		return seen, err
	}
	var errs [3]error
	errs[0] = json.Unmarshal([]byte(place), &seen.Place)
	seen.At, errs[1] = parseTime(at)
	errs[2] = json.Unmarshal([]byte(shape), &seen.Shape)
	return seen, errors.Join(errs[:]...)
}
