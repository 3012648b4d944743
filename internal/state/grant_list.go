package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"archwire"
	"archwire/internal/serve/auth"
)

// GrantsOf lists the grants of a client, those that ended or were revoked, too.
func (s *Store) GrantsOf(ctx context.Context, client string) ([]auth.Grant, error) {
	grants, err := listGrants(ctx, s.read, "where client = $1", client)
	return grants, s.classify("reading a client's grants", err)
}

// Grants lists grants in the order of their making, ended and revoked ones too:
// those of a client and by a tenant, or of all where one is "". A grant of every
// tenant is by each of them.
func (s *Store) Grants(ctx context.Context, client, tenant string) ([]auth.Grant, error) {
	grants, err := listGrants(ctx, s.reader(ctx), `where (client = $1 or $1 = '') and (tenant = $2 or tenant = $3 or $2 = '')
		order by created_at, client, tenant, id`, client, tenant, auth.Everyone)
	return grants, s.classify("listing the grants", err)
}

// FindGrant is the grant of that id, a revoked one too; code NotFound when there is
// none.
func (s *Store) FindGrant(ctx context.Context, id string) (auth.Grant, error) {
	grants, err := listGrants(ctx, s.read, "where id = $1", id)
	if err == nil && len(grants) == 0 {
		return auth.Grant{}, noGrant(id)
	}
	if err != nil {
		return auth.Grant{}, s.classify("reading a grant", err)
	}
	return grants[0], nil
}

// RevokeGrants makes grants open nothing from now on, all or none of them; code
// NotFound when there is none of one of the ids. One that is revoked already keeps
// its time.
func (s *Store) RevokeGrants(ctx context.Context, ids []string) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			result, err := tx.ExecContext(ctx, "update access_grant set revoked_at = coalesce(revoked_at, $1) where id = $2", timeText(s.now()), id)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err == nil && n == 0 {
				err = noGrant(id)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return s.classify("revoking grants", err)
}

// noGrant repeats an id that could be one only: what was given may be a key.
func noGrant(id string) error {
	message := "there is no grant of that id"
	if grantID.MatchString(id) {
		message = "there is no grant " + id
	}
	return &archwire.Error{
		Code: archwire.NotFound, Message: message,
		Hint: "Run archwire grant list to see the grants with their ids.",
	}
}

var grantID = regexp.MustCompile(`^[a-z2-7]{16}$`)

func listGrants(ctx context.Context, db querier, where string, args ...any) ([]auth.Grant, error) {
	return list(ctx, db, scanGrant, `select id, client, tenant, datasets, metrics, profile, locations, purpose, granted_by,
		created_at, valid_from, valid_until, revoked_at from access_grant `+where, args...)
}

func scanGrant(r row) (auth.Grant, error) {
	var g auth.Grant
	var datasets, metrics, profile, locations string
	var created, from, until, revoked sql.NullString
	err := r.Scan(&g.ID, &g.Client, &g.Tenant, &datasets, &metrics, &profile, &locations, &g.Purpose, &g.GrantedBy, &created, &from, &until, &revoked)
	if err != nil {
		return auth.Grant{}, err
	}
	g.Profile = archwire.Profile(profile)
	var errs [7]error
	errs[0] = json.Unmarshal([]byte(datasets), &g.Datasets)
	errs[1] = json.Unmarshal([]byte(metrics), &g.Metrics)
	errs[6] = json.Unmarshal([]byte(locations), &g.Locations)
	g.CreatedAt, errs[2] = parseTime(created)
	g.From, errs[3] = parseTime(from)
	g.Until, errs[4] = parseTime(until)
	g.RevokedAt, errs[5] = parseTime(revoked)
	if err := errors.Join(errs[:]...); err != nil {
		return auth.Grant{}, fmt.Errorf("reading grant %s: %w", g.ID, err)
	}
	return g, nil
}
