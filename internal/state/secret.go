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

// CursorSecret is what servers encrypt cursors with: the same bytes for all that
// share the state, now and after a restart. Whoever asks first makes it; of
// several at once, all get the one that was first.
func (s *Store) CursorSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, "cursor_secret", "the secret of cursors")
}

// LedgerSecret is what keys the hashes by which the ledger of disclosures tells
// persons; it is made as CursorSecret is. Without it, nobody can tell whose rows
// were disclosed.
func (s *Store) LedgerSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, "ledger_secret", "the secret of the ledger")
}

// secret is the one that a table holds; what says what it is.
func (s *Store) secret(ctx context.Context, table, what string) (secret []byte, err error) {
	defer func() { err = s.classify("reading "+what, err) }()
	secret, err = readSecret(ctx, s.read, table, what)
	if !errors.Is(err, sql.ErrNoRows) {
		return secret, err
	}
	made := make([]byte, secretBytes)
	_, _ = rand.Read(made) // never fails, says its documentation
	_, err = s.write.ExecContext(ctx, "insert into "+table+" (id, secret) values (1, $1) on conflict do nothing", hex.EncodeToString(made))
	if err != nil {
		return nil, err
	}
	return readSecret(ctx, s.write, table, what)
}

func readSecret(ctx context.Context, db *sql.DB, table, what string) ([]byte, error) {
	var text string
	if err := db.QueryRowContext(ctx, "select secret from "+table+" where id = 1").Scan(&text); err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(text)
	if err != nil || len(secret) != secretBytes {
		return nil, fmt.Errorf("%s is not %d bytes in hexadecimal", what, secretBytes) // err would show some of it
	}
	return secret, nil
}
