package state

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

var errAnswered = errors.New("the request was answered before")

// A Kept is an answer that is kept for a request that may be sent again.
type Kept struct {
	Caller  string
	Key     string // the digest of its Idempotency-Key
	Request string // the digest of what was asked
	Status  int
	Body    []byte // encrypted
}

// KeptFor is how long answers are kept.
const KeptFor = 24 * time.Hour

// Once runs do, whose effects on the state and whose answer are there together or
// not at all, unless the caller's request of that key was answered within
// KeptFor: then it returns the answer that was kept, and before is true. Of several
// at once, one runs. What fails is not kept. do uses the context that it is handed.
func (s *Store) Once(ctx context.Context, k Kept, do func(ctx context.Context) (status int, body []byte, err error)) (kept Kept, before bool, err error) {
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		now := s.now()
		if _, err := tx.ExecContext(ctx, "delete from kept_answer where created_at <= $1", timeText(now.Add(-KeptFor))); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `insert into kept_answer (caller, key, request, status, body, created_at)
			values ($1, $2, $3, 0, '', $4) on conflict do nothing`, k.Caller, k.Key, k.Request, timeText(now))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, errAnswered)
		}
		if k.Status, k.Body, err = do(context.WithValue(ctx, within{}, tx)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "update kept_answer set status = $1, body = $2 where caller = $3 and key = $4",
			k.Status, base64.RawStdEncoding.EncodeToString(k.Body), k.Caller, k.Key)
		return err
	})
	if errors.Is(err, errAnswered) {
		kept, err = s.kept(ctx, k.Caller, k.Key)
		return kept, err == nil, s.classify("reading a kept answer", err)
	}
	return k, false, s.classify("keeping an answer", err)
}

// Answered is the answer that Once kept for the caller's request of that key, if it was
// answered within KeptFor.
func (s *Store) Answered(ctx context.Context, caller, key string) (kept Kept, before bool, err error) {
	var at string
	err = s.write.QueryRowContext(ctx, "select created_at from kept_answer where caller = $1 and key = $2 and created_at > $3",
		caller, key, timeText(s.now().Add(-KeptFor))).Scan(&at)
	if err == nil {
		kept, err = s.kept(ctx, caller, key)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return Kept{}, false, nil
	}
	return kept, err == nil, s.classify("reading a kept answer", err)
}

func (s *Store) kept(ctx context.Context, caller, key string) (Kept, error) {
	k := Kept{Caller: caller, Key: key}
	var body string
	err := s.write.QueryRowContext(ctx, "select request, status, body from kept_answer where caller = $1 and key = $2", caller, key).Scan(&k.Request, &k.Status, &body)
	if err != nil {
		return Kept{}, err
	}
	if k.Body, err = base64.RawStdEncoding.DecodeString(body); err != nil {
		return Kept{}, fmt.Errorf("reading the body of a kept answer: %w", err)
	}
	return k, nil
}

// within is the key, in the context that Once hands out, of its transaction.
type within struct{}

// reader is what reads of a context see: the transaction that it is within.
func (s *Store) reader(ctx context.Context) querier {
	if tx, ok := ctx.Value(within{}).(*sql.Tx); ok {
		return tx
	}
	return s.read
}
