package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/source/sourcetest"
)

func (b bundle) byKeys(t *testing.T, table archwire.Table, keys ...[]any) (rows [][]any, chunks []archwire.Chunk) {
	t.Helper()
	batch, err := sourcetest.Keys(table, keys...)
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Release()
	v := b.view(t)
	if chunks, err = v.(archwire.KeyReader).ByKeys(t.Context(), table, batch); err != nil {
		t.Fatal(err, archwire.HintOf(err))
	}
	for _, c := range chunks {
		some, err := sourcetest.Rows(v.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatal(c.Where, err, archwire.HintOf(err))
		}
		rows = append(rows, some...)
	}
	return rows, chunks
}

// TestKeysAreFoundByTheirIndex asks for fifty keys of each type, in a table
// large enough that reading it whole would be the wrong plan.
func TestKeysAreFoundByTheirIndex(t *testing.T) {
	db := setup(t)
	for n, c := range []struct {
		key, columns string
		value        func(i int) []any
	}{
		{"a", "i as a", func(i int) []any { return []any{int32(i)} }},
		{"a", "i::int2 as a", func(i int) []any { return []any{int16(i)} }},
		{"a", "'k' || i as a", func(i int) []any { return []any{fmt.Sprintf("k%d", i)} }},
		{"a", "('k' || i)::varchar(9) as a", func(i int) []any { return []any{fmt.Sprintf("k%d", i)} }},
		{"a", "md5(i::text)::uuid as a", func(int) []any { return []any{"c4ca4238-a0b9-2382-0dcc-509a6f75849b"} }},
		{"a", "(i / 100.0)::numeric(12,2) as a", func(i int) []any { return []any{archwire.Number(fmt.Sprintf("%d.%02d", i/100, i%100))} }},
		{"a, b", "i as a, 'k' || i as b", func(i int) []any { return []any{int32(i), fmt.Sprintf("k%d", i)} }},
		{"a, b", "(i % 7)::int8 as a, i as b", func(i int) []any { return []any{int64(i % 7), int32(i)} }},
	} {
		name := fmt.Sprintf("keyed_%d", n)
		db.exec(t, "create table "+name+" as select "+c.columns+", repeat('x', 200) as body from generate_series(0, 15000) i",
			"alter table "+name+" add primary key ("+c.key+")", "analyze "+name)
		table := db.table(t, name)
		var keys [][]any
		for i := range 50 {
			keys = append(keys, c.value(i*300))
		}
		rows, chunks := db.byKeys(t, table, keys...)
		if want := map[bool]int{true: 1, false: 50}[strings.Contains(c.columns, "md5")]; len(rows) != want || len(chunks) != 1 {
			t.Errorf("%s: %d rows in %d chunks, want %d in one", c.columns, len(rows), len(chunks), want)
		}
		if plan := db.explain(t, name, chunks[0].Where); !strings.Contains(plan, name+"_pkey") || strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s: the plan is\n%s", c.columns, plan)
		}
	}
}

