package redshift

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares statements with those of a file in testdata.
func golden(t *testing.T, name string, statements ...string) {
	t.Helper()
	path := filepath.Join("testdata", name+".sql")
	got := strings.Join(statements, ";\n\n") + ";\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// columnsOf reads columns as "name type".
func columnsOf(t *testing.T, list ...string) (columns []archwire.Column) {
	t.Helper()
	for _, c := range list {
		name, kind, _ := strings.Cut(c, " ")
		parsed, err := archwire.ParseType(kind)
		if err != nil {
			t.Fatal(err)
		}
		columns = append(columns, archwire.Column{Name: name, Type: parsed, Nullable: true})
	}
	return columns
}

func goldenDaily(t *testing.T) recompute {
	t.Helper()
	return recompute{
		Model:   archwire.Model{Name: "finance.daily", Tenant: "practice_id", Key: []string{"practice_id", "posted_on"}},
		columns: columnsOf(t, "practice_id int64", "posted_on date", "amount decimal(38,2)"),
		query:   "select practice_id, posted_on, sum(amount) as amount from rcm.ledger group by 1, 2",
	}
}

func TestStatementsOfARefresh(t *testing.T) {
	whole, part, text := goldenDaily(t), goldenDaily(t), goldenDaily(t)
	part.part = true
	part.Key = []string{"posted_on"}
	part.query = `select practice_id, posted_on, sum(amount) as amount from (SELECT * FROM "rcm"."ledger" WHERE ` +
		among(`"practice_id"`, archwire.Type{Kind: archwire.Int64}, wantedTable) + `) AS "ledger" group by 1, 2`
	text.columns = columnsOf(t, "practice_id text", "posted_on date", "amount decimal(19,4)")
	nobody := goldenDaily(t)
	nobody.Tenant, nobody.Key = "", nil
	for name, r := range map[string]recompute{"refresh_all": whole, "refresh_part": part, "refresh_text_tenant": text, "refresh_no_tenant": nobody} {
		statements, err := r.compute()
		if err != nil {
			t.Fatal(err)
		}
		if r.part {
			create, err := createWanted(r.columns[0].Type)
			if err != nil {
				t.Fatal(err)
			}
			statements = append(append([]string{create}, fillWanted([]string{"7", "not a number", "-8"}, r.columns[0].Type)...), statements...)
		}
		statements = append(statements, r.checks(recomputedTable), r.differ())
		statements = append(statements, r.replace(!r.part)...)
		golden(t, name, append(statements, r.forget(true))...)
	}
}

func TestStatementsOfANewModel(t *testing.T) {
	r := goldenDaily(t)
	create, err := r.create(r.kept(), modelLayout(r.Model, r.columns, Layout{}))
	if err != nil {
		t.Fatal(err)
	}
	p := refreshing{Model: r.Model, columns: r.columns, retired: stagePrefix + "retired x", found: map[string]shape{"finance.daily": {"finance", "daily", r.columns[:1]}}}
	golden(t, "remake", append(append(p.makeRoom(), create), noteColumns("finance", "daily", r.columns)...)...)
}

func TestStatementsOfAView(t *testing.T) {
	r := goldenDaily(t)
	v := view{Model: r.Model, query: r.query, attributes: ` DISTKEY ("practice_id") AUTO REFRESH NO`}
	first := refreshing{Model: r.Model, columns: r.columns}
	next := refreshing{
		Model: r.Model, columns: r.columns, views: map[string]keptView{"finance.daily": {number: 1}},
		found: map[string]shape{"finance.daily": {"finance", "daily", r.columns}},
	}
	other := next
	other.columns = columnsOf(t, "practice_id int64", "posted_on date", "Total decimal(38,2)")
	below := []string{"practice_id", "posted_on", "amount"}
	statements := []string{v.create(1)}
	statements = append(statements, first.front(v, 1, below)...)
	statements = append(statements, v.note(1)...)
	statements = append(statements, "REFRESH MATERIALIZED VIEW "+numberedSQL(v.Name, 1))
	at := viewPlace{"dev", "finance", numbered(v.Name, 1)}
	statements = append(statements, at.states()...)
	statements = append(statements, at.ends()...)
	statements = append(statements, next.front(v, 2, below)...)
	statements = append(statements, other.front(v, 3, []string{"practice_id", "posted_on", "total"})...)
	golden(t, "view", append(statements, r.digests())...)
}

func TestStatementsOfSlices(t *testing.T) {
	columns := columnsOf(t, "Practice text", "id int64", "amount decimal(12,2)", "f float64", "b bool", "raw bytes", "day date", "clock time", "moment timestamp", "instant timestamptz")
	is := shape{"rcm", "ledger", columns}
	golden(t, "slice_prints", printQuery(is, columns, false), printQuery(is, columns[:2], true))
	golden(t, "unload", unloadStatement(unloadQuery(is, columns), "s3://bucket/prefix/unload/X/1/", "IAM_ROLE default", ""),
		unloadStatement(unloadQuery(is, columns[:1]), "s3://bucket/prefix/unload/X/1/", "IAM_ROLE default", "1234abcd-12ab-34cd-56ef-1234567890ab"))
	golden(t, "compare_model", goldenDaily(t).compare())
	golden(t, "shapes", shapesQuery([]string{"rcm.ledger", "odd's.name"}))
}
