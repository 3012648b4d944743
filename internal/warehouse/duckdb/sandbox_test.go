package duckdb_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

func openSandbox(t *testing.T) *duckdb.Sandbox {
	t.Helper()
	s, err := duckdb.NewSandbox(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, s) })
	if err := s.Table(context.Background(), ledger); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSandboxTellsTheColumnsOfModelsUponModels(t *testing.T) {
	ctx := context.Background()
	s := openSandbox(t)
	base := archwire.Model{Name: "base.ledger", SQL: "select practice_id, posted_on, sum(amount) as amount, sum(id) as ids\nfrom rcm.ledger_transaction group by 1, 2"}
	if _, err := s.Model(ctx, base); err != nil {
		t.Fatal(err)
	}
	columns, err := s.Model(ctx, archwire.Model{
		Name: "finance.daily", Tenant: "practice_id", Key: []string{"practice_id"},
		SQL: "select b.practice_id, max(b.amount) as amount, max(ids) as ids, count(*) as n, max(r.as_of) as as_of from base.ledger b cross join archwire.run r group by 1;",
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range columns {
		got = append(got, c.Name+" "+c.Type.String())
	}
	if want := "practice_id int64, amount decimal(38,2), ids decimal(38,0), n int64, as_of date"; strings.Join(got, ", ") != want {
		t.Errorf("the columns are %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestSandboxSaysWhatIsWrongAndWhere(t *testing.T) {
	s := openSandbox(t)
	for sql, want := range map[string]struct {
		line int
		says string
	}{
		"select id,\n  nothing\nfrom rcm.ledger_transaction":                                       {2, "nothing"},
		"select id\nfrom rcm.ledger_transactions":                                                  {2, "ledger_transactions"},
		"select id\n\nfrom rcm.ledger_transaction\nwhere amount = = 1":                             {4, "="},
		"select id from rcm.ledger_transaction\nwhere unknown_fn(id)":                              {2, "unknown_fn"},
		"select listagg(kind, ',')\nwithin group\n(order by nothing)\nfrom rcm.ledger_transaction": {3, "nothing"},
		"select to_char(posted_on,\n'YYYY'), nothing\nfrom rcm.ledger_transaction":                 {2, "nothing"},
	} {
		_, err := s.Model(context.Background(), archwire.Model{Name: "finance.daily", SQL: sql})
		where, ok := errors.AsType[*archwire.SQLError](err)
		if archwire.CodeOf(err) != archwire.Invalid || !ok {
			t.Errorf("%s gives %v", sql, err)
			continue
		}
		if where.Line != want.line || !strings.Contains(err.Error(), want.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q in line %d, want one line about %s in line %d", sql, err, where.Line, want.says, want.line)
		}
	}
}

func TestSandboxReachesNoFile(t *testing.T) {
	s := openSandbox(t)
	for _, sql := range []string{"select * from read_text('/etc/passwd')", "select * from '/etc/passwd'", "select * from glob('/*')"} {
		if columns, err := s.Describe(context.Background(), sql); err == nil {
			t.Errorf("%s has the columns %v", sql, columns)
		}
	}
}
