package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/testdb/cluster"
)

// databases are the addresses of the demo's sources: two databases, and the folder of
// remittances, if these are files.
type databases struct{ rcm, pms, remit string }

// demoDatabases makes sure that both databases exist, on the server the user
// named or on a private one in the demo's folder.
func demoDatabases(ctx context.Context, o demoOptions) (databases, func() error, error) {
	if err := makeFolder(o.dir); err != nil {
		return databases{}, nil, err
	}
	stop := func() error { return nil }
	admin := o.postgres
	if admin == "" {
		dir, err := filepath.Abs(filepath.Join(o.dir, "postgres"))
		if err != nil {
			return databases{}, nil, fmt.Errorf("finding the demo's folder: %w", err)
		}
		server, err := cluster.Start(ctx, dir, cluster.Set("fsync", "off"), cluster.Set("max_wal_size", "4GB"))
		if err != nil {
			return databases{}, nil, err
		}
		admin, stop = server.URL("postgres"), server.Stop
	}
	names := []string{"rcm", "pms"}
	if o.pms != "" {
		names = names[:1]
	}
	dbs, err := createDatabases(ctx, admin, names)
	if err != nil {
		return databases{}, nil, errors.Join(err, stop())
	}
	if o.pms != "" {
		dbs.pms = o.pms
	}
	return dbs, stop, nil
}

// createDatabases makes databases where they do not exist.
func createDatabases(ctx context.Context, admin string, names []string) (databases, error) {
	u, err := url.Parse(admin)
	if err != nil || u.Host == "" {
		return databases{}, &archwire.Error{
			Code: archwire.Invalid, Message: "--postgres is not a URL of the form postgres://user@host:port/database",
		}
	}
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return databases{}, &archwire.Error{
			Code: archwire.Unavailable, Message: fmt.Sprintf("the PostgreSQL at %s does not answer", u.Host),
			Hint: "Check the address and that the server runs.", Err: err,
		}
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	for _, name := range names {
		var exists bool
		if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&exists); err != nil {
			return databases{}, fmt.Errorf("looking for database %s: %w", name, err)
		}
		if exists {
			continue
		}
		if _, err := conn.Exec(ctx, "create database "+archwire.Quote(name)); err != nil {
			return databases{}, fmt.Errorf("creating database %s: %w", name, err)
		}
	}
	at := func(name string) string {
		v := *u
		v.Path = "/" + name
		return v.String()
	}
	return databases{rcm: at("rcm"), pms: at("pms")}, nil
}

// made says whether an earlier demo filled the databases. Filling ends with the
// clock, so tables without it are half of a demo.
func (d databases) made(ctx context.Context, dir string) (bool, error) {
	conn, err := pgx.Connect(ctx, d.rcm)
	if err != nil {
		return false, fmt.Errorf("connecting to the demo's database: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	var tables int
	err = conn.QueryRow(ctx, "select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace").Scan(&tables)
	if err != nil {
		return false, fmt.Errorf("looking for the demo's tables: %w", err)
	}
	if tables == 0 {
		return false, nil
	}
	var clocks int
	if err := conn.QueryRow(ctx, "select count(*) from demo_clock").Scan(&clocks); err != nil || clocks == 0 {
		return false, &archwire.Error{
			Code: archwire.Conflict, Message: "the databases rcm and pms hold tables, but not all of a demo", Err: err,
			Hint: fmt.Sprintf("If an earlier demo was interrupted, remove %s (or drop the two databases) and begin anew.", dir),
		}
	}
	return true, nil
}
