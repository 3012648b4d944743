package state

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// StartSession signs a person in: it makes a session and returns its secret,
// which cannot be had again. A person who is disabled, and one that there is not,
// are an error of code NotFound.
func (s *Store) StartSession(ctx context.Context, person string) (secret string, session auth.Session, err error) {
	id, secret, err := auth.MintSession(rand.Reader)
	if err != nil {
		return "", auth.Session{}, err
	}
	now := microseconds(s.now())
	session = auth.Session{ID: id, Person: person, Hash: auth.Hash(secret), CreatedAt: now, UsedAt: now}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `insert into session (id, hash, person, created_at, used_at)
			select $1, $2, id, $3, $3 from person where id = $4 and disabled_at is null`,
			id, hex.EncodeToString(session.Hash), timeText(now), person)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, noPerson())
		}
		if err := tx.QueryRowContext(ctx, "select name from person where id = $1", person).Scan(&session.Name); err != nil {
			return err
		}
		// Nobody asks for a session that ended long ago.
		_, err = tx.ExecContext(ctx, "delete from session where created_at < $1", timeText(now.Add(-2*auth.Absolute)))
		return err
	})
	if err != nil {
		return "", auth.Session{}, s.classify("signing a person in", err)
	}
	return secret, session, nil
}

// Session is the session of that id, with what its person's standing is now; code
// NotFound when there is none. That of a disabled person has ended.
func (s *Store) Session(ctx context.Context, id string) (auth.Session, error) {
	session, err := scanSession(s.read.QueryRowContext(ctx, `select s.id, s.person, p.name, s.hash, s.created_at, s.used_at, coalesce(s.ended_at, p.disabled_at),
		(select count(*) || '/' || count(m.ended_at) from membership m where m.person = s.person) || ' ' ||
		(select count(*) || '/' || count(g.revoked_at) from access_grant g where g.client in
			(select m.client from membership m where m.person = s.person and m.client <> '' and m.ended_at is null))
		from session s join person p on p.id = s.person where s.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Session{}, &archwire.Error{Code: archwire.NotFound, Message: "there is no such session", Hint: "Sign in again."}
	}
	return session, s.classify("reading a session", err)
}

func scanSession(r row) (session auth.Session, err error) {
	var hash string
	var created, used, ended sql.NullString
	if err := r.Scan(&session.ID, &session.Person, &session.Name, &hash, &created, &used, &ended, &session.Standing); err != nil {
		return auth.Session{}, err
	}
	var errs [4]error
	session.Hash, errs[0] = hex.DecodeString(hash)
	session.CreatedAt, errs[1] = parseTime(created)
	session.UsedAt, errs[2] = parseTime(used)
	session.EndedAt, errs[3] = parseTime(ended)
	if err := errors.Join(errs[:]...); err != nil {
		return auth.Session{}, fmt.Errorf("reading session %s: %w", session.ID, err)
	}
	return session, nil
}

// Touch remembers that a session was used. A later time that is remembered already
// stays.
func (s *Store) Touch(ctx context.Context, id string, at time.Time) error {
	_, err := s.write.ExecContext(ctx, "update session set used_at = $1 where id = $2 and used_at < $1", timeText(at), id)
	return s.classify("remembering that a session was used", err)
}

// EndSession ends a session, if it has not ended.
func (s *Store) EndSession(ctx context.Context, id string) error {
	_, err := s.write.ExecContext(ctx, "update session set ended_at = coalesce(ended_at, $1) where id = $2", timeText(s.now()), id)
	return s.classify("ending a session", err)
}

// endSessions ends all of a person's sessions.
func endSessions(ctx context.Context, tx *sql.Tx, person, now string) error {
	_, err := tx.ExecContext(ctx, "update session set ended_at = $1 where person = $2 and ended_at is null", now, person)
	return err
}
