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

// migrate brings the tables up to date: the migrations that the file does not
// have yet, in order, all in one transaction.
func migrate(ctx context.Context, db *sql.DB, path string) (err error) {
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
	have, err := version(ctx, tx, path)
	if err != nil {
		return err
	}
	if have > len(names) {
		return &archwire.Error{
			Code:    archwire.Invalid,
			Message: fmt.Sprintf("the state %s has version %d; this version of Archwire knows %d", path, have, len(names)),
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
		if _, err := tx.ExecContext(ctx, "insert into archwire_state (version) values ($1)", have+i+1); err != nil {
			return fmt.Errorf("running %s: %w", name, err)
		}
	}
	return tx.Commit()
}

// version is the number of migrations that the file has. A database with tables
// but without a version is another program's.
func version(ctx context.Context, tx *sql.Tx, path string) (int, error) {
	var tables, ours int
	err := tx.QueryRowContext(ctx,
		"select count(*), count(case when name = 'archwire_state' then 1 end) from sqlite_schema where type = 'table'",
	).Scan(&tables, &ours)
	if err != nil {
		return 0, err
	}
	if tables > 0 && ours == 0 {
		return 0, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s is a SQLite database of another program", path),
			Hint: "Name another file as state in archwire.yaml; Archwire makes it.",
		}
	}
	if ours == 0 {
		_, err := tx.ExecContext(ctx, "create table archwire_state (version integer primary key)")
		return 0, err
	}
	var version int
	err = tx.QueryRowContext(ctx, "select coalesce(max(version), 0) from archwire_state").Scan(&version)
	return version, err
}
