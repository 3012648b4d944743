package wire

import (
	"io"
	"math/big"
	"testing"
)

// BenchmarkRows is how fast rows of seven narrow columns are laid out.
func BenchmarkRows(b *testing.B) {
	c, _ := desk(b, Options{})
	c.out = io.Discard
	a := newAnswer(b.Context(), c, ofBatch)
	columns := []Column{
		{Name: "id", Type: Type{Name: "bigint"}},
		{Name: "kind", Type: Type{Name: "smallint"}, Nullable: true},
		{Name: "amount", Type: Type{Name: "decimal", Precision: 12, Scale: 2}, Nullable: true},
		{Name: "on", Type: Type{Name: "date"}, Nullable: true},
		{Name: "at", Type: Type{Name: "datetime2", Scale: 6}},
		{Name: "name", Type: Type{Name: "nvarchar", Length: 80}},
		{Name: "note", Type: Type{Name: "nvarchar", Length: 80}, Nullable: true},
	}
	row := []any{int64(1), int64(2), big.NewInt(12345), int64(740000), int64(740000) * ticksOfDay, "a name of somebody", nil}
	if err := a.Columns(columns); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := a.Row(row); err != nil {
			b.Fatal(err)
		}
	}
}
