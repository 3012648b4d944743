package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"archwire"
)

// A Client is a program that calls the API. It has keys, and grants that say what
// these open.
type Client struct {
	Name      string    `json:"client"`
	CreatedAt time.Time `json:"created_at"`
}

// Clients lists all clients by name.
func (s *Store) Clients(ctx context.Context) ([]Client, error) {
	clients, err := list(ctx, s.read, scanClient, "select name, created_at from client order by name")
	return clients, s.classify("listing the clients", err)
}

func scanClient(r row) (c Client, err error) {
	var created sql.NullString
	if err := r.Scan(&c.Name, &created); err != nil {
		return c, err
	}
	c.CreatedAt, err = parseTime(created)
	return c, err
}

// client makes sure that there is such a client, and makes it if it may: not with the
// name of a tenant's own.
func (s *Store) client(ctx context.Context, tx *sql.Tx, name string, mayMake bool) error {
	own := strings.Contains(name, "/")
	if mayMake && !own {
		_, err := tx.ExecContext(ctx, "insert into client (name, created_at) values ($1, $2) on conflict do nothing", name, timeText(s.now()))
		return err
	}
	err := tx.QueryRowContext(ctx, "select name from client where name = $1", name).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		if mayMake && own {
			return wrong(fmt.Sprintf("the name %q of a client has a / in it", name), "Choose another one: PRACTICE/CLIENT names a client of a practice's own, which the practice makes.")
		}
		return noClient(name)
	}
	return err
}

// ownClient is client, of a tenant's own; "" is anybody's. A name that is another's
// is taken.
func (s *Store) ownClient(ctx context.Context, tx *sql.Tx, name, tenant string, mayMake bool) error {
	if tenant == "" {
		return s.client(ctx, tx, name, mayMake)
	}
	if mayMake {
		_, err := tx.ExecContext(ctx, "insert into client (name, created_at, tenant) values ($1, $2, $3) on conflict do nothing", name, timeText(s.now()), tenant)
		if err != nil {
			return err
		}
	}
	var owner sql.NullString
	err := tx.QueryRowContext(ctx, "select tenant from client where name = $1", name).Scan(&owner)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && !mayMake && owner.String != tenant:
		return noClient(name)
	case err == nil && owner.String != tenant:
		return &archwire.Error{
			Code: archwire.Conflict, Message: "the client's name is taken",
			Hint: "Choose another name for the client.",
		}
	}
	return err
}

func noClient(name string) error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: fmt.Sprintf("there is no client %q", name),
		Hint: "Run archwire key list to see the clients; archwire key create makes one with its first grants.",
	}
}

func checkClient(name string) error {
	const most = 200
	if !plain(name) || len(name) > most {
		return wrong("a client needs a name", fmt.Sprintf("Write it as --client NAME, without spaces at its ends, in at most %d letters.", most))
	}
	return nil
}
