package verify_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/verify"
)

// holding is a side with these whole keys.
func holding(tab archwire.Table, keys ...int64) *side {
	s := &side{table: tab, rows: map[string]string{}}
	for _, key := range keys {
		s.rows[fmt.Sprint(key)] = "x"
	}
	return s
}

func TestAPartThatLacksOneKeyIsNotLookedInto(t *testing.T) {
	t.Parallel()
	tab := table(archwire.Int64)
	var keys []int64
	for i := range int64(1000) {
		keys = append(keys, i)
	}
	source, copied := holding(tab, keys...), holding(tab, keys...)
	delete(source.rows, "77")
	delete(source.rows, "123")
	delete(copied.rows, "950")
	delete(source.rows, "300")
	delete(source.rows, "301") // two of a part: their sum tells neither
	cut := archwire.Cut{Width: 100, Parts: 10}
	found, result := named(t, verify.Comparison{Table: tab, Source: source, Copy: copied, Keys: true, Cut: cut}.All())
	if diff := cmp.Diff([]string{"extra 123", "extra 300", "extra 301", "extra 77", "missing 950"}, found); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{0, 1, 3, 9}, result.Differing); diff != "" {
		t.Errorf("parts that differ: %s", diff)
	}
	// Asked for 77, 123 and 950 by name, and for what is left of 300 to 399.
	if source.asked != 1+98 || copied.asked != 2+100 {
		t.Errorf("%d and %d rows were looked at, want 99 and 102", source.asked, copied.asked)
	}
}

// TestALoneKeyIsAskedFor has parts whose sums tell of one key that is gone, and
// are wrong about it.
func TestALoneKeyIsAskedFor(t *testing.T) {
	t.Parallel()
	tab := table(archwire.Int64)
	for name, c := range map[string]struct {
		source, copied []int64
		twice          string
		want           []string
	}{
		"in both":         {[]int64{1, 5, 6, 4}, []int64{1, 5, 6, 3, 9}, "", []string{"extra 3", "extra 9", "missing 4"}}, // sums tell 8
		"in the source":   {[]int64{1, 8, 2}, []int64{1, 8, 7, 3}, "", []string{"extra 3", "extra 7", "missing 2"}},       // sums tell 8
		"in neither":      {[]int64{1, 2}, []int64{1, 3, 6}, "", []string{"extra 3", "extra 6", "missing 2"}},             // sums tell 7
		"in another part": {[]int64{1, 2, 25}, []int64{1, 9, 18, 25}, "", []string{"extra 18", "extra 9", "missing 2"}},
		"twice":           {[]int64{1, 2}, []int64{1, 2}, "2", []string{"changed 2"}},
	} {
		source, copied := holding(tab, c.source...), holding(tab, c.copied...)
		if c.twice != "" {
			copied.twice = []string{c.twice}
		}
		cut := archwire.Cut{Width: 20, Parts: 2}
		found, _ := named(t, verify.Comparison{Table: tab, Source: source, Copy: copied, Keys: true, Cut: cut}.All())
		if diff := cmp.Diff(c.want, found); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestMendingByKeysLeavesEqualParts has few keys of which many differ, so that
// sums often tell of keys that are none: what is named is true, each part is equal
// once it is mended, and nothing goes unnamed in a part of which fewer keys differ
// than it takes for sums to balance.
func TestMendingByKeysLeavesEqualParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]archwire.Kind{archwire.Int16, archwire.Int32, archwire.Int64}).Draw(t, "kind")
		from := rapid.Int64Range(-40, 40).Draw(t, "from")
		if kind == archwire.Int64 {
			from = rapid.SampledFrom([]int64{from, math.MinInt64, math.MaxInt64 - 60}).Draw(t, "far")
		}
		cut := archwire.Cut{From: from, Width: rapid.Int64Range(1, 20).Draw(t, "width"), Parts: rapid.IntRange(1, 5).Draw(t, "parts")}
		tab := table(kind)
		source, copied := holding(tab), holding(tab)
		differ := map[int]int{}
		for i := range int64(50) {
			key := from + i
			part := int(min(i/cut.Width, int64(cut.Parts-1)))
			switch rapid.SampledFrom([]int{0, 1, 2, 3, 3, 3}).Draw(t, "fate") {
			case 0: // on neither side
			case 1:
				source.rows[fmt.Sprint(key)] = "x"
				differ[part]++
			case 2:
				copied.rows[fmt.Sprint(key)] = "x"
				differ[part]++
			default:
				source.rows[fmt.Sprint(key)], copied.rows[fmt.Sprint(key)] = "x", "x"
			}
		}
		comparison := verify.Comparison{Table: tab, Source: source, Copy: copied, Keys: true, Cut: cut}.All()
		found, _ := named(t, comparison)
		for _, one := range found {
			what, key, _ := strings.Cut(one, " ")
			_, theirs := source.rows[key]
			_, ours := copied.rows[key]
			if what == "missing" && (!theirs || ours) || what == "extra" && (theirs || !ours) || what == "changed" {
				t.Errorf("%s, in the source %t, in the copy %t", one, theirs, ours)
			}
			if delete(copied.rows, key); what == "missing" {
				copied.rows[key] = "x"
			}
		}
		if again, result := named(t, comparison); len(again)+len(result.Differing) > 0 {
			t.Errorf("once mended, parts %v differ by %v", result.Differing, again)
		}
		for key := range source.rows {
			if _, ok := copied.rows[key]; ok {
				delete(copied.rows, key)
				delete(source.rows, key)
			}
		}
		for _, left := range []*side{source, copied} {
			for key := range left.rows {
				var n int64
				fmt.Sscan(key, &n) //nolint:errcheck // a whole number
				if part := int(min((n-from)/cut.Width, int64(cut.Parts-1))); differ[part] < 4 {
					t.Errorf("%s differs still, of %d keys of its part", key, differ[part])
				}
			}
		}
	})
}

func TestAKeyIsNamedAtTheEndsOfItsType(t *testing.T) {
	t.Parallel()
	tab := table(archwire.Int64)
	ends := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}
	for _, gone := range ends {
		for _, cut := range []archwire.Cut{{From: math.MinInt64, Width: 1 << 62, Parts: 4}, {From: 0, Width: 5, Parts: 2}} {
			rest := slices.DeleteFunc(slices.Clone(ends), func(key int64) bool { return key == gone })
			source, copied := holding(tab, rest...), holding(tab, ends...)
			found, _ := named(t, verify.Comparison{Table: tab, Source: source, Copy: copied, Keys: true, Cut: cut}.All())
			if diff := cmp.Diff([]string{fmt.Sprint("extra ", gone)}, found); diff != "" || copied.asked != 1 {
				t.Errorf("%d rows looked at: %s", copied.asked, diff)
			}
		}
	}
}
