package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"archwire"
)

const runColumns = "id, state, started_at, ended_at, verb, as_of, row_count, publication, error, hint, code, steps, resumes, events"

// SaveRun remembers a run, in place of what was remembered of it before.
func (s *Store) SaveRun(ctx context.Context, r archwire.Run) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error { return s.saveRun(ctx, tx, r) })
	return s.classify("saving run "+string(r.ID), err)
}

func (s *Store) saveRun(ctx context.Context, tx *sql.Tx, r archwire.Run) error {
	var texts [3][]byte
	for i, v := range []any{r.Steps, r.Events, r.Details} {
		var err error
		if texts[i], err = json.Marshal(v); err != nil {
			return fmt.Errorf("writing run %s: %w", r.ID, err)
		}
	}
	_, err := tx.ExecContext(ctx, `insert into run (`+runColumns+`, details)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (id) do update set state = excluded.state, started_at = excluded.started_at,
			ended_at = excluded.ended_at, verb = excluded.verb, as_of = excluded.as_of,
			row_count = excluded.row_count, publication = excluded.publication, error = excluded.error,
			hint = excluded.hint, code = excluded.code, steps = excluded.steps, resumes = excluded.resumes,
			events = excluded.events, details = excluded.details`,
		string(r.ID), string(r.State), timeText(r.StartedAt), optionalTime(r.EndedAt), string(r.Verb), string(r.AsOf),
		r.Rows, string(r.Publication), r.Error, r.Hint, string(r.Code), string(texts[0]), string(r.Resumes),
		string(texts[1]), string(texts[2]))
	if err != nil || r.State == archwire.Running || s.announce == nil {
		return err
	}
	notifications, err := s.announce(r)
	if err != nil {
		return fmt.Errorf("announcing run %s: %w", r.ID, err)
	}
	return s.enqueue(ctx, tx, notifications)
}

// AddDetails adds to what is remembered of a run what happened around it. Nobody is told
// of the run again; of a run that is not there nothing is remembered.
func (s *Store) AddDetails(ctx context.Context, id archwire.RunID, details []archwire.Detail) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		runs, err := queryRuns(ctx, tx, "select "+runColumns+", details from run where id = $1", string(id))
		if err != nil || len(runs) == 0 {
			return err
		}
		text, err := json.Marshal(append(runs[0].Details, details...))
		if err != nil {
			return fmt.Errorf("writing run %s: %w", id, err)
		}
		_, err = tx.ExecContext(ctx, "update run set details = $1 where id = $2", string(text), string(id))
		return err
	})
	return s.classify("saving what happened around run "+string(id), err)
}

// Runs lists the last runs, at most limit of them, the newest first, without
// their details.
func (s *Store) Runs(ctx context.Context, limit int) ([]archwire.Run, error) {
	runs, err := queryRuns(ctx, s.read, "select "+runColumns+", 'null' from run order by started_at desc, id desc limit $1", max(limit, 0))
	return runs, s.classify("listing the runs", err)
}

// LastSuccess is the newest run that succeeded, without its details; found is
// false when there is none.
func (s *Store) LastSuccess(ctx context.Context) (run archwire.Run, found bool, err error) {
	runs, err := queryRuns(ctx, s.read,
		"select "+runColumns+", 'null' from run where state = $1 order by started_at desc, id desc limit 1", string(archwire.Succeeded))
	if err != nil || len(runs) == 0 {
		return run, false, s.classify("reading the last successful run", err)
	}
	return runs[0], true, nil
}

// Run is the run of that id, with its details; code NotFound when there is none.
func (s *Store) Run(ctx context.Context, id archwire.RunID) (archwire.Run, error) {
	runs, err := queryRuns(ctx, s.read, "select "+runColumns+", details from run where id = $1", string(id))
	if err != nil {
		return archwire.Run{}, s.classify("reading a run", err)
	}
	if len(runs) == 0 {
		return archwire.Run{}, &archwire.Error{
			Code: archwire.NotFound, Message: fmt.Sprintf("there is no run %q", string(id)),
			Hint: "Run archwire runs to see the last ones.",
		}
	}
	return runs[0], nil
}

// queryRuns reads runs: runColumns and the details.
func queryRuns(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, query string, args ...any,
) (runs []archwire.Run, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, rows.Err()
}

func scanRun(row interface{ Scan(dest ...any) error }) (archwire.Run, error) {
	var r archwire.Run
	var started, ended sql.NullString
	var steps, events, details string
	err := row.Scan(&r.ID, &r.State, &started, &ended, &r.Verb, &r.AsOf, &r.Rows, &r.Publication,
		&r.Error, &r.Hint, &r.Code, &steps, &r.Resumes, &events, &details)
	if err != nil {
		return archwire.Run{}, err
	}
	var errs [5]error
	r.StartedAt, errs[0] = parseTime(started)
	r.EndedAt, errs[1] = parseTime(ended)
	errs[2] = json.Unmarshal([]byte(steps), &r.Steps)
	errs[3] = json.Unmarshal([]byte(events), &r.Events)
	errs[4] = json.Unmarshal([]byte(details), &r.Details)
	if err := errors.Join(errs[:]...); err != nil {
		return archwire.Run{}, fmt.Errorf("reading run %s: %w", r.ID, err)
	}
	return r, nil
}
