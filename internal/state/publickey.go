package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// NewPublicKeys says whose public keys are to be remembered: of a client that has a
// key already.
type NewPublicKeys struct {
	Client   string
	Expires  time.Time
	Networks []netip.Prefix
	Keys     []json.RawMessage // as auth.ReadPublicKeys returns them
}

// AddPublicKeys remembers public keys of a client, all or none of them; each is a
// key of its own. One that is there already, and good still, is an error of code
// Conflict: its private key would then be good twice, and revoked once.
func (s *Store) AddPublicKeys(ctx context.Context, n NewPublicKeys) (keys []auth.Key, err error) {
	if err := (NewKey{Client: n.Client, Expires: n.Expires, Networks: n.Networks}).check(s.now()); err != nil {
		return nil, err
	}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		if err := s.client(ctx, tx, n.Client, false); err != nil {
			return err
		}
		for _, public := range n.Keys {
			id, err := auth.NewID(rand.Reader)
			if err != nil {
				return err
			}
			k := auth.Key{
				ID: id, Client: n.Client, PublicKey: public, Networks: append([]netip.Prefix{}, n.Networks...),
				ExpiresAt: microseconds(n.Expires), CreatedAt: microseconds(s.now()),
			}
			if err := s.newPublicKey(ctx, tx, k); err != nil {
				return err
			}
			keys = append(keys, k)
		}
		return nil
	})
	if err != nil {
		return nil, s.classify("adding public keys", err)
	}
	return keys, nil
}

func (s *Store) newPublicKey(ctx context.Context, tx *sql.Tx, k auth.Key) error {
	var there string
	err := tx.QueryRowContext(ctx, "select id from api_key where public_key = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
		string(k.PublicKey), timeText(s.now())).Scan(&there)
	switch {
	case err == nil:
		return &archwire.Error{
			Code: archwire.Conflict, Message: fmt.Sprintf("the public key is there already, as %s", there),
			Hint: "Make a new key pair, or revoke that one first: archwire key revoke " + there,
		}
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	return insertKey(ctx, tx, k)
}
