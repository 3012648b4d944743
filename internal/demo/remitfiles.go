package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// remitTables are the tables that payers send as files, and the day that each of
// their rows came.
var remitTables = []struct{ name, day string }{{"remittance", "received_on"}, {"remittance_line", "posted_on"}}

// RemitFiles writes what payers have sent since the newest files in dir, out of the
// database rcm: a whole snapshot of remittance and remittance_line as CSV where there
// is none, else what came after it. The file that says that they are complete comes
// last. It returns the day of the files, as 2006-01-02; "" when nothing came.
func RemitFiles(ctx context.Context, rcmDSN, dir string) (day string, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("making the folder of remittances: %w", err)
	}
	done, err := filepath.Glob(filepath.Join(dir, "*.done"))
	if err != nil {
		return "", fmt.Errorf("listing remittances: %w", err)
	}
	since, kind := "-infinity", ""
	if len(done) > 0 { // sorted by name, and so by day
		since, kind = strings.TrimSuffix(filepath.Base(done[len(done)-1]), ".done"), "-changes"
	}
	conn, err := pgx.Connect(ctx, rcmDSN)
	if err != nil {
		return "", fmt.Errorf("connecting to rcm: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		day, err = remitSince(ctx, tx, dir, kind, since)
		return err
	})
	if err != nil || day == "" {
		return "", err
	}
	return day, os.WriteFile(filepath.Join(dir, day+".done"), nil, 0o600)
}

// remitSince writes the files of what came after a day. Times are written as in UTC.
func remitSince(ctx context.Context, tx pgx.Tx, dir, kind, since string) (day string, err error) {
	if _, err := tx.Exec(ctx, "set local timezone = 'UTC'"); err != nil {
		return "", fmt.Errorf("reading rcm: %w", err)
	}
	err = tx.QueryRow(ctx, `select coalesce(max(d)::text, '') from (
		select max(received_on) as d from remittance union all select max(posted_on) from remittance_line) s where d > $1::date`, since).Scan(&day)
	if err != nil || day == "" {
		return "", err
	}
	for _, t := range remitTables {
		path := filepath.Join(dir, t.name+kind+"_"+day+".csv")
		if err := copyOut(ctx, tx, fmt.Sprintf("select * from %s where %s > '%s' order by 1", t.name, t.day, since), path); err != nil {
			return "", fmt.Errorf("writing %s: %w", path, err)
		}
	}
	return day, nil
}

// copyOut writes the rows of a query to a file, which is there when it is whole.
func copyOut(ctx context.Context, tx pgx.Tx, query, path string) (err error) {
	f, err := os.Create(path + ".part") //nolint:gosec // in the folder that the caller names
	if err != nil {
		return err
	}
	_, err = tx.Conn().PgConn().CopyTo(ctx, f, "copy ("+query+") to stdout (format csv, header)")
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}
