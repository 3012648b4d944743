package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// NewKey says whose a key is to be, and what it opens besides what its client may
// see already.
type NewKey struct {
	Client   string
	Tenant   string         // whose own client it is; "" is the vendor's
	Expires  time.Time      // from then on it opens nothing; zero is never
	Networks []netip.Prefix // where it may be used from; none is everywhere
	Grants   []NewGrant     // of its client; without any, there must be such a client
}

// CreateKey makes a key and remembers its hash, and makes its client and the
// grants that are asked for where there are none. The key itself is returned this
// once and cannot be had again.
func (s *Store) CreateKey(ctx context.Context, n NewKey) (key string, k auth.Key, made []auth.Grant, err error) {
	if err := n.check(s.now()); err != nil {
		return "", auth.Key{}, nil, err
	}
	id, key, err := auth.Mint(rand.Reader)
	if err != nil {
		return "", auth.Key{}, nil, err
	}
	k = auth.Key{
		ID: id, Client: n.Client, Hash: auth.Hash(key), Networks: append([]netip.Prefix{}, n.Networks...),
		ExpiresAt: microseconds(n.Expires), CreatedAt: microseconds(s.now()),
	}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		if err := s.ownClient(ctx, tx, n.Client, n.Tenant, len(n.Grants) > 0); err != nil {
			return err
		}
		if err := insertKey(ctx, tx, k); err != nil {
			return err
		}
		made, err = s.grant(ctx, tx, n.Client, n.Grants)
		return err
	})
	if err != nil {
		return "", auth.Key{}, nil, s.classify("creating a key", err)
	}
	return key, k, made, nil
}

func insertKey(ctx context.Context, tx *sql.Tx, k auth.Key) error {
	networks, err := json.Marshal(k.Networks)
	if err != nil {
		return fmt.Errorf("writing a key's networks: %w", err)
	}
	_, err = tx.ExecContext(ctx, "insert into api_key (id, client, hash, networks, created_at, expires_at, public_key) values ($1, $2, $3, $4, $5, $6, $7)",
		k.ID, k.Client, hex.EncodeToString(k.Hash), string(networks), timeText(k.CreatedAt), optionalTime(k.ExpiresAt), string(k.PublicKey))
	return err
}

func (n NewKey) check(now time.Time) error {
	if err := checkClient(n.Client); err != nil {
		return err
	}
	if !n.Expires.IsZero() && !n.Expires.After(now) {
		return wrong("the key would have expired already", "Choose a time that is to come.")
	}
	for _, network := range n.Networks {
		if !network.IsValid() || network != network.Masked() || network.Addr().Is4In6() {
			return wrong(fmt.Sprintf("%s is not a network", network), "Write it as 203.0.113.0/24 or 2001:db8::/32, with no bit set after its prefix.")
		}
	}
	return checkGrants(n.Grants, now)
}

func wrong(message, hint string) error {
	return &archwire.Error{Code: archwire.Invalid, Message: message, Hint: hint}
}

// keyQuery also names the grants of the key's client as they are: none is ever
// deleted or changed but for its revocation, so how many there are, and how many of
// these are revoked, tells.
const keyQuery = `select id, client, hash, networks, created_at, expires_at, used_at, revoked_at, public_key,
	(select count(*) || '/' || count(g.revoked_at) from access_grant g where g.client = k.client) from api_key k`

// Key is the key of that id, a revoked one too; code NotFound when there is none.
func (s *Store) Key(ctx context.Context, id string) (auth.Key, error) {
	k, err := scanKey(s.read.QueryRowContext(ctx, keyQuery+" where id = $1", id))
	if errors.Is(err, sql.ErrNoRows) {
		return auth.Key{}, noKey()
	}
	return k, s.classify("reading a key", err)
}

// Keys lists all keys, the revoked ones too, in the order of their making.
func (s *Store) Keys(ctx context.Context) (keys []auth.Key, err error) {
	keys, err = list(ctx, s.read, scanKey, keyQuery+" order by created_at, id")
	return keys, s.classify("listing the keys", err)
}

// OwnKeys lists the keys of a tenant's own clients, the revoked ones too, in the
// order of their making.
func (s *Store) OwnKeys(ctx context.Context, tenant string) (keys []auth.Key, err error) {
	keys, err = list(ctx, s.reader(ctx), scanKey, keyQuery+" where client in (select name from client where tenant = $1) order by created_at, id", tenant)
	return keys, s.classify("listing the keys", err)
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

// Used remembers when keys were last used, by id. A later time that is remembered
// already stays.
func (s *Store) Used(ctx context.Context, last map[string]time.Time) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		for id, at := range last {
			_, err := tx.ExecContext(ctx, "update api_key set used_at = $1 where id = $2 and (used_at is null or used_at < $1)", timeText(at), id)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return s.classify("remembering when keys were used", err)
}

// noKey does not repeat the id: what was given for one may be a whole key.
func noKey() error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: "there is no key of that id",
		Hint: "Run archwire key list; the id stands between the two underscores of a key.",
	}
}

func scanKey(r row) (auth.Key, error) {
	var k auth.Key
	var hash, networks, public string
	var created, expires, used, revoked sql.NullString
	if err := r.Scan(&k.ID, &k.Client, &hash, &networks, &created, &expires, &used, &revoked, &public, &k.Grants); err != nil {
		return auth.Key{}, err
	}
	if public != "" {
		k.PublicKey = json.RawMessage(public)
	}
	var errs [6]error
	k.Hash, errs[0] = hex.DecodeString(hash)
	errs[1] = json.Unmarshal([]byte(networks), &k.Networks)
	k.CreatedAt, errs[2] = parseTime(created)
	k.ExpiresAt, errs[3] = parseTime(expires)
	k.UsedAt, errs[4] = parseTime(used)
	k.RevokedAt, errs[5] = parseTime(revoked)
	if err := errors.Join(errs[:]...); err != nil {
		return auth.Key{}, fmt.Errorf("reading key %s: %w", k.ID, err)
	}
	return k, nil
}
