package state

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"archwire"
)

//go:embed migrations/*.sql
var migrations embed.FS

// steps follow the SQL of the migration of that name, where SQL does not say what
// is to be done alike on both engines.
var steps = map[string]func(context.Context, *sql.Tx) error{
	"migrations/0005_clients_and_grants.sql": keysToGrants,
}

// migrate brings the tables up to date: the migrations that the state does not
// have yet, in order, all in one transaction.
func migrate(ctx context.Context, db *sql.DB, e engine) (err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("listing migrations: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	have, err := version(ctx, tx, e)
	if err != nil {
		return err
	}
	if have > len(names) {
		return &archwire.Error{
			Code:    archwire.Invalid,
			Message: fmt.Sprintf("the state %s has version %d; this version of Archwire knows %d", e.name(), have, len(names)),
			Hint:    "Use the version of Archwire that wrote it, or a newer one.",
		}
	}
	for i, name := range names[have:] {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("running %s: %w", name, err)
		}
		if step := steps[name]; step != nil {
			if err := step(ctx, tx); err != nil {
				return fmt.Errorf("running %s: %w", name, err)
			}
		}
		if _, err := tx.ExecContext(ctx, "insert into archwire_state (version) values ($1)", have+i+1); err != nil {
			return fmt.Errorf("running %s: %w", name, err)
		}
	}
	return tx.Commit()
}

// version is the number of migrations that the state has. Tables without a
// version are another program's.
func version(ctx context.Context, tx *sql.Tx, e engine) (int, error) {
	tables, ours, err := e.prepare(ctx, tx)
	if err != nil {
		return 0, err
	}
	if tables > 0 && !ours {
		return 0, &archwire.Error{
			Code: archwire.Invalid, Message: e.name() + " holds tables of another program",
			Hint: "Name another file, database or search_path as state in archwire.yaml; Archwire makes what it needs there.",
		}
	}
	if !ours {
		_, err := tx.ExecContext(ctx, "create table archwire_state (version integer primary key)")
		return 0, err
	}
	var version int
	err = tx.QueryRowContext(ctx, "select coalesce(max(version), 0) from archwire_state").Scan(&version)
	return version, err
}
