package parquet

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"archwire"
)

// What testdata/make.py has written, in the spelling that docs/types.md describes.
const foreignRows, instant = 120, 1_790_000_000_123_456

// decimalOf is a number of two digits behind the point.
func decimalOf(i int, digits int64) string {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil)
	v := new(big.Int).Mod(big.NewInt(int64(i)*104_729-7_000_000), ten)
	v.Sub(v, new(big.Int).Div(ten, big.NewInt(2)))
	return new(big.Rat).SetFrac(v, big.NewInt(100)).FloatString(2)
}

func clockOf(ns int64) string { return time.Unix(0, ns).UTC().Format("15:04:05.999999999") }

func instantOf(micros, ns int64) string {
	return time.UnixMicro(micros).Add(time.Duration(ns)).UTC().Format("2006-01-02 15:04:05.999999999")
}

// A foreign column is what others have written: the type that the format's documentation
// has for it, and the text of each row's value.
type foreign struct {
	becomes string // "" is refused
	text    func(i int) string
}

func digits(of func(i int) int64) func(int) string {
	return func(i int) string { return strconv.FormatInt(of(i), 10) }
}

var foreignColumns = map[string]foreign{
	"i8":     {"int16", digits(func(i int) int64 { return int64(i%256) - 128 })},
	"i16":    {"int16", digits(func(i int) int64 { return int64(i)*200 - 30000 })},
	"i32":    {"int32", digits(func(i int) int64 { return int64(i)*7919 - 1_000_000 })},
	"i64":    {"int64", digits(func(i int) int64 { return int64(i)*7919*1e9 - 1e15 })},
	"u8":     {"int16", digits(func(i int) int64 { return int64(i % 256) })},
	"u16":    {"int32", digits(func(i int) int64 { return 65535 - int64(i) })},
	"u32":    {"int64", digits(func(i int) int64 { return 4294967295 - int64(i) })},
	"u64":    {"decimal(20,0)", func(i int) string { return strconv.FormatUint(18446744073709551615-uint64(i), 10) }},
	"f16":    {"float32", func(i int) string { return fmt.Sprint(float64(i) / 4) }},
	"f32":    {"float32", func(i int) string { return fmt.Sprint(float64(i)/4 - 10) }},
	"f64":    {"float64", func(i int) string { return fmt.Sprint(float64(i)/8 - 3) }},
	"flag":   {"bool", func(i int) string { return strconv.FormatBool(i%3 == 0) }},
	"word":   {"text", func(i int) string { return []string{"", "caf\u00e9", string(bytes.Repeat([]byte("x"), 40))}[i%3] }},
	"line":   {"text", func(i int) string { return fmt.Sprintf("line %d \u20ac", i) }},
	"sure":   {"int64", digits(func(i int) int64 { return int64(i) })},
	"raw":    {"bytes", func(i int) string { return `\x` + hex.EncodeToString([]byte{byte(i), 0}) }},
	"five":   {"bytes", func(i int) string { return `\x` + hex.EncodeToString([]byte{byte(i), 1, 2, 3, 4}) }},
	"d9":     {"decimal(9,2)", func(i int) string { return decimalOf(i, 9) }},
	"d18":    {"decimal(18,2)", func(i int) string { return decimalOf(i, 18) }},
	"d38":    {"decimal(38,2)", func(i int) string { return decimalOf(i, 38) }},
	"day":    {"date", func(i int) string { return time.Unix(int64(i*100-15000)*86400, 0).UTC().Format(time.DateOnly) }},
	"t_ms":   {"time", func(i int) string { return clockOf(int64(i) * 719_999_000_000) }},
	"t_us":   {"time", func(i int) string { return clockOf(int64(i) * 719_999_001_000) }},
	"t_ns":   {"", func(i int) string { return clockOf(int64(i) * 719_999_001_003) }},
	"ts_ms":  {"timestamp", func(i int) string { return instantOf(((instant+int64(i))/1000-int64(i)*1e9)*1000, 0) }},
	"ts_us":  {"timestamp", func(i int) string { return instantOf(instant-int64(i)*1e12, 0) }},
	"ts_utc": {"timestamptz", func(i int) string { return instantOf(instant-int64(i)*1e12, 0) + "+00" }},
	"ts_ns":  {"", func(i int) string { return instantOf(instant-int64(i)*1e12, 7) }},
	"void":   {"int32", nil},
}

// Files of other writers hold what was written, whichever type, encoding, codec and form
// of pages they have.
func TestForeignFiles(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.parquet")
	if err != nil || len(names) != 11 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range f.Columns() {
			want, known := foreignColumns[c.Name]
			if old := want.text; c.Origin == "int96" { // which tells no zone
				want = foreign{"", func(i int) string { return strings.TrimSuffix(old(i), "+00") }}
			}
			if !known || c.Type.Kind != 0 && c.Type.String() != want.becomes || c.Type.Kind == 0 && want.becomes != "" {
				t.Errorf("%s: column %s, %s, becomes %s (%s); want %s", name, c.Name, c.Origin, c.Type, c.Refused, want.becomes)
			}
			got := textsOf(t, f, c.Name)
			for i := range foreignRows {
				text := "NULL"
				if c.Name == "sure" || i%7 != 3 && want.text != nil {
					text = want.text(i)
				}
				if i >= len(got) || got[i] != text {
					t.Errorf("%s: column %s, row %d: %q, want %q", name, c.Name, i, slices.Concat(got, make([]string, foreignRows))[i], text)
					break
				}
			}
		}
	}
}

// textsOf is a column read as text; NULL is "NULL".
func textsOf(t *testing.T, f *File, name string) (texts []string) {
	t.Helper()
	as := []archwire.Column{{Name: name, Type: archwire.Type{Kind: archwire.Text}}}
	for p, err := range f.Parts(t.Context(), as) {
		if err != nil {
			t.Fatalf("column %s: %v", name, err)
		}
		if len(p.Wrong) > 0 || p.First != int64(len(texts))+1 {
			t.Errorf("column %s: %v of the rows from %d", name, p.Wrong, p.First)
		}
		for i := range int(p.Batch.NumRows()) {
			text := "NULL"
			if column := p.Batch.Column(0); column.IsValid(i) {
				text = strings.Clone(column.ValueStr(i)) // the memory is lent
			}
			texts = append(texts, text)
		}
	}
	return texts
}
