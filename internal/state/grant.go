package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// NewGrant is a grant that is to be made.
type NewGrant struct {
	Tenant    string   // or auth.Everyone, which only an operator may write
	Datasets  []string // with Metrics empty too, everything
	Metrics   []string
	Profile   archwire.Profile
	Locations []string // the rows of these only; empty is all
	Purpose   string
	By        string    // who makes it: as Operator names one
	From      time.Time // zero is when it is made
	Until     time.Time // zero is open end
}

// MadeWithKey is the purpose of grants that were made with a key for which none
// was stated.
const MadeWithKey = "made with the key"

// operator begins the names of those who run the product, as grants tell who made
// them.
const operator = "operator"

// Operator is how a grant names somebody who runs the product, and is not of a
// tenant.
func Operator(user string) string {
	if user == "" {
		return operator
	}
	return operator + ":" + user
}

// Grant makes grants of a client; code NotFound when there is no such client. One
// that is in force already, word for word, is not made again. It returns those
// that were made.
func (s *Store) Grant(ctx context.Context, client string, grants []NewGrant) (made []auth.Grant, err error) {
	if err := checkGrants(grants, s.now()); err != nil {
		return nil, err
	}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		if err := s.client(ctx, tx, client, false); err != nil {
			return err
		}
		made, err = s.grant(ctx, tx, client, grants)
		return err
	})
	return made, s.classify("making grants", err)
}

func (s *Store) grant(ctx context.Context, tx *sql.Tx, client string, grants []NewGrant) (made []auth.Grant, err error) {
	now := microseconds(s.now())
	there, err := listGrants(ctx, tx, "where client = $1 and revoked_at is null", client)
	if err != nil {
		return nil, err
	}
	for _, n := range grants {
		g := auth.Grant{
			ID: newID(), Client: client, Tenant: n.Tenant, Datasets: names(n.Datasets), Metrics: names(n.Metrics), Profile: n.Profile,
			Locations: names(n.Locations), Purpose: n.Purpose, GrantedBy: n.By, CreatedAt: now, From: microseconds(n.From), Until: microseconds(n.Until),
		}
		if g.From.IsZero() {
			g.From = now
		}
		if slices.ContainsFunc(there, func(old auth.Grant) bool { return n.From.IsZero() && old.InForce(now) && same(old, g) }) {
			continue
		}
		if err := insertGrant(ctx, tx, g); err != nil {
			return nil, err
		}
		there, made = append(there, g), append(made, g)
	}
	return made, nil
}

// names is a set of names in order, never nil.
func names(list []string) []string {
	return append([]string{}, slices.Compact(slices.Sorted(slices.Values(list)))...)
}

// Says says whether g opens what n is to, for the same reason until the same time.
func (n NewGrant) Says(g auth.Grant) bool {
	return same(g, auth.Grant{
		Tenant: n.Tenant, Datasets: names(n.Datasets), Metrics: names(n.Metrics), Profile: n.Profile,
		Locations: names(n.Locations), Purpose: n.Purpose, Until: microseconds(n.Until),
	})
}

// same says whether two grants that are in force open the same for the same
// reason until the same time.
func same(a, b auth.Grant) bool {
	return a.Tenant == b.Tenant && a.Profile == b.Profile && a.Purpose == b.Purpose && a.Until.Equal(b.Until) &&
		slices.Equal(a.Datasets, b.Datasets) && slices.Equal(a.Metrics, b.Metrics) && slices.Equal(a.Locations, b.Locations)
}

func insertGrant(ctx context.Context, tx *sql.Tx, g auth.Grant) error {
	datasets, err := json.Marshal(g.Datasets)
	if err != nil {
		return fmt.Errorf("writing a grant's datasets: %w", err)
	}
	metrics, err := json.Marshal(g.Metrics)
	if err != nil {
		return fmt.Errorf("writing a grant's metrics: %w", err)
	}
	locations, err := json.Marshal(g.Locations)
	if err != nil {
		return fmt.Errorf("writing a grant's locations: %w", err)
	}
	_, err = tx.ExecContext(ctx, `insert into access_grant
		(id, client, tenant, datasets, metrics, profile, locations, purpose, granted_by, created_at, valid_from, valid_until)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		g.ID, g.Client, g.Tenant, string(datasets), string(metrics), string(g.Profile), string(locations), g.Purpose, g.GrantedBy,
		timeText(g.CreatedAt), timeText(g.From), optionalTime(g.Until))
	return err
}

func checkGrants(grants []NewGrant, now time.Time) error {
	for _, n := range grants {
		if err := n.check(now); err != nil {
			return err
		}
	}
	return nil
}

func (n NewGrant) check(now time.Time) error {
	switch {
	case n.Tenant == "":
		return wrong("a grant needs the tenant that makes it", "Name the tenant by its id.")
	case n.Tenant == auth.Everyone && n.By != operator && !strings.HasPrefix(n.By, operator+":"):
		return &archwire.Error{
			Code: archwire.Denied, Message: "only an operator makes grants of every tenant",
			Hint: "Name the tenants, or have the operator make it.",
		}
	case slices.Contains(n.Datasets, ""), slices.Contains(n.Metrics, ""):
		return wrong("a grant names an empty dataset or metric", "Leave it out: a grant without datasets and metrics opens everything.")
	case slices.Contains(n.Locations, ""):
		return wrong("a grant names an empty location", "Leave it out: a grant without locations opens the rows of all.")
	case !slices.Contains(archwire.Profiles(), n.Profile):
		return wrong(fmt.Sprintf("there is no profile %q", string(n.Profile)), "The profiles are aggregate, pseudonymous and identified.")
	case !plain(n.Purpose):
		return wrong("a grant needs a purpose", "Say in a line what the client does with what it sees.")
	case n.By == "":
		return wrong("a grant needs somebody who makes it", "Say who it is.")
	case !n.Until.IsZero() && !n.Until.After(now):
		return wrong("the grant would have ended already", "Choose an end that is to come, or none.")
	case !n.Until.IsZero() && !n.Until.After(n.From):
		return wrong("the grant would end before it begins", "Choose an end after its begin.")
	}
	return nil
}
