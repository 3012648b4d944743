package isolationtest

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// tables reads the state beside the server: all rows of all tables.
type tables struct {
	conn    *sql.Conn
	queries map[string]string // that read each table
	version int64             // of the file, when it was read last
	rows    map[string]bool
}

// tables opens the state's file a second time.
func (w *world) tables(t *testing.T) *tables {
	t.Helper()
	db, err := sql.Open("sqlite", w.stateFile)
	must(t, err)
	conn, err := db.Conn(t.Context()) // one, for the version is that of a connection
	must(t, err)
	t.Cleanup(func() { must(t, conn.Close()); must(t, db.Close()) })
	x := &tables{conn: conn, queries: map[string]string{}}
	for _, table := range x.texts(t, "select name from sqlite_master where type = 'table'") {
		columns := x.texts(t, "select 'coalesce(\"' || name || '\", ''NULL'')' from pragma_table_info('"+table+"') where name <> 'used_at'")
		x.queries[table] = "select '|' || " + strings.Join(columns, " || '|' || ") + " || '|' from \"" + table + "\""
	}
	x.changed(t)
	return x
}

// changed are the rows that came, went or became others since it was called last,
// each as its table's name and its values between bars. When something was used is
// left out: it is written down now and then.
func (x *tables) changed(t *testing.T) (out []string) {
	t.Helper()
	var version int64
	must(t, x.conn.QueryRowContext(t.Context(), "pragma data_version").Scan(&version))
	if version == x.version {
		return nil
	}
	now := map[string]bool{}
	for table, query := range x.queries {
		for _, row := range x.texts(t, query) {
			now[table+row] = true
		}
	}
	for row := range x.rows {
		if !now[row] {
			out = append(out, row)
		}
	}
	for row := range now {
		if !x.rows[row] {
			out = append(out, row)
		}
	}
	x.version, x.rows = version, now
	slices.Sort(out)
	return out
}

func (x *tables) texts(t *testing.T, query string) (out []string) {
	t.Helper()
	rows, err := x.conn.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong
	for rows.Next() {
		var text any
		must(t, rows.Scan(&text))
		out = append(out, fmt.Sprint(text))
	}
	must(t, rows.Err())
	return out
}

// tableOf is the table of a row.
func tableOf(row string) string {
	table, _, _ := strings.Cut(row, "|")
	return table
}
