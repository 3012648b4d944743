package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"archwire"
)

const runColumns = "id, state, started_at, ended_at, verb, as_of, row_count, publication, error, hint, code, steps"

// SaveRun remembers a run, in place of what was remembered of it before.
func (s *Store) SaveRun(ctx context.Context, r archwire.Run) error {
	steps, err := json.Marshal(r.Steps)
	if err != nil {
		return fmt.Errorf("writing the steps of run %s: %w", r.ID, err)
	}
	_, err = s.write.ExecContext(ctx, `insert into run (`+runColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (id) do update set state = excluded.state, started_at = excluded.started_at,
			ended_at = excluded.ended_at, verb = excluded.verb, as_of = excluded.as_of,
			row_count = excluded.row_count, publication = excluded.publication, error = excluded.error,
			hint = excluded.hint, code = excluded.code, steps = excluded.steps`,
		string(r.ID), string(r.State), timeText(r.StartedAt), optionalTime(r.EndedAt), string(r.Verb), string(r.AsOf),
		r.Rows, string(r.Publication), r.Error, r.Hint, string(r.Code), string(steps))
	return classify("saving run "+string(r.ID), s.path, err)
}

// Runs lists the last runs, at most limit of them, the newest first.
func (s *Store) Runs(ctx context.Context, limit int) (runs []archwire.Run, err error) {
	defer func() { err = classify("listing the runs", s.path, err) }()
	rows, err := s.read.QueryContext(ctx, "select "+runColumns+" from run order by started_at desc, id desc limit $1", max(limit, 0))
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

// Run is the run of that id; code NotFound when there is none.
func (s *Store) Run(ctx context.Context, id archwire.RunID) (archwire.Run, error) {
	r, err := scanRun(s.read.QueryRowContext(ctx, "select "+runColumns+" from run where id = $1", string(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return archwire.Run{}, &archwire.Error{
			Code: archwire.NotFound, Message: fmt.Sprintf("there is no run %q", string(id)),
			Hint: "Run archwire status to see the last ones.",
		}
	}
	return r, classify("reading a run", s.path, err)
}

func scanRun(row interface{ Scan(dest ...any) error }) (archwire.Run, error) {
	var r archwire.Run
	var started, ended sql.NullString
	var steps string
	err := row.Scan(&r.ID, &r.State, &started, &ended, &r.Verb, &r.AsOf, &r.Rows, &r.Publication,
		&r.Error, &r.Hint, &r.Code, &steps)
	if err != nil {
		return archwire.Run{}, err
	}
	var errs [3]error
	r.StartedAt, errs[0] = parseTime(started)
	r.EndedAt, errs[1] = parseTime(ended)
	errs[2] = json.Unmarshal([]byte(steps), &r.Steps)
	if err := errors.Join(errs[:]...); err != nil {
		return archwire.Run{}, fmt.Errorf("reading run %s: %w", r.ID, err)
	}
	return r, nil
}
