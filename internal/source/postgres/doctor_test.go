package postgres

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/source/sourcetest"
	"archwire/internal/testdb"
)

func diagnosis(t *testing.T, src *Source, what string) archwire.Diagnosis {
	t.Helper()
	all := src.Doctor(t.Context())
	for _, d := range all {
		if d.OK == (d.Do != "") {
			t.Errorf("%s: ok %t with advice %q", d.What, d.OK, d.Do)
		}
		if d.What == "rcm: "+what {
			return d
		}
	}
	t.Fatalf("nothing on %s in %+v", what, all)
	return archwire.Diagnosis{}
}

func TestDoctorFindsAGoodSourceGood(t *testing.T) {
	db := setup(t, fewRows)
	db.src.cfg.Now = time.Now
	for _, what := range []string{"connection", "version", "encryption", "rights", "connections", "snapshot", "transactions", "clock"} {
		if d := diagnosis(t, db.src, what); !d.OK {
			t.Errorf("%+v", d)
		}
	}
}

func TestDoctorSaysWhatToDoAbout(t *testing.T) {
	db := setup(t, fewRows, "create table hidden_rows (id int)", "alter table hidden_rows enable row level security")
	name := db.role(t, "connection limit 2")
	weak := open(t, Config{
		Name: "rcm", DSN: db.as(t, name),
		Now: func() time.Time { return time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC) },
	})
	for what, says := range map[string]string{
		"rights": "2 cannot: hidden_rows, payer", "connections": "the user may open 2", "clock": "off ours",
	} {
		if d := diagnosis(t, weak, what); d.OK || !strings.Contains(d.Says, says) {
			t.Errorf("%+v, want %q", d, says)
		}
	}
	db.exec(t, "grant select on all tables in schema public to "+name)
	if d := diagnosis(t, weak, "row security"); d.OK || !strings.Contains(d.Says, "hidden_rows") {
		t.Errorf("%+v", d)
	}
	gone := open(t, Config{Name: "rcm", DSN: db.with(t, func(u *url.URL) { u.User = url.UserPassword("postgres", "wrong") })})
	if d := diagnosis(t, gone, "connection"); d.OK || !strings.Contains(d.Says, "password") {
		t.Errorf("%+v", d)
	}
}

func TestEncryptedConnectionsWork(t *testing.T) {
	plain, root := testdb.TLS(t)
	db := bundle{url: plain}
	db.exec(t, fewRows)
	u, err := url.Parse(plain)
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery = url.Values{"sslmode": {"verify-full"}, "sslrootcert": {root}}.Encode()
	db.src = open(t, Config{Name: "rcm", DSN: u.String()})
	table := db.table(t, "payer")
	v := db.view(t)
	for range 2 { // the second after one that was left half way
		for _, err := range v.Batches(t.Context(), table, archwire.Chunk{}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if rows := sourcetest.ReadAll(t, v, table); len(rows) != 20 {
			t.Errorf("%d rows, want 20", len(rows))
		}
	}
	if d := diagnosis(t, db.src, "encryption"); d.Says != "the connection is encrypted" {
		t.Errorf("%+v", d)
	}
	u.RawQuery = "sslmode=verify-full"
	_, err = open(t, Config{Name: "rcm", DSN: u.String()}).Tables(t.Context())
	wantError(t, "an unknown authority", err, archwire.Unavailable, "no encrypted connection")
}

func TestServerThatSharesNoSnapshotIsReadOnOneConnection(t *testing.T) {
	db := setup(t, fewRows, "revoke execute on function pg_export_snapshot() from public")
	name := db.role(t, "")
	db.exec(t, "grant select on payer to "+name)
	table := db.table(t, "payer")
	alone := open(t, Config{Name: "rcm", DSN: db.as(t, name), Connections: 4})
	v, err := alone.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer drop(v)
	if n := cap(v.(*view).slots); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
	db.exec(t, "delete from payer")
	if rows := sourcetest.ReadAll(t, v, table); len(rows) != 20 {
		t.Errorf("%d rows, want 20", len(rows))
	}
	if d := diagnosis(t, alone, "snapshot"); !strings.Contains(d.Says, "one connection") {
		t.Errorf("%+v", d)
	}
}

func TestSyncIsProposedWithAReason(t *testing.T) {
	filler := ", repeat('x', 1000) as body from generate_series(1, 12000) i"
	db := setup(t,
		"create table small (id int primary key)",
		"create table keyless as select i as id"+filler,
		"create table stamped as select i as id, now() as updated_at"+filler, "alter table stamped add primary key (id), alter updated_at set not null",
		"create table indexed as select i as id, now() as updated_at"+filler, "alter table indexed add primary key (id), alter updated_at set not null", "create index on indexed (updated_at)",
		"create table log (id bigserial primary key, body text)", "insert into log (body) select repeat('x', 1000) from generate_series(1, 12000)",
		"create table soft as select i as id, now() as updated_at, null::timestamptz as deleted_at"+filler, "alter table soft add primary key (id), alter updated_at set not null",
		"create table flagged as select i as id, now() as updated_at, false as is_deleted"+filler, "alter table flagged add primary key (id), alter updated_at set not null",
		"create table always as select i as id, now() as updated_at, now() as deleted_at"+filler, "alter table always add primary key (id), alter updated_at set not null, alter deleted_at set not null",
		"create table marked_log (id bigserial primary key, body text, deleted_at date)", "insert into marked_log (body) select repeat('x', 1000) from generate_series(1, 12000)",
		"create table opaque as select i as id"+filler, "alter table opaque add primary key (id)",
		"create view seen as select 1 as a")
	for name, want := range map[string]archwire.SyncHint{
		"small":   {Mode: "full", Deletes: "sweep", Reason: "small"},
		"keyless": {Mode: "full", Deletes: "none", Reason: "no primary key"},
		"stamped": {Mode: "cursor", Cursor: "updated_at", Deletes: "sweep", Reason: "no index begins with it"},
		"indexed": {Mode: "cursor", Cursor: "updated_at", Deletes: "sweep", Reason: "an index finds it"},
		"soft":    {Mode: "cursor", Cursor: "updated_at", Deletes: "soft", Deleted: "deleted_at", Reason: "deleted_at marks deleted rows"},
		"flagged": {Mode: "cursor", Cursor: "updated_at", Deletes: "soft", Deleted: "is_deleted", Reason: "is_deleted marks deleted rows"},
		// A time that every row has marks none.
		"always": {Mode: "cursor", Cursor: "updated_at", Deletes: "sweep", Reason: "no index begins with it"},
		// Rows that are marked are updated, which appending would miss.
		"marked_log": {Mode: "checksum", Deletes: "sweep", Reason: "deleted_at marks deleted ones"},
		"log":        {Mode: "append", Cursor: "id", Deletes: "sweep", Reason: "counts up"},
		"opaque":     {Mode: "checksum", Deletes: "sweep", Reason: "no column tells"},
		"seen":       {Mode: "full", Deletes: "none", Reason: "a view"},
	} {
		got := db.table(t, name).Sync
		if !strings.Contains(got.Reason, want.Reason) {
			t.Errorf("%s: reason %q, want %q", name, got.Reason, want.Reason)
		}
		if got.Reason = want.Reason; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}
