package state

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/mail"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// NewPerson is somebody who is to be let in.
type NewPerson struct {
	Name  string // an e-mail address
	By    string // who invites: as Operator or PersonName name one
	Roles []NewRole
}

// PersonName is how a grant or a role names the person who made it.
func PersonName(id string) string { return "person:" + id }

// InvitationLasts is how long an invitation is good.
const InvitationLasts = 7 * 24 * time.Hour

// AddPerson makes a person with roles, and an invitation by which the person may
// choose a password; it is returned this once. Code Conflict when there is
// somebody of that name.
func (s *Store) AddPerson(ctx context.Context, n NewPerson) (p auth.Person, invitation string, err error) {
	name, err := personName(n.Name)
	if err != nil {
		return auth.Person{}, "", err
	}
	if err := checkRoles(n.Roles, nil); err != nil {
		return auth.Person{}, "", err
	}
	p = auth.Person{ID: newID(), Name: name, InvitedBy: n.By, CreatedAt: microseconds(s.now())}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "insert into person (id, name, invited_by, created_at) values ($1, $2, $3, $4) on conflict do nothing",
			p.ID, p.Name, p.InvitedBy, timeText(p.CreatedAt))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, nameTaken())
		}
		for _, r := range n.Roles {
			m, err := s.addRole(ctx, tx, p.ID, r)
			if err != nil {
				return err
			}
			p.Roles = append(p.Roles, m)
		}
		invitation, err = s.invite(ctx, tx, p.ID)
		return err
	})
	if err != nil {
		return auth.Person{}, "", s.classify("adding a person", err)
	}
	return p, invitation, nil
}

// Invite makes another invitation of a person; those before it are good no more.
func (s *Store) Invite(ctx context.Context, person string) (invitation string, err error) {
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		invitation, err = s.invite(ctx, tx, person)
		return err
	})
	return invitation, s.classify("inviting a person", err)
}

func (s *Store) invite(ctx context.Context, tx *sql.Tx, person string) (string, error) {
	id, text, err := auth.MintInvitation(rand.Reader)
	if err != nil {
		return "", err
	}
	now := s.now()
	if _, err := tx.ExecContext(ctx, "update invitation set used_at = $1 where person = $2 and used_at is null", timeText(now), person); err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, "insert into invitation (id, hash, person, created_at, expires_at) values ($1, $2, $3, $4, $5)",
		id, hex.EncodeToString(auth.Hash(text)), person, timeText(now), timeText(now.Add(InvitationLasts)))
	return text, err
}

// DisablePerson lets a person in no more, and ends the person's sessions.
func (s *Store) DisablePerson(ctx context.Context, id string) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error { return s.disablePerson(ctx, tx, id) })
	return s.classify("disabling a person", err)
}

func (s *Store) disablePerson(ctx context.Context, tx *sql.Tx, id string) error {
	now := timeText(s.now())
	_, err := tx.ExecContext(ctx, "update person set disabled_at = coalesce(disabled_at, $1) where id = $2", now, id)
	if err == nil {
		_, err = tx.ExecContext(ctx, "update invitation set used_at = $1 where person = $2 and used_at is null", now, id)
	}
	if err != nil {
		return err
	}
	return endSessions(ctx, tx, id, now)
}

// EnablePerson lets a disabled person in again.
func (s *Store) EnablePerson(ctx context.Context, id string) error {
	_, err := s.write.ExecContext(ctx, "update person set disabled_at = NULL where id = $1", id)
	return s.classify("enabling a person", err)
}

const personQuery = `select p.id, p.name, p.invited_by, p.created_at, p.disabled_at,
	(select count(*) from person_password w where w.person = p.id), (select count(*) from person_totp t where t.person = p.id) from person p `

// Person is the person of that name; code NotFound when there is none.
func (s *Store) Person(ctx context.Context, name string) (auth.Person, error) {
	all, err := s.people(ctx, "where p.name = $1", strings.ToLower(name))
	if err == nil && len(all) == 0 {
		return auth.Person{}, noPerson()
	}
	if err != nil {
		return auth.Person{}, s.classify("reading a person", err)
	}
	return all[0], nil
}

// People lists the persons by name, disabled ones too: those who have a role in
// a practice, or all where tenant is "".
func (s *Store) People(ctx context.Context, tenant string) ([]auth.Person, error) {
	all, err := s.people(ctx, `where $1 = '' or exists (select 1 from membership m where m.person = p.id and m.tenant = $1 and m.ended_at is null)
		order by p.name`, tenant)
	return all, s.classify("listing the people", err)
}

func (s *Store) people(ctx context.Context, where string, args ...any) ([]auth.Person, error) {
	all, err := list(ctx, s.reader(ctx), scanPerson, personQuery+where, args...)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Roles, err = s.roles(ctx, all[i].ID); err != nil {
			return nil, err
		}
		all[i].Issuers, err = list(ctx, s.reader(ctx), func(r row) (issuer string, err error) { err = r.Scan(&issuer); return issuer, err },
			"select issuer from person_identity where person = $1 order by issuer", all[i].ID)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func scanPerson(r row) (p auth.Person, err error) {
	var created, disabled sql.NullString
	var passwords, codes int
	if err := r.Scan(&p.ID, &p.Name, &p.InvitedBy, &created, &disabled, &passwords, &codes); err != nil {
		return p, err
	}
	p.Password, p.TOTP = passwords > 0, codes > 0
	var errs [2]error
	p.CreatedAt, errs[0] = parseTime(created)
	p.DisabledAt, errs[1] = parseTime(disabled)
	return p, errors.Join(errs[:]...)
}

// personName is a person's name as it is kept.
func personName(text string) (string, error) {
	const most = 254
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || a.Name != "" || len(text) > most || !plain(text) || strings.ContainsAny(text, " \"") {
		return "", wrong("a person's name is not an e-mail address", "Name people by their e-mail addresses, such as dana@example.com.")
	}
	return strings.ToLower(text), nil
}

// nameTaken does not repeat the name, which may be of somebody whom the caller
// must not know.
func nameTaken() error {
	return &archwire.Error{
		Code: archwire.Conflict, Message: "somebody of that name is there already",
		Hint: "Have the vendor's operator give them the role: archwire person role.",
	}
}

func noPerson() error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: "there is no person of that name",
		Hint: "Run archwire person list to see the people.",
	}
}
