package files

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"archwire/internal/fileform"
)

// Decimals are what big.Rat reads, or refused.
func TestDecimalsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		precision := rapid.IntRange(1, 38).Draw(t, "precision")
		scale := rapid.IntRange(0, precision).Draw(t, "scale")
		text := rapid.StringMatching(`[-+]?[0-9]{0,40}(\.[0-9]{0,40})?`).Draw(t, "text")
		n, wrong := parseDecimal([]byte(text), precision, scale)
		r, ok := new(big.Rat).SetString(strings.TrimSuffix(text, "."))
		if !strings.ContainsAny(text, "0123456789") {
			ok = false
		}
		if !ok {
			if wrong == "" {
				t.Fatalf("%q is %s, and no number", text, n.ToString(int32(scale)))
			}
			return
		}
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
		r.Mul(r, new(big.Rat).SetInt(unit))
		most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
		fits := r.IsInt() && new(big.Int).Abs(r.Num()).Cmp(most) < 0
		if fits != (wrong == "") {
			t.Fatalf("%q as decimal(%d,%d): %q, want fitting %t", text, precision, scale, wrong, fits)
		}
		if fits && n.BigInt().Cmp(r.Num()) != 0 {
			t.Fatalf("%q is %s", text, n.BigInt())
		}
	})
}

// Whole numbers are what package big reads, or refused.
func TestWholeNumbersAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{16, 32, 64}).Draw(t, "size")
		text := rapid.StringMatching(`[-+]?[0-9]{0,22}x?`).Draw(t, "text")
		n, wrong := parseInt([]byte(text), size)
		want, ok := new(big.Int).SetString(text, 10)
		fits := ok && want.IsInt64() && want.Int64()<<(64-size)>>(64-size) == want.Int64()
		if fits != (wrong == "") || fits && n != want.Int64() {
			t.Fatalf("%q of %d bits is %d, %q; want %v", text, size, n, wrong, want)
		}
	})
}

// Dates and times are those of package time, in all forms.
func TestDatesAreThoseOfPackageTime(t *testing.T) {
	layouts := map[string]string{"YYYY-MM-DD": "2006-01-02", "YYYYMMDD": "20060102", "MM/DD/YYYY": "01/02/2006", "DD/MM/YYYY": "02/01/2006", "DD.MM.YYYY": "02.01.2006"}
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom(fileform.DateForms()).Draw(t, "form")
		at := time.UnixMicro(rapid.Int64Range(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).UnixMicro()).Draw(t, "at")).UTC()
		f := newDateForm(form)
		days, wrong := f.parseDate([]byte(at.Format(layouts[form])))
		if midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC); wrong != "" || int64(days)*86400 != midnight.Unix() {
			t.Fatalf("%s as %s is day %d, %q", at, form, days, wrong)
		}
		micros, wrong := f.parseInstant([]byte(at.Format(layouts[form]+" 15:04:05.999999")), false)
		if wrong != "" || micros != at.UnixMicro() {
			t.Fatalf("%s is %d, %q", at, micros, wrong)
		}
		zone := time.FixedZone("", 60*rapid.IntRange(-18*60, 18*60).Draw(t, "offset"))
		micros, wrong = f.parseInstant([]byte(at.In(zone).Format(layouts[form]+"T15:04:05.999999Z07:00")), true)
		if year := at.In(zone).Year(); year >= 0 && year <= 9999 && (wrong != "" || micros != at.UnixMicro()) {
			t.Fatalf("%s is %d, %q", at.In(zone), micros, wrong)
		}
	})
}

func TestDatesAndTimesThatAreNone(t *testing.T) {
	f := newDateForm("YYYY-MM-DD")
	for _, text := range []string{"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026-01-01 ", "2026/01/01", "0000-00-00", "20260101", "2026-01-32", "9999999999-01-01"} {
		if days, wrong := f.parseDate([]byte(text)); wrong == "" {
			t.Errorf("%q is day %d", text, days)
		}
	}
	for text, want := range map[string]string{
		"2026-11-20 24:00:01":           notInstant,
		"2026-11-20 12:60":              notInstant,
		"2026-11-20T12":                 notInstant,
		"2026-11-20 12:00:00.1234567":   finerMicros,
		"2026-11-20 12:00:00Z":          hasZone,
		"2026-11-20 12:00:00+01":        hasZone,
		"2026-11-20 12:00:00 PM":        notInstant,
		"294247-01-10 04:00:54.775807":  outOfRange, // which stands for infinity
		"300000-01-01 00:00:00":         outOfRange,
		"-290308-12-21 19:59:05.224192": outOfRange, // the least number of 64 bits
	} {
		if micros, wrong := f.parseInstant([]byte(text), false); wrong != want {
			t.Errorf("%q is %d, %q; want %q", text, micros, wrong, want)
		}
	}
	if _, wrong := f.parseInstant([]byte("2026-11-20 12:00:00"), true); wrong != noZone {
		t.Errorf("without a zone: %q", wrong)
	}
	for text, want := range map[string]int64{"infinity": math.MaxInt64, "-infinity": -math.MaxInt64, "2026-11-20": 1795132800000000, "2026-11-20 24:00:00": 1795219200000000} {
		if micros, wrong := f.parseInstant([]byte(text), false); wrong != "" || micros != want {
			t.Errorf("%q is %d, %q; want %d", text, micros, wrong, want)
		}
	}
}

func TestOtherValuesThatAreNone(t *testing.T) {
	for _, text := range []string{"", "2", "tru", "on", "nil"} {
		if _, wrong := parseBool([]byte(text)); wrong == "" {
			t.Errorf("%q is a bool", text)
		}
	}
	for _, text := range []string{"", "1,5", "0x1p3", "1_000", "--1", "one", "1e999"} {
		if f, wrong := parseFloat([]byte(text), 64); wrong == "" {
			t.Errorf("%q is the number %g", text, f)
		}
	}
	for _, text := range []string{"", `\x0`, "00", `\xgg`, "x00"} {
		if _, wrong := appendHex(nil, []byte(text)); wrong == "" {
			t.Errorf("%q is bytes", text)
		}
	}
	for _, text := range []string{"", "f81d4fae7dec11d0a76500a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}"} {
		if _, wrong := appendUUID(nil, []byte(text)); wrong == "" {
			t.Errorf("%q is a UUID", text)
		}
	}
}

// Texts of JSON are what encoding/json reads.
func TestJSONTextsAreThoseOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		quoted, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		shape := &jsonShape{at: map[string]int{"a": 0, "b": 1}, raw: []bool{false, true}}
		line := fmt.Sprintf(`{"other": [%s], "a": %s , "b" : {"x":%s}}`, quoted, quoted, quoted)
		b := &block{data: []byte(line), first: 1}
		if _, err := shape.take(b, len(line), true); err != nil || len(b.rows) != 1 {
			t.Fatalf("%s: %v %v", line, err, b.bad)
		}
		text, _ := b.text(b.fields[0])
		if err := json.Unmarshal(quoted, &want); err != nil || string(text) != want {
			t.Fatalf("%s is %q", quoted, text)
		}
		if raw, _ := b.text(b.fields[1]); string(raw) != fmt.Sprintf(`{"x":%s}`, quoted) {
			t.Fatalf("%s is %s", line, raw)
		}
	})
}
