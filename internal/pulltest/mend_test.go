package pulltest

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx

	"archwire"
	"archwire/internal/pull"
	"archwire/internal/pull/mirror"
	"archwire/internal/testdb"
	"archwire/internal/warehouse/duckdb"
)

// An engine is a database to which others write, beside pulls.
type engine struct {
	driver, dsn, schema string
	open                func() (mirror.Target, error)
}

func engines(t *testing.T) map[string]engine {
	t.Helper()
	path, url := filepath.Join(t.TempDir(), "partner.duckdb"), testdb.Postgres(t)
	files, err := duckdb.OpenParquet(t.Context(), "256MB")
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	return map[string]engine{
		"DuckDB": {"duckdb", path, "main", func() (mirror.Target, error) {
			return duckdb.OpenMirror(t.Context(), path, "256MB", time.Now)
		}},
		"PostgreSQL": {"pgx", url, "partner", func() (mirror.Target, error) {
			return pull.OpenPostgres(t.Context(), pull.PostgresConfig{URL: url, Schema: "partner", Files: files, Now: time.Now})
		}},
	}
}

// apply makes the database hold next, whatever it holds.
func (e engine) apply(t *testing.T, next mirror.Whole, file func(string) string) mirror.Change {
	t.Helper()
	target, err := e.open()
	must(t, err)
	defer func() { must(t, target.Close()) }()
	held, err := target.Held(t.Context())
	must(t, err)
	change, err := target.Apply(t.Context(), held, next, file)
	must(t, err)
	return change
}

// others lets somebody else change the table, if they want to, and look at its rows.
func (e engine) others(t *testing.T, statement string) (rows string) {
	t.Helper()
	db, err := sql.Open(e.driver, e.dsn)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	table := e.schema + ".visit"
	if statement != "" {
		_, err := db.ExecContext(t.Context(), strings.ReplaceAll(statement, "visit", table))
		must(t, err)
	}
	return strings.Join(texts(t, db, "select practice_id || '/' || id || '/' || coalesce(cast(amount as text), 'NULL') from "+table+" order by 1"), " ")
}

// Rows that others took away or added are put right, also those of practices that are
// not opened any more: they go.
func TestApply_MendsWhatOthersChanged(t *testing.T) {
	s := newShelf(t)
	one := s.slice(t, "aa", "1", archwire.Identified, 2, "select * from (values ('1', 1::bigint, 1.50::decimal(12,2)), ('1', 2, null)) v(practice_id, id, amount)")
	two := s.slice(t, "bb", "2", archwire.Identified, 2, "select * from (values ('2', 1::bigint, 7::decimal(12,2)), ('2', 2, 8)) v(practice_id, id, amount)")
	none := s.slice(t, "cc", "3", archwire.Identified, 0, "select '3' as practice_id, 1::bigint as id, 1.50::decimal(12,2) as amount limit 0")
	all, less := whole(one, two, none), whole(one, none)
	const good, rest = "1/1/1.50 1/2/NULL 2/1/7.00 2/2/8.00", "1/1/1.50 1/2/NULL"
	for name, e := range engines(t) {
		for _, c := range []struct {
			statement string
			next      mirror.Whole
			mended    []string
			want      string
		}{
			{"", all, nil, good},
			{"truncate visit", all, []string{"1", "2"}, good},
			{"delete from visit where practice_id = '2' and id = '1'", all, []string{"2"}, good},
			{"insert into visit values ('1', '3', 0), ('3', '1', 0), ('9', '1', 0)", all, []string{"1", "3", "9"}, good},
			{"delete from visit where practice_id = '2' and id = '1'", less, nil, rest},
		} {
			e.apply(t, all, s.file)
			e.others(t, c.statement)
			var mended []string
			for _, p := range e.apply(t, c.next, s.file).Mended {
				mended = append(mended, p.Tenant)
			}
			slices.Sort(mended)
			if diff := cmp.Diff(c.mended, mended); diff != "" {
				t.Errorf("%s, after %q: mended (-want +got)\n%s", name, c.statement, diff)
			}
			if got := e.others(t, ""); got != c.want {
				t.Errorf("%s, after %q: it holds %s, not %s", name, c.statement, got, c.want)
			}
		}
	}
}
