package state

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"archwire/internal/serve/auth"
)

// Keys used to say themselves what they open. It has become grants of their
// clients, so two keys of one client open the same: those that did not are parted,
// all but the oldest good one's opening under a client of its own.

// An oldKey is a row of api_key_before, with its times as texts.
type oldKey struct {
	id, client, hash, tenants, profile, created string
	all                                         bool
	revoked                                     sql.NullString
}

// opens spells what the key opens.
func (k oldKey) opens() string { return fmt.Sprintf("%q %t %s", k.profile, k.all, k.tenants) }

// keysToGrants is the part of the migration that SQL does not say alike on both
// engines.
func keysToGrants(ctx context.Context, tx *sql.Tx) error {
	keys, err := oldKeys(ctx, tx)
	if err != nil {
		return err
	}
	firsts := map[string]string{} // of each client, what its oldest good key opens
	for _, k := range keys {
		if _, ok := firsts[k.client]; !ok && !k.revoked.Valid {
			firsts[k.client] = k.opens()
		}
	}
	parted := map[[2]string]string{}
	granted := map[[2]string]bool{}
	for _, k := range keys {
		name := k.client
		if first := firsts[name]; !k.revoked.Valid && k.opens() != first {
			place := [2]string{k.client, k.opens()}
			if parted[place] == "" {
				parted[place] = fmt.Sprintf("%s (key %s)", k.client, k.id)
			}
			name = parted[place]
		}
		if err := k.move(ctx, tx, name); err != nil {
			return err
		}
		what := [2]string{name, k.opens()}
		if granted[what] {
			continue
		}
		granted[what] = !k.revoked.Valid
		if err := k.grant(ctx, tx, name); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "drop table api_key_before")
	return err
}

// oldKeys lists the keys, the oldest first, and revoked ones last.
func oldKeys(ctx context.Context, tx *sql.Tx) (keys []oldKey, err error) {
	rows, err := tx.QueryContext(ctx, "select id, client, hash, all_tenants, tenants, profile, created_at, revoked_at from api_key_before order by created_at, id")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var k oldKey
		if err := rows.Scan(&k.id, &k.client, &k.hash, &k.all, &k.tenants, &k.profile, &k.created, &k.revoked); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	slices.SortStableFunc(keys, func(a, b oldKey) int { return cmp.Compare(bit(a.revoked.Valid), bit(b.revoked.Valid)) })
	return keys, rows.Err()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (k oldKey) move(ctx context.Context, tx *sql.Tx, client string) error {
	if _, err := tx.ExecContext(ctx, "insert into client (name, created_at) values ($1, $2) on conflict do nothing", client, k.created); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "insert into api_key (id, client, hash, networks, created_at, revoked_at) values ($1, $2, $3, '[]', $4, $5)",
		k.id, client, k.hash, k.created, k.revoked)
	return err
}

// grant writes what the key opens down as grants; those of a revoked key are
// revoked when it was.
func (k oldKey) grant(ctx context.Context, tx *sql.Tx, client string) error {
	tenants := []string{auth.Everyone}
	if !k.all {
		tenants = nil
		if err := json.Unmarshal([]byte(k.tenants), &tenants); err != nil {
			return fmt.Errorf("reading the tenants of key %s: %w", k.id, err)
		}
	}
	for _, t := range tenants {
		_, err := tx.ExecContext(ctx, `insert into access_grant (id, client, tenant, datasets, metrics, profile, purpose, granted_by, created_at, valid_from, revoked_at)
			values ($1, $2, $3, '[]', '[]', $4, $5, $6, $7, $7, $8)`,
			newID(), client, t, k.profile, MadeWithKey, Operator(""), k.created, k.revoked)
		if err != nil {
			return err
		}
	}
	return nil
}

// newID draws 80 random bits.
func newID() string { return strings.ToLower(rand.Text()[:16]) }
