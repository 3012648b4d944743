package pulltest

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/pull"
	"archwire/internal/pull/mirror"
	"archwire/internal/testdb"
	"archwire/internal/warehouse/duckdb"
)

// A shelf has Parquet files that a test has made.
type shelf struct {
	dir string
	db  *sql.DB
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return &shelf{t.TempDir(), db}
}

func (s *shelf) file(sha string) string { return filepath.Join(s.dir, sha+".parquet") }

// slice makes a file of a query's rows.
func (s *shelf) slice(t *testing.T, sha, practice string, profile archwire.Profile, rows int64, query string) mirror.Slice {
	t.Helper()
	_, err := s.db.ExecContext(t.Context(), "copy ("+query+") to '"+s.file(sha)+"' (format parquet)")
	must(t, err)
	return mirror.Slice{Place: mirror.Place{Dataset: "visit", Tenant: practice}, Profile: profile, SHA256: sha, Rows: rows, Bytes: 1}
}

// whole is a publication of one dataset.
func whole(of ...mirror.Slice) mirror.Whole {
	text, number := mirror.Column{Name: "practice_id", Type: "text"}, mirror.Column{Name: "id", Type: "int64"}
	t := mirror.Table{Name: "visit", Tenant: "practice_id", Key: []string{"id"}, Given: map[archwire.Profile][]mirror.Column{
		archwire.Identified:   {text, number, {Name: "amount", Type: "decimal(12,2)"}},
		archwire.Pseudonymous: {text, {Name: "id", Type: "text"}},
	}}
	t.Merge()
	return mirror.Whole{
		Project: "clinic", Noun: "practice", Publication: "20261121T021400Z-4f9c", AsOf: "2026-11-20", DataThrough: time.Now(),
		Tables: []mirror.Table{t}, Slices: of,
	}
}

// databases are targets of rows, each with a way to ask it.
func databases(t *testing.T) map[string]mirror.Target {
	t.Helper()
	file, err := duckdb.OpenMirror(t.Context(), filepath.Join(t.TempDir(), "partner.duckdb"), "256MB", time.Now)
	must(t, err)
	files, err := duckdb.OpenParquet(t.Context(), "256MB")
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	database, err := pull.OpenPostgres(t.Context(), pull.PostgresConfig{URL: testdb.Postgres(t), Schema: "partner", Files: files, Now: time.Now})
	must(t, err)
	for _, x := range []mirror.Target{file, database} {
		t.Cleanup(func() { must(t, x.Close()) })
	}
	return map[string]mirror.Target{"DuckDB": file, "PostgreSQL": database}
}

func TestApply_KeepsPseudonymsBesideKeys(t *testing.T) {
	s := newShelf(t)
	next := whole(
		s.slice(t, "aa", "1", archwire.Identified, 2, "select * from (values ('1', 9007199254740993::bigint, 1.50::decimal(12,2)), ('1', -7, null)) v(practice_id, id, amount)"),
		s.slice(t, "bb", "2", archwire.Pseudonymous, 1, "select 2::bigint as practice_id, 'ps_x' as id"),
	)
	for name, x := range databases(t) {
		change, err := x.Apply(t.Context(), mirror.Whole{}, next, s.file)
		must(t, err)
		held, err := x.Held(t.Context())
		must(t, err)
		if len(change.Replaced) != 2 || len(held.Slices) != 2 || held.Publication != next.Publication || held.Slices[1].Profile != archwire.Pseudonymous {
			t.Errorf("%s holds %+v after %+v", name, held, change)
		}
		kinds := ""
		for _, c := range held.Tables[0].Columns {
			kinds += c.Name + " " + strings.ToLower(c.Type) + ", "
		}
		if want := map[string]string{"DuckDB": "practice_id varchar, id varchar, amount decimal(12,2), ", "PostgreSQL": "practice_id text, id text, amount numeric(12,2), "}[name]; kinds != want {
			t.Errorf("%s has %s not %s", name, kinds, want)
		}
		if again, err := x.Apply(t.Context(), held, next, nil); err != nil || !again.None() {
			t.Errorf("%s: the same once more is %+v, %v", name, again, err)
		}
	}
}

