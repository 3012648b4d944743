package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"archwire"
)

// A holder is who holds the run lock.
type holder struct {
	PID   int            `json:"pid"`
	Run   archwire.RunID `json:"run"`
	Since time.Time      `json:"since"`
}

// Lock takes the run lock for run: while it is held, nobody else gets it, in this
// process or another one. The operating system holds it on a file beside the
// state, so it ends with the process however that ends. When another run has it,
// the error has code Conflict and says which, by which process and since when.
//
// Runs that are remembered as running were cut off, since nobody held the lock:
// they are remembered as failed from then on.
func (s *Store) Lock(ctx context.Context, run archwire.RunID) (unlock func() error, err error) {
	f, err := os.OpenFile(s.lockPath(), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, classify("taking the run lock", s.lockPath(), err)
	}
	if err := flock(f); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = conflict(f)
		}
		return nil, errors.Join(classify("taking the run lock", s.lockPath(), err), f.Close())
	}
	h := holder{PID: os.Getpid(), Run: run, Since: s.now().UTC()}
	if err := errors.Join(h.writeTo(f), s.failCutOff(ctx, run)); err != nil {
		return nil, errors.Join(classify("taking the run lock", s.lockPath(), err), f.Close())
	}
	// Emptied first, so that the file names nobody when nobody holds it. Closing
	// gives the lock back.
	return sync.OnceValue(func() error { return errors.Join(f.Truncate(0), f.Close()) }), nil
}

func (s *Store) lockPath() string { return s.path + ".lock" }

// flock locks f without waiting.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func (h holder) writeTo(f *os.File) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// conflict names the holder of a lock file. One that has only just taken the lock
// may not have written its name yet.
func conflict(f *os.File) error {
	who := "another process"
	var h holder
	if text, err := io.ReadAll(f); err == nil && json.Unmarshal(text, &h) == nil {
		who = fmt.Sprintf("run %s, of process %d since %s,", h.Run, h.PID, h.Since.Format(time.RFC3339))
	}
	return &archwire.Error{
		Code: archwire.Conflict, Message: who + " is at work on this project",
		Hint: "Wait for it to end, or stop that process; archwire status shows how far it is.",
	}
}

// failCutOff ends runs other than run that are remembered as running.
func (s *Store) failCutOff(ctx context.Context, run archwire.RunID) error {
	_, err := s.write.ExecContext(ctx, `update run set state = $1, ended_at = $2, code = $3, error = $4, hint = $5
		where state = $6 and id <> $7`,
		string(archwire.Failed), timeText(s.now()), string(archwire.Unavailable),
		"the run was cut off: its process was killed or the machine stopped",
		"Run archwire run; what was published before is still served.",
		string(archwire.Running), string(run))
	return err
}
