package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
)

// secretBytes makes a secret that cannot be guessed.
const secretBytes = 32

// A secret is one of the state's: what it is, and the statements of its table.
type secret struct{ what, read, make string }

// CursorSecret is what servers encrypt cursors with: the same bytes for all that
// share the state, now and after a restart. Whoever asks first makes it; of
// several at once, all get the one that was first.
func (s *Store) CursorSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, secret{
		"the secret of cursors", "select secret from cursor_secret where id = 1",
		"insert into cursor_secret (id, secret) values (1, $1) on conflict do nothing",
	})
}

// LedgerSecret is what keys the hashes by which the ledger of disclosures tells
// persons; it is made as CursorSecret is. Without it, nobody can tell whose rows
// were disclosed.
func (s *Store) LedgerSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, secret{
		"the secret of the ledger", "select secret from ledger_secret where id = 1",
		"insert into ledger_secret (id, secret) values (1, $1) on conflict do nothing",
	})
}

// TokenSecret is what servers make and check tokens with; it is made as CursorSecret
// is. Whoever has it can make a token of any key.
func (s *Store) TokenSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, secret{
		"the secret of tokens", "select secret from token_secret where id = 1",
		"insert into token_secret (id, secret) values (1, $1) on conflict do nothing",
	})
}

// PseudonymSecret is what the pseudonyms of all clients are derived from; it is made as
// CursorSecret is. With another one every client is given other pseudonyms than before.
func (s *Store) PseudonymSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, secret{
		"the secret of pseudonyms", "select secret from pseudonym_secret where id = 1",
		"insert into pseudonym_secret (id, secret) values (1, $1) on conflict do nothing",
	})
}

func (s *Store) secret(ctx context.Context, of secret) (bytes []byte, err error) {
	defer func() { err = s.classify("reading "+of.what, err) }()
	bytes, err = of.from(ctx, s.reader(ctx))
	if !errors.Is(err, sql.ErrNoRows) {
		return bytes, err
	}
	made := make([]byte, secretBytes)
	_, _ = rand.Read(made) // never fails, says its documentation
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, of.make, hex.EncodeToString(made)); err != nil {
			return err
		}
		bytes, err = of.from(ctx, tx)
		return err
	})
	return bytes, err
}

func (of secret) from(ctx context.Context, db querier) ([]byte, error) {
	var text string
	if err := db.QueryRowContext(ctx, of.read).Scan(&text); err != nil {
		return nil, err
	}
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != secretBytes {
		return nil, fmt.Errorf("%s is not %d bytes in hexadecimal", of.what, secretBytes) // err would show some of it
	}
	return bytes, nil
}
