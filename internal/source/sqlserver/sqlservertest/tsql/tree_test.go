package tsql

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestTreeIsAMap holds trees against Go's maps: edits in one edition, copies that
// stay as they were, scans of spans.
func TestTreeIsAMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var now tree[int]
		want := map[string]int{}
		type kept struct {
			tree tree[int]
			want map[string]int
		}
		var copies []kept
		e := new(edition)
		for range rapid.IntRange(1, 400).Draw(t, "edits") {
			key := strconv.Itoa(rapid.IntRange(0, 300).Draw(t, "key"))
			switch rapid.IntRange(0, 9).Draw(t, "edit") {
			case 0:
				copies = append(copies, kept{now, maps.Clone(want)})
				e = new(edition)
			case 1, 2, 3:
				now = now.remove(e, key)
				delete(want, key)
			default:
				want[key] = len(want)
				now = now.set(e, key, want[key])
			}
		}
		for _, k := range append(copies, kept{now, want}) {
			from, to := rapid.SampledFrom([]string{"", "1", "17", "25"}).Draw(t, "from"), rapid.SampledFrom([]string{"", "2", "29", "3"}).Draw(t, "to")
			sameRows(t, k.tree, k.want, from, to)
		}
	})
}

func sameRows(t *rapid.T, got tree[int], want map[string]int, from, to string) {
	if got.size != len(want) {
		t.Fatalf("%d keys, want %d", got.size, len(want))
	}
	var keys []string
	got.scan(from, to, func(key string, v int) bool {
		if want[key] != v {
			t.Fatalf("%s is %d, want %d", key, v, want[key])
		}
		keys = append(keys, key)
		return true
	})
	var expected []string
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if key >= from && (to == "" || key < to) {
			expected = append(expected, key)
		}
	}
	if !slices.Equal(keys, expected) {
		t.Fatalf("from %q to %q: %v, want %v", from, to, keys, expected)
	}
}
