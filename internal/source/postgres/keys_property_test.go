package postgres

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// TestAnyKeyIsFoundAndNoOther draws keys of which some are in the table, and
// texts that an SQL string might not survive.
func TestAnyKeyIsFoundAndNoOther(t *testing.T) {
	db := setup(t)
	texts := rapid.StringOfN(rapid.SampledFrom([]rune(`aA'"\{},$%;-*/ é€`+"\n\t\x7f")), 0, 12, -1)
	instants := rapid.OneOf(rapid.Int64Range(-210_866_803_200_000_000, math.MaxInt64-1), rapid.Int64Range(-1<<52, 1<<52))
	for n, c := range []struct {
		typ    string
		kind   archwire.Kind
		values []any
	}{
		{"text", archwire.Text, draw(func(i int) any { return texts.Example(i) })},
		{"bytea", archwire.Bytes, draw(func(i int) any { return []byte(texts.Example(i)) })},
		{"double precision", archwire.Float64, draw(func(i int) any { return rapid.Float64().Example(i) })},
		{"bigint", archwire.Int64, draw(func(i int) any { return rapid.Int64().Example(i) })},
		{"timestamp", archwire.Timestamp, draw(func(i int) any { return arrow.Timestamp(instants.Example(i)) })},
		{"timestamptz", archwire.TimestampTZ, draw(func(i int) any { return arrow.Timestamp(instants.Example(i)) })},
		{"date", archwire.Date, draw(func(i int) any { return arrow.Date32(rapid.Int32Range(-2_440_588, 2_145_031_948).Example(i)) })},
	} {
		name := fmt.Sprintf("keyed_%d", n)
		declared := sourcetest.Table{Name: name, Key: []string{"k"}, Columns: []archwire.Column{{Name: "k", Type: archwire.Type{Kind: c.kind}}}}
		there := c.values[:len(c.values)/2]
		var rows, keys [][]any
		for _, v := range there {
			rows = append(rows, []any{v})
		}
		db.exec(t, createSQL(declared), insertSQL(name, declared.Columns, rows))
		for i, v := range c.values {
			if i%2 == 0 {
				keys = append(keys, []any{v})
			}
		}
		var want []string
		for i, v := range there {
			if i%2 == 0 {
				want = append(want, fmt.Sprint([]any{v}))
			}
		}
		found, _ := db.byKeys(t, db.table(t, name), keys...)
		var got []string
		for _, row := range found {
			got = append(got, fmt.Sprint(row))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d keys found, want %d\n%s\n%s", c.typ, len(got), len(want), strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}

// draw makes 200 values, no two of which are the same.
func draw(value func(i int) any) []any {
	var values []any
	seen := map[string]bool{}
	for i := 0; len(values) < 200; i++ {
		if v := value(i); !seen[fmt.Sprint(v)] {
			seen[fmt.Sprint(v)] = true
			values = append(values, v)
		}
	}
	return values
}
