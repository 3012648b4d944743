package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// A Key is what is remembered of an API key: never the key itself.
type Key struct {
	ID        string           `json:"id"`
	Client    string           `json:"client"` // the program that holds it
	Hash      []byte           `json:"-"`      // as auth.Hash makes it
	All       bool             `json:"all"`    // it opens every tenant, those to come included
	Tenants   []string         `json:"tenants,omitempty"`
	Profile   archwire.Profile `json:"profile"`
	CreatedAt time.Time        `json:"created_at"`
	RevokedAt time.Time        `json:"revoked_at,omitzero"` // zero while the key is good
}

// NewKey says what a key is to open: tenants by name, or All of them.
type NewKey struct {
	Client  string
	Tenants []string
	All     bool
	Profile archwire.Profile
}

// CreateKey makes a key and remembers its hash. The key itself is returned this
// once and cannot be had again.
func (s *Store) CreateKey(ctx context.Context, n NewKey) (key string, k Key, err error) {
	if err := n.check(); err != nil {
		return "", Key{}, err
	}
	id, key, err := auth.Mint(rand.Reader)
	if err != nil {
		return "", Key{}, err
	}
	k = Key{
		ID: id, Client: n.Client, Hash: auth.Hash(key), All: n.All, Profile: n.Profile,
		Tenants:   slices.Compact(slices.Sorted(slices.Values(n.Tenants))),
		CreatedAt: s.now().UTC().Truncate(time.Microsecond),
	}
	tenants, err := json.Marshal(k.Tenants)
	if err != nil {
		return "", Key{}, fmt.Errorf("writing a key's tenants: %w", err)
	}
	_, err = s.write.ExecContext(ctx, `insert into api_key (id, client, hash, all_tenants, tenants, profile, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		k.ID, k.Client, hex.EncodeToString(k.Hash), k.All, string(tenants), string(k.Profile), timeText(k.CreatedAt))
	if err != nil {
		return "", Key{}, s.classify("creating a key", err)
	}
	return key, k, nil
}

func (n NewKey) check() error {
	wrong := func(message, hint string) error {
		return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint}
	}
	switch {
	case strings.TrimSpace(n.Client) == "":
		return wrong("a key needs the name of the client that it is for", "Add --client NAME.")
	case n.All && len(n.Tenants) > 0:
		return wrong("a key opens all tenants or the named ones, not both", "Leave out --all or the tenants.")
	case !n.All && len(n.Tenants) == 0, slices.Contains(n.Tenants, ""):
		return wrong("a key needs the tenants that it opens", "Name each of them, or add --all.")
	case !slices.Contains(archwire.Profiles(), n.Profile):
		return wrong(fmt.Sprintf("there is no profile %q", string(n.Profile)), "The profiles are aggregate, pseudonymous and identified.")
	}
	return nil
}

const keyColumns = "id, client, hash, all_tenants, tenants, profile, created_at, revoked_at"

// Key is the key of that id, a revoked one too; code NotFound when there is none.
func (s *Store) Key(ctx context.Context, id string) (Key, error) {
	k, err := scanKey(s.read.QueryRowContext(ctx, "select "+keyColumns+" from api_key where id = $1", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Key{}, noKey()
	}
	return k, s.classify("reading a key", err)
}

// Keys lists all keys, the revoked ones too, in the order of their making.
func (s *Store) Keys(ctx context.Context) (keys []Key, err error) {
	defer func() { err = s.classify("listing the keys", err) }()
	rows, err := s.read.QueryContext(ctx, "select "+keyColumns+" from api_key order by created_at, id")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong
	for rows.Next() {
		k, err := scanKey(rows)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// RevokeKey makes a key open nothing from now on; code NotFound when there is
// none of that id. A key that is revoked already keeps its time.
func (s *Store) RevokeKey(ctx context.Context, id string) error {
	result, err := s.write.ExecContext(ctx, "update api_key set revoked_at = coalesce(revoked_at, $1) where id = $2",
		timeText(s.now()), id)
	if err != nil {
		return s.classify("revoking a key", err)
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = noKey()
	}
	return err
}

// noKey does not repeat the id: what was given for one may be a whole key.
func noKey() error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: "there is no key of that id",
		Hint: "Run archwire key list; the id stands between the two underscores of a key.",
	}
}

func scanKey(row interface{ Scan(dest ...any) error }) (Key, error) {
	var k Key
	var hash, tenants, profile string
	var created, revoked sql.NullString
	if err := row.Scan(&k.ID, &k.Client, &hash, &k.All, &tenants, &profile, &created, &revoked); err != nil {
		return Key{}, err
	}
	k.Profile = archwire.Profile(profile)
	var errs [4]error
	k.Hash, errs[0] = hex.DecodeString(hash)
	errs[1] = json.Unmarshal([]byte(tenants), &k.Tenants)
	k.CreatedAt, errs[2] = parseTime(created)
	k.RevokedAt, errs[3] = parseTime(revoked)
	if err := errors.Join(errs[:]...); err != nil {
		return Key{}, fmt.Errorf("reading key %s: %w", k.ID, err)
	}
	return k, nil
}
