package redshift

import (
	"context"
	"strings"
	"testing"

	"archwire"
)

// A recorder is a link that writes statements down. A query gives one row of ones; what
// counts keys that rows share comes first and finds none.
type recorder struct{ statements []string }

func (r *recorder) exec(_ context.Context, statement string) (int64, error) {
	r.statements = append(r.statements, statement)
	return 1, nil
}

func (r *recorder) rows(_ context.Context, query string, each func([][]byte) error) error {
	r.statements = append(r.statements, query)
	row := [][]byte{[]byte("1")}
	list, _, _ := strings.Cut(unbracketed(query), "FROM")
	for range strings.Count(list, ",") {
		row = append(row, row[0])
	}
	if strings.Contains(query, "HAVING COUNT(*) > 1") {
		row[0] = []byte("0")
	}
	return each(row)
}

func (r *recorder) later(statements ...string) { r.statements = append(r.statements, statements...) }

// unbracketed is what stands in no brackets.
func unbracketed(query string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth == 0:
			return r
		}
		return -1
	}, query)
}

// goldenTarget is a table that is loaded, of which all has been staged and patched.
func goldenTarget(t *testing.T, merge bool, key ...string) *target {
	t.Helper()
	table := archwire.Table{
		Source: "rcm", Name: "visit", Key: key, Tenant: "practice_id", Deleted: "gone", Rows: -1,
		Columns: columnsOf(t, "id int64", "code text", "practice_id int64", "ratio float64", "doc bytes", "seen timestamptz", "gone bool"),
	}
	table.Columns[0].Nullable = false
	return &target{
		LoadTable: archwire.LoadTable{Table: table, Merge: merge}, live: table.Columns, merge: merge, folder: "load/x", mark: "~N~x",
		base: true, delta: merge, removed: merge, begun: true,
	}
}

func TestStatementsOfACommit(t *testing.T) {
	for name, g := range map[string]*target{
		"merge": goldenTarget(t, true, "id"), "merge_text_key": goldenTarget(t, true, "code", "id"), "replace": goldenTarget(t, false, "id"),
	} {
		r := &recorder{}
		if _, err := g.commit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		golden(t, "commit_"+name, r.statements...)
	}
}

func TestStatementsOfALoad(t *testing.T) {
	g := goldenTarget(t, true, "id")
	w := &Warehouse{staging: "s3://bucket/prefix", access: "IAM_ROLE 'arn:aws:iam::123456789012:role/load' REGION 'eu-west-1'"}
	small := archwire.Table{Source: "rcm", Name: "payer", Key: []string{"id"}, Columns: g.Columns[:2], Rows: 10}
	files := append(columnsOf(t, "scan bytes", "Second bytes"), g.Columns...)
	golden(t, "load", append([]string{
		createTable(g.stageName("base"), g.Columns, layoutOf(g.Table, Layout{})),
		createTable(relationOf(small), small.Columns, layoutOf(small, Layout{})),
		createTable(relationOf(small), small.Columns, layoutOf(small, Layout{Distribution: "key", Key: "code", Sort: []string{}})),
		w.copyStatement(g.into(), g.Columns, "load/x/1.manifest", g.mark),
		union(g, g.left(), "1 AS one"),
	}, putEmpty(g.into(), files, "~N~x")...)...)
}

func TestStatementsOfPrints(t *testing.T) {
	g := goldenTarget(t, false, "id")
	g.Columns = append(g.Columns[:3:3], g.Columns[4:]...) // without the float
	const parts = 4
	golden(t, "prints",
		g.printsQuery(archwire.PrintSpec{}),
		g.printsQuery(archwire.PrintSpec{Cut: archwire.Cut{Parts: parts}, First: 1, Last: 2}),
		g.printsQuery(archwire.PrintSpec{Keys: true, Cut: archwire.Cut{From: 100, Width: 50, Parts: parts}, Last: 3}),
		g.printsQuery(archwire.PrintSpec{Keys: true, Cut: archwire.Cut{From: -100, Width: 50, Parts: parts}, First: 1, Last: 2}),
		g.rowPrintsQuery(archwire.PrintSpec{Keys: true, Cut: archwire.Cut{From: 100, Width: 50, Parts: parts}, Last: 3, Parts: []int{0, 2}, Only: []int64{-7, 120}}))
}

func TestStatementsOfTheLedger(t *testing.T) {
	r := &recorder{}
	err := recordChanges(t.Context(), r, map[string]archwire.Changed{
		"rcm.visit": {Updated: 1, Tenants: []string{"1", `it's \ `}}, "rcm.payer": {All: true}, "rcm.quiet": {},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "ledger", append(r.statements, pendingQuery([]string{"it's me", "you"}, []string{"rcm.payer", "rcm.visit"}), newestLoads)...)
}
