package state

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"archwire"
	"archwire/internal/serve/auth"
)

// Credentials are what a person is known by.
type Credentials struct {
	Person   string // its id
	Password string // its hash; "" if there is none
	TOTP     []byte // the secret of codes, encrypted; nil if none is needed
}

// Credentials are those of the person of that name; code NotFound when there is
// none who may sign in.
func (s *Store) Credentials(ctx context.Context, name string) (c Credentials, err error) {
	var password, code sql.NullString
	err = s.read.QueryRowContext(ctx, `select p.id, w.hash, t.secret from person p
		left join person_password w on w.person = p.id left join person_totp t on t.person = p.id
		where p.name = $1 and p.disabled_at is null`, strings.ToLower(name)).Scan(&c.Person, &password, &code)
	if errors.Is(err, sql.ErrNoRows) {
		return Credentials{}, noPerson()
	}
	c.Password = password.String
	if err == nil && code.Valid {
		c.TOTP, err = base64.RawStdEncoding.DecodeString(code.String)
	}
	return c, s.classify("reading how a person signs in", err)
}

// SetPassword makes hash that of a person's password, and ends the person's
// sessions. Invitations are good no more.
func (s *Store) SetPassword(ctx context.Context, person, hash string) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error { return s.setPassword(ctx, tx, person, hash) })
	return s.classify("setting a password", err)
}

func (s *Store) setPassword(ctx context.Context, tx *sql.Tx, person, hash string) error {
	now := timeText(s.now())
	_, err := tx.ExecContext(ctx, `insert into person_password (person, hash, set_at) values ($1, $2, $3)
		on conflict (person) do update set hash = excluded.hash, set_at = excluded.set_at`, person, hash, now)
	if err == nil {
		_, err = tx.ExecContext(ctx, "update invitation set used_at = $1 where person = $2 and used_at is null", now, person)
	}
	if err != nil {
		return err
	}
	return endSessions(ctx, tx, person, now)
}

// SetTOTP makes sealed the encrypted secret of a person's codes; nil has the person
// need none. The person's sessions end.
func (s *Store) SetTOTP(ctx context.Context, person string, sealed []byte) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		if err := s.setTOTP(ctx, tx, person, sealed); err != nil {
			return err
		}
		return endSessions(ctx, tx, person, timeText(s.now()))
	})
	return s.classify("setting the secret of a person's codes", err)
}

func (s *Store) setTOTP(ctx context.Context, tx *sql.Tx, person string, sealed []byte) error {
	if _, err := tx.ExecContext(ctx, "delete from person_totp where person = $1", person); err != nil || sealed == nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "insert into person_totp (person, secret, last_step, set_at) values ($1, $2, 0, $3)",
		person, base64.RawStdEncoding.EncodeToString(sealed), timeText(s.now()))
	return err
}

// UseStep takes down that a person's code of a time step was used, and says
// whether it may be: not if it, or a later one, was used before.
func (s *Store) UseStep(ctx context.Context, person string, step int64) (bool, error) {
	result, err := s.write.ExecContext(ctx, "update person_totp set last_step = $1 where person = $2 and last_step < $1", step, person)
	if err != nil {
		return false, s.classify("using a code", err)
	}
	n, err := result.RowsAffected()
	return n > 0, s.classify("using a code", err)
}

// Accept gives the person that an invitation is for a password and, where sealed is
// not nil, the encrypted secret of codes. It is good once: one that was used, has
// expired or never was is an error of code NotFound. It returns the person's name.
func (s *Store) Accept(ctx context.Context, invitation, hash string, sealed []byte) (name string, err error) {
	id, ok := auth.InvitationID(invitation)
	if !ok {
		return "", ErrNoInvitation()
	}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		var person string
		now := timeText(s.now())
		err := tx.QueryRowContext(ctx, `update invitation set used_at = $1 where id = $2 and hash = $3 and used_at is null and expires_at > $1
			and exists (select 1 from person p where p.id = person and p.disabled_at is null) returning person`,
			now, id, hex.EncodeToString(auth.Hash(invitation))).Scan(&person)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNoInvitation()
		}
		if err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `select name from person where id = $1`, person).Scan(&name); err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, person, hash); err != nil || sealed == nil {
			return err
		}
		return s.setTOTP(ctx, tx, person, sealed)
	})
	return name, s.classify("accepting an invitation", err)
}

// ErrNoInvitation says that an invitation is not good.
func ErrNoInvitation() error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: "The invitation is not known, was used, or has expired.",
		Hint: "Ask whoever invited you for another one.",
	}
}

// Vouched is the person whom an issuer means by subject. At the first time it is
// the one whose name is email, who is bound to them then; "" for an email that the
// issuer has not verified. Code NotFound when there is none who may sign in.
func (s *Store) Vouched(ctx context.Context, issuer, subject, email string) (person string, err error) {
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		var disabled sql.NullString
		err := tx.QueryRowContext(ctx, `select p.id, p.disabled_at from person_identity i join person p on p.id = i.person
			where i.issuer = $1 and i.subject = $2`, issuer, subject).Scan(&person, &disabled)
		switch {
		case err == nil && disabled.Valid:
			return noPerson()
		case err == nil || !errors.Is(err, sql.ErrNoRows):
			return err
		}
		person, err = s.bind(ctx, tx, issuer, subject, email)
		return err
	})
	return person, s.classify("finding whom an issuer vouches for", err)
}

// bind binds the person of that name to what an issuer calls them. Somebody who is
// bound already, to whatever issuer, or has a password, is not bound: an address may
// have been given to another, the invitation been accepted by another, and one issuer
// must not vouch for those whom another one knows.
func (s *Store) bind(ctx context.Context, tx *sql.Tx, issuer, subject, email string) (person string, err error) {
	err = tx.QueryRowContext(ctx, `select p.id from person p where p.name = $1 and p.name <> '' and p.disabled_at is null
		and not exists (select 1 from person_identity i where i.person = p.id)
		and not exists (select 1 from person_password w where w.person = p.id)`, strings.ToLower(email)).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		return "", noPerson()
	}
	if err != nil {
		return "", err
	}
	now := timeText(s.now())
	if _, err := tx.ExecContext(ctx, "insert into person_identity (issuer, subject, person, bound_at) values ($1, $2, $3, $4)", issuer, subject, person, now); err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, "update invitation set used_at = $1 where person = $2 and used_at is null", now, person)
	return person, err
}

// SignInSecret is what the secrets of codes are encrypted with where the project
// names none; it is made as CursorSecret is.
func (s *Store) SignInSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, secret{
		"the secret of signing in", "select secret from sign_in_secret where id = 1",
		"insert into sign_in_secret (id, secret) values (1, $1) on conflict do nothing",
	})
}