// TestEqualKeysOfOtherTextAreOtherKeys holds for types in which the server says
// that values are equal which are copied as different texts: what was asked for
// is what comes.
func TestEqualKeysOfOtherTextAreOtherKeys(t *testing.T) {
	db := setup(t, "create extension if not exists citext", "create type mood as enum ('so so', 'sad')",
		`create collation anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
	for n, c := range []struct {
		typ, there, other string
		cast              bool
	}{
		{"citext", "Delta", "delta", false},
		{`text collate "anycase"`, "Delta", "delta", false},
		{"numeric", "1.0", "1.00", true},
		{"interval", "P1D", "PT24H", false},
		{"inet", "10.0.0.1/32", "10.0.0.2/32", false},
		{"mood", "so so", "sad", false},
		{"money", "$12.50", "$12.51", true},
		{"int[]", "[1,2]", "[2,1]", false},
		{"jsonb", `{"a": 1.0}`, `{"a": 1.00}`, false},
		{"cidr", "10.0.0.0/8", "10.0.0.0/9", false},
		{"bit(4)", "0101", "0111", false},
		{`"char"`, "a", "b", false},
	} {
		for _, key := range []string{"k", "k, id"} {
			name := fmt.Sprintf("keyed_%d_%d", n, len(key))
			text := c.there
			if c.typ == "int[]" {
				text = "{1,2}"
			}
			db.exec(t, fmt.Sprintf("create table %s (id int, k %s, primary key (%s))", name, c.typ, key),
				fmt.Sprintf("insert into %s values (1, %s)", name, literal(text)))
			table := db.table(t, name)
			if c.cast {
				table.Columns[1].Type, table.Columns[1].Cast, table.Columns[1].Refused = archwire.Type{Kind: archwire.Text}, true, ""
			}
			full := func(k string) []any { return []any{k, int32(1)}[:len(table.Key)] }
			rows, _ := db.byKeys(t, table, full(c.other))
			if len(rows) != 0 {
				t.Errorf("%s: asked for %s, got %v", c.typ, c.other, rows)
			}
			rows, _ = db.byKeys(t, table, full(c.there), full(c.other))
			if diff := cmp.Diff([][]any{{int32(1), c.there}}, rows); diff != "" {
				t.Errorf("%s, key %s (-want +got):\n%s", c.typ, key, diff)
			}
		}
	}
}

// TestKeysOfDeclaredTypes reads keys that are copied in another form than the
// column's own.
func TestKeysOfDeclaredTypes(t *testing.T) {
	db := setup(t, "create domain dollars as numeric(9,2) check (value > 0)")
	for n, c := range []struct {
		typ   string
		value any
		as    archwire.Type
		cast  bool
	}{
		{"bigint", archwire.Number("12.00"), archwire.Type{Kind: archwire.Decimal, Precision: 20, Scale: 2}, true},
		{"bigint", "12", archwire.Type{Kind: archwire.Text}, true},
		{"money", archwire.Number("12.00"), archwire.Type{Kind: archwire.Decimal, Precision: 19, Scale: 2}, true},
		{"date", "2026-11-20", archwire.Type{Kind: archwire.Text}, true},
		{"char(5)", "12   ", archwire.Type{Kind: archwire.Text}, false},
		{"dollars", archwire.Number("12.00"), archwire.Type{Kind: archwire.Decimal, Precision: 9, Scale: 2}, false},
	} {
		name := fmt.Sprintf("keyed_%d", n)
		db.exec(t, fmt.Sprintf("create table %s (k %s primary key, n int)", name, c.typ),
			fmt.Sprintf("insert into %s values ('%s', 1)", name, strings.TrimSpace(strings.TrimSuffix(fmt.Sprint(c.value), ".00"))))
		table := db.table(t, name)
		table.Columns[0].Type, table.Columns[0].Cast, table.Columns[0].Refused = c.as, c.cast, ""
		rows, _ := db.byKeys(t, table, []any{c.value})
		if diff := cmp.Diff([][]any{{c.value, int32(1)}}, rows); diff != "" {
			t.Errorf("%s as %s (-want +got):\n%s", c.typ, c.as, diff)
		}
	}
}

func TestKeysOfAnotherShapeAreInvalid(t *testing.T) {
	db := setup(t, "create table keyed (id int primary key, n int)", "create table keyless (id int)")
	keyed, keyless := db.table(t, "keyed"), db.table(t, "keyless")
	batch, err := sourcetest.Keys(keyed, []any{int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Release()
	reader := db.view(t).(archwire.KeyReader)
	_, err = reader.ByKeys(t.Context(), keyless, batch)
	wantError(t, "a table without a key", err, archwire.Invalid, "keyless")
	keyed.Key = []string{"id", "n"}
	_, err = reader.ByKeys(t.Context(), keyed, batch)
	wantError(t, "a longer key", err, archwire.Invalid, "keyed")
	keyed.Key, keyed.Columns = []string{"id"}, keyed.Columns[1:]
	_, err = reader.ByKeys(t.Context(), keyed, batch)
	wantError(t, "a key that is not copied", err, archwire.Invalid, "id")
}
