package state

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"archwire"
	"archwire/internal/serve/auth"
)

// AddRole gives a person a role. One that the person has already, with that
// profile, is not given again.
func (s *Store) AddRole(ctx context.Context, person string, r NewRole) (m auth.Membership, err error) {
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		have, err := listRoles(ctx, tx, person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(have, func(h auth.Membership) bool {
			return h.Role == r.Role && h.Tenant == r.Tenant && h.Client == r.Client && h.Profile == r.Profile
		})
		if i >= 0 {
			m = have[i]
			return nil
		}
		if err := checkRoles([]NewRole{r}, have); err != nil {
			return err
		}
		m, err = s.addRole(ctx, tx, person, r)
		return err
	})
	return m, s.classify("giving a role", err)
}

func (s *Store) addRole(ctx context.Context, tx *sql.Tx, person string, r NewRole) (auth.Membership, error) {
	m := auth.Membership{
		ID: newID(), Person: person, Role: r.Role, Tenant: r.Tenant, Client: r.Client, Profile: r.Profile, CreatedBy: r.By, CreatedAt: microseconds(s.now()),
	}
	if m.Client != "" {
		if err := s.client(ctx, tx, m.Client, false); err != nil {
			return auth.Membership{}, err
		}
	}
	_, err := tx.ExecContext(ctx, `insert into membership (id, person, role, tenant, client, profile, created_by, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, m.ID, m.Person, string(m.Role), m.Tenant, m.Client, string(m.Profile), m.CreatedBy, timeText(m.CreatedAt))
	return m, err
}

// EndRoles takes the roles of a person away for which which is true. Somebody who
// has none left is disabled. Code NotFound when there were none.
func (s *Store) EndRoles(ctx context.Context, person string, which func(auth.Membership) bool) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		have, err := listRoles(ctx, tx, person)
		if err != nil {
			return err
		}
		left := len(have)
		for _, m := range have {
			if !which(m) {
				continue
			}
			left--
			if _, err := tx.ExecContext(ctx, "update membership set ended_at = $1 where id = $2", timeText(s.now()), m.ID); err != nil {
				return err
			}
		}
		switch left {
		case len(have):
			return &archwire.Error{
				Code: archwire.NotFound, Message: "the person has no such role",
				Hint: "Run archwire person list to see who has which.",
			}
		case 0:
			return s.disablePerson(ctx, tx, person)
		}
		return nil
	})
	return s.classify("taking a role away", err)
}

// Roles lists the roles that a person has, the oldest first.
func (s *Store) Roles(ctx context.Context, person string) ([]auth.Membership, error) {
	roles, err := s.roles(ctx, person)
	return roles, s.classify("reading a person's roles", err)
}

func (s *Store) roles(ctx context.Context, person string) ([]auth.Membership, error) {
	return listRoles(ctx, s.reader(ctx), person)
}

func listRoles(ctx context.Context, db querier, person string) ([]auth.Membership, error) {
	return list(ctx, db, scanRole, `select id, person, role, tenant, client, profile, created_by, created_at, ended_at
		from membership where person = $1 and ended_at is null order by created_at, id`, person)
}

func scanRole(r row) (m auth.Membership, err error) {
	var role, profile string
	var created, ended sql.NullString
	if err := r.Scan(&m.ID, &m.Person, &role, &m.Tenant, &m.Client, &profile, &m.CreatedBy, &created, &ended); err != nil {
		return m, err
	}
	m.Role, m.Profile = auth.Role(role), archwire.Profile(profile)
	var errs [2]error
	m.CreatedAt, errs[0] = parseTime(created)
	m.EndedAt, errs[1] = parseTime(ended)
	return m, errors.Join(errs[:]...)
}
