package database

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/testdb/sqlserver"
)

const pairSchema = `create table dbo.one (id bigint not null primary key, word nvarchar(20) not null);
create table dbo.two (id bigint not null, on_day date not null, n smallint null, primary key (id, on_day));`

// pairOfTables makes the tables in a fresh database, and opens a connection to it.
func pairOfTables(t *testing.T) (url string, conn Conn) {
	t.Helper()
	url = sqlserver.Database(t)
	db, err := SQLServer(url)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Create(t.Context(), pairSchema); err != nil {
		t.Fatal(err)
	}
	if err := db.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Complete(t.Context()); err != nil {
		t.Fatalf("a second time: %v", err)
	}
	return url, dial(t, db)
}

func dial(t *testing.T, db Database) Conn {
	t.Helper()
	conn, err := db.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// row is one row of the given fields: a text, a whole number of the given width, or
// nil.
func row(fields ...any) Rows {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(fields)))
	for _, f := range fields {
		var field bytes.Buffer
		switch f := f.(type) {
		case nil:
			b = binary.BigEndian.AppendUint32(b, 0xffffffff)
			continue
		case string:
			field.WriteString(f)
		default:
			_ = binary.Write(&field, binary.BigEndian, f)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(field.Len()))
		b = append(b, field.Bytes()...)
	}
	return b
}

func TestChangesAreAppliedAllOrNone(t *testing.T) {
	t.Parallel()
	url, conn := pairOfTables(t)
	if err := conn.Copy(t.Context(), "one", append(row(int64(1), "a"), row(int64(2), "")...)); err != nil {
		t.Fatal(err)
	}
	if err := conn.Copy(t.Context(), "two", append(row(int64(1), int32(0), int16(7)), row(int64(1), int32(1), nil)...)); err != nil {
		t.Fatal(err)
	}
	changes := []Change{
		{Table: "one", Rows: append(row(int64(2), "Zoë 🦷"), row(int64(3), "c")...), Deleted: []int64{1, 99}},
		{Table: "two", Rows: row(int64(1), int32(0), int16(-7))},
		{Table: "two", Rows: row(int64(2), int32(0), nil)}, // of another worker
	}
	for range 2 { // the second time changes nothing
		if err := conn.Apply(t.Context(), changes); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][]string{
		"one": {"2 Zoë 🦷", "3 c"}, "two": {"1 2000-01-01 -7", "1 2000-01-02 NULL", "2 2000-01-01 NULL"},
	}
	if diff := cmp.Diff(want, contents(t, url)); diff != "" {
		t.Errorf("after changes (-want, +got):\n%s", diff)
	}
	err := conn.Apply(t.Context(), []Change{
		{Table: "one", Rows: row(int64(4), "d"), Deleted: []int64{2}},
		{Table: "two", Rows: row(int64(9), nil, int16(1))}, // its key may not be NULL
	})
	if err == nil {
		t.Fatal("a row without its key was taken")
	}
	if diff := cmp.Diff(want, contents(t, url)); diff != "" {
		t.Errorf("after changes that were not taken (-want, +got):\n%s", diff)
	}
}

// contents writes the rows of both tables.
func contents(t *testing.T, url string) map[string][]string {
	t.Helper()
	db := sqlserver.Open(t, url)
	out := map[string][]string{}
	for table, sql := range map[string]string{
		"one": "select concat(id, ' ', word) from dbo.one order by id",
		"two": "select concat(id, ' ', convert(varchar(10), on_day, 23), ' ', isnull(convert(varchar(10), n), 'NULL')) from dbo.two order by id, on_day",
	} {
		rows, err := db.QueryContext(t.Context(), sql)
		if err != nil {
			t.Fatalf("reading %s: %v", table, err)
		}
		defer rows.Close() //nolint:errcheck // Err tells
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatalf("reading %s: %v", table, err)
			}
			out[table] = append(out[table], text)
		}
		if err := rows.Err(); err != nil {
			t.Fatalf("reading %s: %v", table, err)
		}
	}
	return out
}

// TestWhatIsFollowed looks for what readers of changes need.
func TestWhatIsFollowed(t *testing.T) {
	t.Parallel()
	url, _ := pairOfTables(t)
	var snapshots, tracked int
	if err := sqlserver.Open(t, url).QueryRowContext(t.Context(), `select (select snapshot_isolation_state from sys.databases where database_id = db_id()),
		(select count(*) from sys.change_tracking_tables)`).Scan(&snapshots, &tracked); err != nil {
		t.Fatal(err)
	}
	if snapshots != 1 || tracked != 2 {
		t.Errorf("snapshot isolation has state %d, want 1 (on); %d tables are tracked, want 2", snapshots, tracked)
	}
}
