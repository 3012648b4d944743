package rowhash

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"archwire"
)

// table has columns named by letters; the first is the key.
func table(types ...string) archwire.Table {
	t := archwire.Table{Source: "rcm", Name: "ledger", Key: []string{"a"}}
	for i, s := range types {
		typ, err := archwire.ParseType(s)
		if err != nil {
			panic(err)
		}
		t.Columns = append(t.Columns, archwire.Column{Name: string(rune('a' + i)), Type: typ})
	}
	return t
}

// batch writes rows as JSON does.
func batch(tb testing.TB, t archwire.Table, rows string) archwire.Batch {
	tb.Helper()
	b, _, err := array.RecordFromJSON(memory.DefaultAllocator, t.ArrowSchema(), strings.NewReader(rows))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func sum(tb testing.TB, hash archwire.Hash, t archwire.Table, rows string) uint64 {
	tb.Helper()
	prints, err := Prints(one(batch(tb, t, rows)), t, archwire.PrintSpec{Hash: hash})
	if err != nil {
		tb.Fatal(err)
	}
	if len(prints) != 1 {
		tb.Fatalf("prints %+v, want one", prints)
	}
	return prints[0].Sum
}

// TestHashesArePostgreSQLs has what PostgreSQL 15 says of the same values.
func TestHashesArePostgreSQLs(t *testing.T) {
	for s, want := range map[string]int64{
		"": -6939563903564495251, "abc": -6747756470228489321,
		"twelve bytes": -7123776401673968163, "more than twelve bytes": 5874120668870896803,
	} {
		if got := int64(hashBytes(s, 0)); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
	for n, want := range map[int64]int64{
		0: 4154612158245552303, 1: -3670598878359251130, 1 << 32: -3670598878359251130, math.MinInt64: -9109110466470504941,
	} {
		if got := int64(seeded(4, 0).word(fold(n))); got != want {
			t.Errorf("%d: %d, want %d", n, got, want)
		}
	}
	for h, want := range map[int64]int64{0: 4154612158245552303, -5: -2100514859832682438, 1 << 32: 4567318049319083637} {
		if got := int64(scramble(uint64(h))); got != want {
			t.Errorf("hashint8extended(0, %d) is %d, want %d", h, got, want)
		}
	}
	for column, want := range []int64{-3670598878359251130, 3647684041653542134} {
		if got := int64(SeedOf(column)); got != want {
			t.Errorf("hashint8extended(%d, 0) is %d, want %d", column+1, got, want)
		}
	}
	minusSeven := int64(-7)
	if a, b := int64(hashBytes("abc", uint64(minusSeven))), int64(hashBytes("more than twelve bytes", 1<<32)); a != -311900745630446676 || b != -8059635809753831340 {
		t.Errorf("with seeds texts have %d and %d", a, b)
	}
	if a, b := int64(hashNumeric(decimal128.FromI64(-128450), 2, 77)), int64(hashNumeric(decimal128.Num{}, 2, 77)); a != -3851301963400942416 || b != 76 {
		t.Errorf("with a seed -1284.50 and 0 have %d and %d", a, b)
	}
	for _, c := range []struct {
		number string
		scale  int32
		want   int64
	}{
		{"0.00", 2, -1},
		{"1", 0, -7507508252608306360},
		{"-1.000", 3, -7507508252608306360},
		{"10000", 0, -7507508252608306359},
		{"0.0001", 4, 7507508252608306359},
		{"0.000100", 6, 7507508252608306359},
		{"1284.50", 2, -2847512148797807352},
		{"1284.5", 1, -2847512148797807352},
		{"12340000.0", 1, -754595273787784295},
		{"99999999999999999999999999999999999999", 0, -1925741174996242661},
		{"0.00000000000000000000000000000000000001", 38, -2026427994494054907},
		{"1234567890123456789012345678.0123456789", 10, 1584418290758706617},
	} {
		n, err := decimal128.FromString(c.number, 38, c.scale)
		if err != nil {
			t.Fatal(err)
		}
		if got := int64(hashNumeric(n, int(c.scale), 0)); got != c.want {
			t.Errorf("%s: %d, want %d", c.number, got, c.want)
		}
	}
}

// TestCanonicalText spells out what is hashed.
func TestCanonicalText(t *testing.T) {
	tab := table("bool", "int16", "int64", "float32", "float64", "decimal(6,3)", "decimal(38,0)", "text", "bytes", "date", "time", "timestamp", "timestamptz", "text")
	b := array.NewRecordBuilder(memory.DefaultAllocator, tab.ArrowSchema())
	defer b.Release()
	big, err := decimal128.FromString("-12345678901234567890123456789012345678", 38, 0)
	if err != nil {
		t.Fatal(err)
	}
	b.Field(0).(*array.BooleanBuilder).Append(true)
	b.Field(1).(*array.Int16Builder).Append(-7)
	b.Field(2).(*array.Int64Builder).Append(math.MinInt64)
	b.Field(3).(*array.Float32Builder).Append(float32(math.Copysign(0, -1)))
	b.Field(4).(*array.Float64Builder).Append(0.5)
	b.Field(5).(*array.Decimal128Builder).Append(decimal128.FromI64(-50))
	b.Field(6).(*array.Decimal128Builder).Append(big)
	b.Field(7).(*array.StringBuilder).Append("é ")
	b.Field(8).(*array.BinaryBuilder).Append([]byte{0, 255})
	b.Field(9).(*array.Date32Builder).Append(math.MaxInt32)
	b.Field(10).(*array.Time64Builder).Append(86_400_000_000)
	b.Field(11).(*array.TimestampBuilder).Append(-1)
	b.Field(12).(*array.TimestampBuilder).Append(-math.MaxInt64)
	b.Field(13).AppendNull()
	const text = "1:t" + "2:-7" + "20:-9223372036854775808" + "8:80000000" + "16:3fe0000000000000" + "6:-0.050" +
		"39:-12345678901234567890123456789012345678" + "3:é " + "4:00ff" + "8:infinity" + "11:86400000000" + "2:-1" + "9:-infinity" + "N"
	digest := md5.Sum([]byte(text))
	want := []archwire.PartPrint{{Rows: 1, Sum: binary.BigEndian.Uint64(digest[:]) >> 4}}
	got, err := Prints(one(b.NewRecordBatch()), tab, archwire.PrintSpec{Hash: archwire.HashMD5})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v; prints (-want +got):\n%s", err, diff)
	}
}

func TestDifferencesThatASumOfColumnsWouldMiss(t *testing.T) {
	tab := table("int64", "text", "text", "decimal(9,2)", "int64")
	const same = `[{"a":1,"b":"ab","c":"c","d":"1.00","e":4294967295},{"a":2,"b":"x","c":"y","d":"2.00","e":1}]`
	for name, other := range map[string]string{
		"two rows swap a value":      `[{"a":1,"b":"x","c":"c","d":"1.00","e":4294967295},{"a":2,"b":"ab","c":"y","d":"2.00","e":1}]`,
		"a character moves over":     `[{"a":1,"b":"a","c":"bc","d":"1.00","e":4294967295},{"a":2,"b":"x","c":"y","d":"2.00","e":1}]`,
		"two columns swap":           `[{"a":1,"b":"ab","c":"c","d":"1.00","e":4294967295},{"a":2,"b":"y","c":"x","d":"2.00","e":1}]`,
		"a number changes its sign":  `[{"a":1,"b":"ab","c":"c","d":"-1.00","e":4294967295},{"a":2,"b":"x","c":"y","d":"2.00","e":1}]`,
		"its upper half is lost":     `[{"a":1,"b":"ab","c":"c","d":"1.00","e":-1},{"a":2,"b":"x","c":"y","d":"2.00","e":1}]`,
		"it moves to its upper half": `[{"a":1,"b":"ab","c":"c","d":"1.00","e":4294967295},{"a":2,"b":"x","c":"y","d":"2.00","e":4294967296}]`,
		"NULL for an empty text":     `[{"a":1,"b":"ab","c":"c","d":"1.00","e":4294967295},{"a":2,"b":null,"c":"y","d":"2.00","e":1}]`,
		"a row comes twice":          `[{"a":1,"b":"ab","c":"c","d":"1.00","e":4294967295},{"a":1,"b":"ab","c":"c","d":"1.00","e":4294967295}]`,
		"a number moves its point":   `[{"a":1,"b":"ab","c":"c","d":"10000.00","e":4294967295},{"a":2,"b":"x","c":"y","d":"2.00","e":1}]`,
	} {
		for _, hash := range Hashes() {
			if sum(t, hash, tab, same) == sum(t, hash, tab, other) {
				t.Errorf("%s, by %s: not seen", name, hash)
			}
		}
	}
}

// TestColumnsAreHashedApart has two columns of whole numbers share no hash: their
// seeds differ in more than the upper half of a number could make up for.
func TestColumnsAreHashedApart(t *testing.T) {
	seen := map[uint32]int{}
	for column := range 1600 {
		high := uint32(SeedOf(column) >> 32)
		for _, h := range []uint32{high, ^high} {
			if other, ok := seen[h]; ok {
				t.Errorf("the numbers of columns %d and %d can have one hash", other, column)
			}
			seen[h] = column
		}
	}
}

func TestMistakesAreErrors(t *testing.T) {
	tab := table("int64", "text")
	rows := batch(t, tab, `[{"a":1,"b":"x"}]`)
	noKey := tab
	noKey.Key = []string{"z"}
	byText := tab
	byText.Key = []string{"b"}
	retyped := table("int64", "bool")
	narrow := table("int64")
	for _, c := range []struct {
		says  string
		table archwire.Table
		spec  archwire.PrintSpec
	}{
		{"no hash is named", tab, archwire.PrintSpec{Hash: "crc"}},
		{"key is not among", noKey, archwire.PrintSpec{Hash: archwire.HashMD5}},
		{"one whole number", byText, archwire.PrintSpec{Hash: archwire.HashMD5, Cut: archwire.Cut{Width: 1, Parts: 2}}},
		{"column b", retyped, archwire.PrintSpec{Hash: archwire.HashMD5}},
		{"column b", retyped, archwire.PrintSpec{Hash: archwire.HashColumns}},
		{"2 columns, not 1", narrow, archwire.PrintSpec{Hash: archwire.HashColumns}},
	} {
		if _, err := Prints(one(rows), c.table, c.spec); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want %q", err, c.says)
		}
		for b, err := range RowPrints(one(rows), c.table, c.spec) {
			if b != nil || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("rows: batch %v, error %v, want %q", b, err, c.says)
			}
		}
	}
	broken := errors.New("the connection is gone")
	failing := func(yield func(archwire.Batch, error) bool) { _ = yield(rows, nil) && yield(nil, broken) }
	if _, err := Prints(failing, tab, archwire.PrintSpec{Hash: archwire.HashMD5}); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the rows", err)
	}
}

func TestMarkedRowsDoNotCount(t *testing.T) {
	for _, c := range []struct{ typ, rows, left string }{
		{"bool", `[{"a":1,"b":true},{"a":2,"b":false},{"a":3}]`, `[{"a":2,"b":false},{"a":3}]`},
		{"date", `[{"a":1,"b":"2026-11-20"},{"a":2},{"a":3}]`, `[{"a":2},{"a":3}]`},
	} {
		tab := table("int64", c.typ)
		want := sum(t, archwire.HashColumns, tab, c.left)
		tab.Deleted = "b"
		if got := sum(t, archwire.HashColumns, tab, c.rows); got != want {
			t.Errorf("%s: %x, want %x", c.typ, got, want)
		}
	}
}
