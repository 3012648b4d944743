package warehousetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// RunParser exercises a parser. It is part of Run; a sandbox runs it alone.
func RunParser(t *testing.T, p archwire.Parser) {
	t.Run("ReadsListsRelationsSortedAndOnce", func(t *testing.T) { reads(t, p) })
	t.Run("ReadsLeavesOutWhatTheQueryDefines", func(t *testing.T) { readsScopes(t, p) })
	t.Run("ReadsRefusesWhatIsNoPortableQuery", func(t *testing.T) { readsRefuses(t, p) })
	t.Run("TreeTakesAQueryApart", func(t *testing.T) { tree(t, p) })
}

func testReads(t *testing.T, open Opener)        { reads(t, parser(t, open)) }
func testReadsScopes(t *testing.T, open Opener)  { readsScopes(t, parser(t, open)) }
func testReadsRefuses(t *testing.T, open Opener) { readsRefuses(t, parser(t, open)) }

func parser(t *testing.T, open Opener) archwire.Parser {
	t.Helper()
	p, ok := open(t, t.TempDir()).(archwire.Parser)
	if !ok {
		t.Fatal("the warehouse parses no SQL")
	}
	return p
}

func wantReads(t *testing.T, p archwire.Parser, sql string, want ...string) {
	t.Helper()
	got, err := p.Reads(context.Background(), sql)
	if err != nil {
		t.Errorf("%s: %v", sql, err)
		return
	}
	if len(want) == 0 {
		want = []string{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", sql, diff)
	}
}

func reads(t *testing.T, p archwire.Parser) {
	wantReads(t, p, "select 1")
	wantReads(t, p, "select * from rcm.b join rcm.a using (id), rcm.b c", "rcm.a", "rcm.b")
	wantReads(t, p, `select * from RCM."Payer"`, "rcm.payer")
	wantReads(t, p, "select (select max(x) from a.one) from a.two where exists (select 1 from a.three) and y in (select y from a.four)"+
		" order by (select 1 from a.five)", "a.five", "a.four", "a.one", "a.three", "a.two")
	wantReads(t, p, "select * from a.b union all (select * from a.c except select * from a.d)", "a.b", "a.c", "a.d")
	wantReads(t, p, "select * from a.b, lateral (select * from a.c where a.c.x = b.x) l", "a.b", "a.c")
	wantReads(t, p, "select sum(x) over (partition by y order by (select z from a.w)) from a.b having count(*) > (select 1 from a.h)", "a.b", "a.h", "a.w")
	wantReads(t, p, "select * from a.b join a.c on b.x = c.x and c.y = (select max(y) from a.d)", "a.b", "a.c", "a.d")
	wantReads(t, p, "select case when x in (select 1 from a.e) then (select 2 from a.f) end from a.b where x between 1 and (select 3 from a.g)", "a.b", "a.e", "a.f", "a.g")
	wantReads(t, p, "select listagg(x, ',') within group (order by x) from a.b", "a.b")
	wantReads(t, p, "select r.as_of from archwire.run r", "archwire.run")
	wantReads(t, p, "select x::double precision / y, 100 * cast(x as float8) / nullif(y, 0), x / (y + 1::double precision) from a.b", "a.b")
	wantReads(t, p, "select sum(x::double precision) / count(*), avg(x::double precision), avg(coalesce(x, 0)::float8) over () from a.b", "a.b")
	wantReads(t, p, "select 'from a.z' /* from a.y */ from a.b -- from a.x", "a.b")
}

func readsScopes(t *testing.T, p archwire.Parser) {
	wantReads(t, p, "with x as (select * from a.b), y as (select * from x join a.c using (id)) select * from y", "a.b", "a.c")
	wantReads(t, p, "with x as (select 1 as n) select * from x, a.x", "a.x")
	wantReads(t, p, "with X as (select * from a.b) select * from x", "a.b")
	wantReads(t, p, "with recursive t as (select 1 as n union all select n + 1 from t join a.b on true where n < 5) select * from t", "a.b")
	wantReads(t, p, "select * from (with x as (select * from a.b) select * from x) q", "a.b")
	wantReads(t, p, "with x as (select * from a.b) select * from a.c where id in (with x as (select * from a.d) select id from x)", "a.b", "a.c", "a.d")
	wantReads(t, p, "with x as (with y as (select * from a.b) select * from y) select * from x union all select * from x", "a.b")
}

func readsRefuses(t *testing.T, p archwire.Parser) {
	for sql, line := range map[string]int{
		"selec 1":                     1,
		"select *\nfrom a.b\nwhere (": 3,
		"insert into a.b select 1":    0,
		"drop table a.b":              0,
		"select 1; select 2":          0,
		"":                            0,
		"select *\nfrom b":            2,
		"select * from (with x as (select 1) select 1) q, x": 1,
		"select * from c.a.b":                                1,
		"select * from 'file.parquet'":                       1,
		"select\nnow()":                                      2,
		"select getdate() from a.b":                          1,
		"select current_date":                                1,
		"select * from a.b where d < current_timestamp":      1,
		"select sysdate":                                     1,
		"select sum(x) filter (where x > 0) from a.b":        1,
		"select random()":                                    1,
		"select\nx / y from a.b":                             2,
		"select x * 100 / nullif(y, 0) from a.b":             1,
		"select x::real / y from a.b":                        1,
		"select (x / y)::double precision from a.b":          1,
		"select avg(x) from a.b":                             1,
		"select avg(x) over (partition by y) from a.b":       1,
		"select avg(x)::double precision from a.b":           1,
		"select datediff(day, x, y) from a.b":                1,
		"select dateadd(day, 1, x) from a.b":                 1,
		"select date_part(dow, x) from a.b":                  1,
		"select date_trunc(month, x) from a.b":               1,
		"select * from read_csv('x.csv')":                    1,
		"select * from glob('*')":                            1,
		"select * from information_schema.tables":            1,
		"select * from a.b tablesample 10 percent":           1,
		"select to_char(x, 'FMMonth') from a.b":              1,
		"select x ~ 'a' from a.b":                            1,
		`select regexp_substr(x, '\d+') from a.b`:            1,
		`select * from "rcm"."archwire stage run payer"`:     1,
	} {
		got, err := p.Reads(context.Background(), sql)
		if err == nil {
			t.Errorf("%s is not refused and reads %v", sql, got)
			continue
		}
		wantCode(t, err, archwire.Invalid)
		where, ok := errors.AsType[*archwire.SQLError](err)
		if !ok {
			t.Errorf("%s: the error %v has no place", sql, err)
		} else if line > 0 && where.Line != line {
			t.Errorf("%s: the error %v is placed in line %d, want %d", sql, err, where.Line, line)
		}
	}
}

func testDescribe(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	d, ok := w.(archwire.Describer)
	if !ok {
		t.Fatal("the warehouse describes no SQL")
	}
	loadAll(t, w, "run", nil, every, ledger)
	columns, err := d.Describe(context.Background(), "select * from types.every")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range columns {
		want := every.Columns[i].Type
		if want.Kind == archwire.JSON || want.Kind == archwire.UUID {
			want.Kind = archwire.Text // a query tells what is kept
		}
		if c.Name != every.Columns[i].Name || c.Type != want {
			t.Errorf("column %s is %s, want %s", c.Name, c.Type, want)
		}
	}
	for expression, want := range map[string]string{
		"sum(amount)": "decimal(38,2)", "count(*)": "int64", "sum(id)": "decimal(38,0)", "max(posted_on)": "date", "min(cast(id as varchar))": "text",
		"max(amount) * 2.5": "decimal(14,3)", "add_months(max(posted_on), 1)": "timestamp", "max(posted_on) - min(posted_on)": "int64",
	} {
		columns, err := d.Describe(context.Background(), "select "+expression+" as x from rcm.ledger")
		if err != nil || len(columns) != 1 || columns[0].Type.String() != want {
			t.Errorf("%s is described as %v (%v), want %s", expression, columns, err, want)
		}
	}
	for _, sql := range []string{"select nothing from rcm.ledger", "select interval '1 day' as x", "select 1 as a, 2 as a", "select 1 as a, 2 as A"} {
		_, err := d.Describe(context.Background(), sql)
		wantCode(t, err, archwire.Invalid)
	}
}
