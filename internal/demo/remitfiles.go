package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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

const remitSource = `source: remit
engine: files
dsn: ${REMIT_FILES}
tables:
`

// remitTable has the name of a table and what is said of it besides.
const remitTable = `  %[1]s:
    files: {snapshots: "%[1]s_{date}.csv", changes: "%[1]s-changes_{date}.csv", complete: "{date}.done"}
    sync: checksum
%[2]s`

var (
	tableOfSource = regexp.MustCompile(`(?m)^  (remittance|remittance_line):\n((?:    .*\n)+)`)
	waysOfTable   = regexp.MustCompile(`(?m)^    (sync|cursor|deletes): .*\n`)
)

// RemitFromFiles changes the reference project in dir so that it reads remittances
// from the files that RemitFiles writes, in the folder that ${REMIT_FILES} says, as a
// source of the name remit.
func RemitFromFiles(dir string) error {
	rcm := filepath.Join(dir, "sources", "rcm.yaml")
	text, err := os.ReadFile(rcm) //nolint:gosec // a file of the project
	if err != nil {
		return fmt.Errorf("reading the source rcm: %w", err)
	}
	var remit strings.Builder
	remit.WriteString(remitSource)
	moved := tableOfSource.FindAllSubmatch(text, -1)
	for _, m := range moved {
		fmt.Fprintf(&remit, remitTable, m[1], waysOfTable.ReplaceAll(m[2], nil))
	}
	if len(moved) != len(remitTables) {
		return fmt.Errorf("moving remittances out of the source rcm: it has %d of %d tables", len(moved), len(remitTables))
	}
	text = tableOfSource.ReplaceAll(text, nil)
	for path, content := range map[string][]byte{rcm: text, filepath.Join(dir, "sources", "remit.yaml"): []byte(remit.String())} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return fmt.Errorf("writing the sources: %w", err)
		}
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".sql" {
			return err
		}
		sql, err := os.ReadFile(path) //nolint:gosec // a file of the project
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.ReplaceAll(string(sql), "rcm.remittance", "remit.remittance")), 0o600) //nolint:gosec // a folder of our own
	})
}
