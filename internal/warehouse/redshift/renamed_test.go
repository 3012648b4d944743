package redshift

import (
	"testing"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// A model whose file is named in another case is the same model, also when its columns
// change with it.
func TestNames_OfAModelThatChangesItsCase(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "rcm", "visit", []string{"practice_id int64", "fee int64"}, "1, 15", "2, 70")
	r.refresh(t, archwire.Model{Name: "finance.Paid", Tenant: "practice_id", Key: []string{"practice_id"}, SQL: "select practice_id, fee from rcm.visit"})
	m := archwire.Model{Name: "finance.paid", Tenant: "practice_id", Key: []string{"practice_id"}, SQL: "select practice_id, fee, 1 as one from rcm.visit"}
	r.refresh(t, m)
	r.refresh(t, m)
	r.want(t, "select * from finance.paid order by 1", "1|15|1", "2|70|1")
}

// A table that its source names in another case is the same table.
func TestNames_OfATableThatChangesItsCase(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.fill(t, "rcm", "Visit", []string{"id int64"}, "1", "2")
	table := archwire.Table{Source: "rcm", Name: "visit", Columns: columnsOf(t, "id int64"), Key: []string{"id"}}
	load, err := r.Begin(t.Context(), "a", []archwire.LoadTable{{Table: table}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := load.Stage(t.Context(), table, archwire.Chunk{}, jsonRows(t, table, "[2]", "[3]")); err != nil {
		t.Fatal(err)
	}
	done, err := load.Commit(t.Context(), archwire.Query{SQL: "select date '2026-11-20'"}, []archwire.JournalRow{{Run: "a", Table: "rcm.visit", Mode: "full", Rows: 2}})
	if err != nil {
		t.Fatal(err)
	}
	if c := done.Tables["rcm.visit"]; c.Inserted != 1 || c.Deleted != 1 {
		t.Errorf("the commit says %+v", c)
	}
	r.want(t, "select id from rcm.visit order by id", "2", "3")
}
