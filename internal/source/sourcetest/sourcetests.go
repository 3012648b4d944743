package sourcetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

func column(name string, k archwire.Kind) archwire.Column {
	return archwire.Column{Name: name, Type: archwire.Type{Kind: k}, Nullable: true}
}

func payer(rows int) Table {
	t := Table{Name: "payer", Key: []string{"id"}, Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
		column("name", archwire.Text),
		{Name: "rating", Type: archwire.Type{Kind: archwire.Decimal, Precision: 6, Scale: 3}, Nullable: true},
	}}
	for i := range rows {
		t.Rows = append(t.Rows, []any{int64(i), "payer", nil})
	}
	return t
}

func testTablesAreSorted(t *testing.T, h Harness) {
	ids := []archwire.Column{column("id", archwire.Int64)}
	lab := h.Open(t, Table{Name: "b", Columns: ids}, Table{Name: "c", Columns: ids}, Table{Name: "a", Columns: ids})
	tables, err := lab.Source.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, table := range tables {
		names = append(names, table.Origin)
	}
	if want := []string{"a", "b", "c"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

func testTablesAreDescribed(t *testing.T, h Harness) {
	want := payer(3)
	got := Find(t, h.Open(t, want).Source, "payer")
	if got.Origin != "payer" || got.Schema == "" || got.Source == "" {
		t.Errorf("source %q, schema %q, origin %q", got.Source, got.Schema, got.Origin)
	}
	if diff := cmp.Diff(want.Key, got.Key); diff != "" {
		t.Errorf("key (-want +got):\n%s", diff)
	}
	for i := range got.Columns {
		if got.Columns[i].Origin == "" {
			t.Errorf("column %s has no origin", got.Columns[i].Name)
		}
		got.Columns[i].Origin, got.Columns[i].Ordinal = "", 0
	}
	if diff := cmp.Diff(want.Columns, got.Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func testViewsAreListed(t *testing.T, h Harness) {
	table := payer(3)
	view := Table{Name: "payer_names", View: true, Of: "payer", Columns: table.Columns, Rows: table.Rows}
	lab := h.Open(t, table, view)
	if Find(t, lab.Source, "payer").View {
		t.Error("a table is listed as a view")
	}
	if !Find(t, lab.Source, "payer_names").View {
		t.Error("a view is listed as a table")
	}
}

func refusedTable() Table {
	return Table{Name: "odd", Rows: [][]any{{int64(1), nil}}, Columns: []archwire.Column{
		column("id", archwire.Int64), {Name: "strange", Refused: "no exact form", Nullable: true},
	}}
}

func testRefusedColumnIsListed(t *testing.T, h Harness) {
	tables, err := h.Open(t, refusedTable()).Source.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	strange, ok := tables[0].Column("strange")
	if !ok || strange.Refused == "" {
		t.Errorf("got %+v, want a reason in Refused", strange)
	}
	if id, _ := tables[0].Column("id"); id.Refused != "" {
		t.Errorf("column id is refused: %s", id.Refused)
	}
}

func testRefusedColumnFailsWhenRead(t *testing.T, h Harness) {
	lab := h.Open(t, refusedTable())
	without := Find(t, lab.Source, "odd")
	if rows := ReadAll(t, Open(t, lab.Source), without); len(rows) != 1 {
		t.Errorf("without the refused column %d rows, want 1", len(rows))
	}
	with := without
	with.Columns = append(slices.Clone(without.Columns), column("strange", archwire.Int64))
	wantInvalid(t, ReadError(Open(t, lab.Source), with), "strange")
}

func testSourceClosesTwice(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	for range 2 {
		if err := lab.Source.Close(); err != nil {
			t.Error(err)
		}
	}
}

func testViewReadsOneInstant(t *testing.T, h Harness) {
	other := payer(2)
	other.Name = "other"
	lab := h.Open(t, payer(2), other)
	first, second := Find(t, lab.Source, "payer"), Find(t, lab.Source, "other")
	v := Open(t, lab.Source)
	if n := len(ReadAll(t, v, first)); n != 2 {
		t.Fatalf("%d rows, want 2", n)
	}
	lab.Insert(t, "payer", []any{int64(100), "late", nil})
	lab.Insert(t, "other", []any{int64(100), "late", nil})
	if n := len(ReadAll(t, v, first)); n != 2 {
		t.Errorf("the view sees %d rows of a table it had read, want 2", n)
	}
	if n := len(ReadAll(t, v, second)); n != 2 {
		t.Errorf("the view sees %d rows of a table it had not read yet, want 2", n)
	}
	if n := len(ReadAll(t, Open(t, lab.Source), second)); n != 3 {
		t.Errorf("a later view sees %d rows, want 3", n)
	}
}

func testInstant(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	first := Open(t, lab.Source).At()
	lab.Insert(t, "payer", []any{int64(100), "late", nil})
	second := Open(t, lab.Source).At()
	if first.Time.IsZero() || first.Time.Location() != time.UTC || second.Time.Before(first.Time) {
		t.Errorf("instants %s and %s", first.Time, second.Time)
	}
	if first.Mark == "" || first.Mark == second.Mark {
		t.Errorf("marks %q and %q before and after a change", first.Mark, second.Mark)
	}
}
