package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"archwire"
)

// Lock takes the run lock for run: while it is held, nobody else gets it, in this
// process or another one. It ends with the process, however that ends. When
// another run has it, the error has code Conflict and says which, by which
// process and since when.
//
// Work is done under held, which is ctx until unlock; when the lock is lost, as a
// connection to PostgreSQL can be, held ends at once and context.Cause(held) is
// an error of code Unavailable that says so.
//
// Runs that are remembered as running were cut off, since nobody held the lock:
// they are remembered as failed from then on.
func (s *Store) Lock(ctx context.Context, run archwire.RunID) (held context.Context, unlock func() error, err error) {
	h, err := s.engine.hold(ctx)
	if errors.Is(err, errHeld) {
		return nil, nil, s.conflict(ctx)
	}
	if err != nil {
		return nil, nil, s.classify("taking the run lock", err)
	}
	if err := s.claim(ctx, run, h.by); err != nil {
		return nil, nil, errors.Join(s.classify("taking the run lock", err), h.release())
	}
	held, end := context.WithCancelCause(ctx)
	go func() {
		select {
		case cause := <-h.lost:
			end(&archwire.Error{
				Code: archwire.Unavailable, Message: "the run lock was lost: the connection to " + s.engine.name() + " broke",
				Hint: "Run archwire run; it goes on from where this one stopped.", Err: s.classify("holding the run lock", cause),
			})
		case <-held.Done():
		}
	}()
	return held, sync.OnceValue(func() error {
		end(nil)
		clearing, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
		defer cancel()
		_, err := s.write.ExecContext(clearing, "delete from run_claim where held_by = $1 and run = $2", h.by, string(run))
		return errors.Join(s.classify("giving the run lock back", err), h.release())
	}), nil
}

// claim writes down who holds the lock, and ends the runs that were cut off.
func (s *Store) claim(ctx context.Context, run archwire.RunID, by string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return s.transaction(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into run_claim (id, run, held_by, pid, host, since) values (1, $1, $2, $3, $4, $5)
			on conflict (id) do update set run = excluded.run, held_by = excluded.held_by, pid = excluded.pid,
				host = excluded.host, since = excluded.since`,
			string(run), by, os.Getpid(), host, timeText(s.now()))
		if err != nil {
			return err
		}
		return s.failCutOff(ctx, tx, run)
	})
}

// A Claim says who holds the run lock.
type Claim struct {
	Run   archwire.RunID // or what else it is held for: rollback
	PID   int
	Host  string
	Since time.Time
}

// Working says who holds the run lock, as far as is known without asking for it: in
// SQLite, somebody who was killed still does. It is not found when nobody has it, or
// nobody has said so yet.
func (s *Store) Working(ctx context.Context) (c Claim, found bool, err error) {
	var by string
	var since sql.NullString
	err = s.read.QueryRowContext(ctx, "select run, held_by, pid, host, since from run_claim").Scan(&c.Run, &by, &c.PID, &c.Host, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return Claim{}, false, nil
	}
	if err != nil {
		return Claim{}, false, s.classify("asking who holds the run lock", err)
	}
	held, err := s.engine.heldBy(ctx, s.read)
	if err != nil {
		return Claim{}, false, s.classify("asking who holds the run lock", err)
	}
	c.Since, err = parseTime(since)
	return c, by == held && err == nil, nil
}

// conflict names the holder of the lock. One that has only just taken it may not
// have written its name yet.
func (s *Store) conflict(ctx context.Context) error {
	c, found, err := s.Working(ctx)
	if err != nil {
		return err
	}
	who := "another process"
	if found {
		who = fmt.Sprintf("run %s, of process %d on %s since %s,", c.Run, c.PID, c.Host, c.Since.Format(time.RFC3339))
	}
	return &archwire.Error{
		Code: archwire.Conflict, Message: who + " is at work on this project",
		Hint: "Wait for it to end, or stop that process; archwire status shows how far it is.",
	}
}

// failCutOff ends runs other than run that are remembered as running.
func (s *Store) failCutOff(ctx context.Context, tx *sql.Tx, run archwire.RunID) error {
	runs, err := queryRuns(ctx, tx, "select "+runColumns+", details from run where state = $1 and id <> $2 order by started_at",
		string(archwire.Running), string(run))
	if err != nil {
		return err
	}
	for _, r := range runs {
		r.State, r.EndedAt, r.Code = archwire.Failed, s.now().UTC(), archwire.Unavailable
		r.Error = "the run was cut off: its process was killed or the machine stopped"
		r.Hint = "Run archwire run; what was published before is still served."
		if err := s.saveRun(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}