func TestApply_TakesNothingThatTheManifestDoesNotSay(t *testing.T) {
	s := newShelf(t)
	good := "select '1' as practice_id, 1::bigint as id, 1.50::decimal(12,2) as amount"
	first := whole(s.slice(t, "aa", "1", archwire.Identified, 1, good))
	wrong := map[string]mirror.Slice{
		"more digits":          s.slice(t, "b1", "1", archwire.Identified, 1, "select '1' as practice_id, 1::bigint as id, 1.505::decimal(12,3) as amount"),
		"a float":              s.slice(t, "b2", "1", archwire.Identified, 1, "select '1' as practice_id, 1::bigint as id, 1.5::double as amount"),
		"a column is missing":  s.slice(t, "b3", "1", archwire.Identified, 1, "select '1' as practice_id, 1::bigint as id"),
		"fewer rows":           s.slice(t, "b4", "1", archwire.Identified, 2, good),
		"more rows":            s.slice(t, "b7", "1", archwire.Identified, 1, good+" union all select '1', 2, 3"),
		"rows of another":      s.slice(t, "b5", "1", archwire.Identified, 2, good+" union all select '2', 2, 3"),
		"all rows are another": s.slice(t, "b6", "1", archwire.Identified, 1, "select '2' as practice_id, 1::bigint as id, 1.50::decimal(12,2) as amount"),
	}
	for name, x := range databases(t) {
		_, err := x.Apply(t.Context(), mirror.Whole{}, first, s.file)
		must(t, err)
		held, err := x.Held(t.Context())
		must(t, err)
		for how, slice := range wrong {
			next := whole(slice)
			next.Publication = "20261122T021400Z-4f9c"
			if _, err := x.Apply(t.Context(), held, next, s.file); archwire.CodeOf(err) != archwire.Mismatch || archwire.HintOf(err) == "" {
				t.Errorf("%s: %s is %v", name, how, err)
			}
			now, err := x.Held(context.WithoutCancel(t.Context()))
			must(t, err)
			if now.Publication != first.Publication || now.Slices[0].SHA256 != "aa" {
				t.Errorf("%s: after %s it holds %+v", name, how, now)
			}
		}
	}
}

func TestApply_LeavesTablesOfOthers(t *testing.T) {
	s := newShelf(t)
	path := filepath.Join(t.TempDir(), "own.duckdb")
	_, err := s.db.ExecContext(t.Context(), "attach '"+path+"' as partner; create table partner.visit (x int); insert into partner.visit values (7); detach partner")
	must(t, err)
	file, err := duckdb.OpenMirror(t.Context(), path, "256MB", time.Now)
	must(t, err)
	_, err = file.Apply(t.Context(), mirror.Whole{}, whole(s.slice(t, "aa", "1", archwire.Identified, 1, "select '1' as practice_id, 1::bigint as id, 1.50::decimal(12,2) as amount")), s.file)
	if archwire.CodeOf(err) != archwire.Conflict || !strings.Contains(err.Error(), "visit that no pull has made") {
		t.Errorf("it says %v", err)
	}
	if _, err := duckdb.OpenMirror(t.Context(), path, "256MB", time.Now); archwire.CodeOf(err) != archwire.Conflict {
		t.Errorf("a file that is open says %v", err)
	}
	must(t, file.Close())
	_, err = s.db.ExecContext(t.Context(), "attach '"+path+"' as partner (read_only)")
	must(t, err)
	var x int
	must(t, s.db.QueryRowContext(t.Context(), "select x from partner.visit").Scan(&x))
	if x != 7 {
		t.Errorf("the table of another holds %d", x)
	}
}

// Names are a server's: whatever they spell, they are names of columns.
func TestApply_TakesNamesForNothingElse(t *testing.T) {
	s := newShelf(t)
	names := []string{`practice"id`, `id" int); drop table visit; --`, `'; select 1; --`, `$1 \\N %s`, "select"}
	query := []string{}
	columns := []mirror.Column{}
	for i, name := range names {
		query = append(query, "'"+strings.Repeat("x", i+1)+"' as "+archwire.Quote(name))
		columns = append(columns, mirror.Column{Name: name, Type: "text"})
	}
	slice := s.slice(t, "aa", "x", archwire.Identified, 1, "select "+strings.Join(query, ", "))
	slice.Dataset = "order" // a word of SQL
	table := mirror.Table{Name: "order", Tenant: names[0], Key: names[1:2], Given: map[archwire.Profile][]mirror.Column{archwire.Identified: columns}}
	table.Merge()
	next := whole(slice)
	next.Tables = []mirror.Table{table}
	for name, x := range databases(t) {
		_, err := x.Apply(t.Context(), mirror.Whole{}, next, s.file)
		must(t, err)
		held, err := x.Held(t.Context())
		must(t, err)
		var found []string
		for _, c := range held.Tables[0].Columns {
			found = append(found, c.Name)
		}
		if !slices.Equal(found, names) || held.Slices[0].Rows != 1 {
			t.Errorf("%s holds %q with %d rows", name, found, held.Slices[0].Rows)
		}
		other := next // the same rows under another hash: they are deleted and written again
		other.Publication = "20261122T021400Z-4f9c"
		again := slice
		again.SHA256 = "bb"
		other.Slices = []mirror.Slice{again}
		_, err = x.Apply(t.Context(), held, other, func(string) string { return s.file("aa") })
		must(t, err)
		if held, err = x.Held(t.Context()); err != nil || held.Slices[0].Rows != 1 || held.Slices[0].SHA256 != "bb" {
			t.Errorf("%s holds %+v, %v", name, held.Slices, err)
		}
	}
}
