package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
)

// cursorSecretBytes makes a secret that cannot be guessed.
const cursorSecretBytes = 32

// CursorSecret is what servers encrypt cursors with: the same bytes for all that
// share the state, now and after a restart. Whoever asks first makes it; of
// several at once, all get the one that was first.
func (s *Store) CursorSecret(ctx context.Context) (secret []byte, err error) {
	defer func() { err = s.classify("reading the secret of cursors", err) }()
	secret, err = readCursorSecret(ctx, s.read)
	if !errors.Is(err, sql.ErrNoRows) {
		return secret, err
	}
	made := make([]byte, cursorSecretBytes)
	_, _ = rand.Read(made) // never fails, says its documentation
	_, err = s.write.ExecContext(ctx, "insert into cursor_secret (id, secret) values (1, $1) on conflict do nothing", hex.EncodeToString(made))
	if err != nil {
		return nil, err
	}
	return readCursorSecret(ctx, s.write)
}

func readCursorSecret(ctx context.Context, db *sql.DB) ([]byte, error) {
	var text string
	if err := db.QueryRowContext(ctx, "select secret from cursor_secret where id = 1").Scan(&text); err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(text)
	if err != nil || len(secret) != cursorSecretBytes {
		return nil, fmt.Errorf("the secret of cursors is not %d bytes in hexadecimal", cursorSecretBytes) // err would show some of it
	}
	return secret, nil
}
