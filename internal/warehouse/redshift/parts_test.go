package redshift

import (
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// numberedRows is a table of numbers, of which numbersIn gives rows in batches of so many.
var numberedRows = archwire.Table{Source: "s", Name: "t", Columns: []archwire.Column{{Name: "n", Type: archwire.Type{Kind: archwire.Int64}}}}

func numbersIn(batches ...int) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		n := int64(0)
		for _, size := range batches {
			b := array.NewRecordBuilder(memory.NewGoAllocator(), numberedRows.ArrowSchema())
			for range size {
				b.Field(0).(*array.Int64Builder).Append(10_000 + n)
				n++
			}
			if batch := b.NewRecordBatch(); !yield(batch, nil) {
				return
			}
		}
	}
}

// partsIn writes rows and gives the lines of each file.
func partsIn(t *testing.T, d dealing, batches ...int) (files [][]string) {
	t.Helper()
	store, err := object.Open("file:" + t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &Warehouse{store: store, config: Config{TempDir: t.TempDir()}}
	parts, err := w.writeParts(t.Context(), "load/x", "~N~", numberedRows, d, numbersIn(batches...))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		body, err := store.Open(t.Context(), p.Name)
		if err != nil {
			t.Fatal(err)
		}
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unzipped)
		if err != nil {
			t.Fatal(err)
		}
		body.Close() //nolint:errcheck // read only
		files = append(files, strings.Fields(string(text)))
		if len(files[len(files)-1]) != int(p.Rows) {
			t.Errorf("a file that is said to have %d rows has %d", p.Rows, len(files[len(files)-1]))
		}
	}
	return files
}

// Rows of 6 bytes each: few of them make few files, and more of them as many as there are
// slices, or a multiple.
func TestParts_AreAMultipleOfTheSlices(t *testing.T) {
	t.Parallel()
	d := dealing{files: 6, least: 600, most: 6000}
	for _, c := range []struct {
		name    string
		batches []int
		want    int
	}{
		{"no row", nil, 0},
		{"a batch without rows", []int{0}, 0},
		{"one row", []int{1}, 1},
		{"less than a file", []int{50, 49}, 1},
		{"two files", []int{100, 50}, 2},
		{"a round", []int{100, 100, 100, 100, 100, 100}, 6},
		{"a full round", slices.Repeat([]int{100}, 59), 6},
		{"two rounds", slices.Repeat([]int{100}, 70), 12},
		{"four rounds of large batches", slices.Repeat([]int{3000}, 8), 24},
	} {
		files := partsIn(t, d, c.batches...)
		if len(files) != c.want {
			t.Errorf("%s: %d files, want %d", c.name, len(files), c.want)
		}
		for i := 0; len(files) >= d.files && i < len(files); i += d.files {
			round := files[i : i+d.files]
			sizes := make([]int, len(round))
			for j, f := range round {
				sizes[j] = len(f)
			}
			if low, high := slices.Min(sizes), slices.Max(sizes); high > 2*low {
				t.Errorf("%s: the files of a round have %v rows", c.name, sizes)
			}
		}
	}
}

// Whatever the batches, each row is in one file, and no file is larger than a batch more
// than the most.
func TestParts_HoldEachRowOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		d := dealing{
			files: rapid.IntRange(1, 5).Draw(r, "files"), least: rapid.Int64Range(1, 300).Draw(r, "least"), most: rapid.Int64Range(300, 2000).Draw(r, "most"),
		}
		batches := rapid.SliceOfN(rapid.IntRange(0, 200), 0, 30).Draw(r, "batches")
		total, largest := 0, 0
		for _, n := range batches {
			total, largest = total+n, max(largest, n)
		}
		var all []string
		for _, f := range partsIn(t, d, batches...) {
			all = append(all, f...)
			if len(f) == 0 || int64(6*len(f)) > d.most*int64(d.files)+int64(6*largest) {
				r.Errorf("a file has %d rows", len(f))
			}
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != total {
			r.Errorf("%d rows of %d came out", len(all), total)
		}
		for i, n := range all {
			if n != fmt.Sprint(10_000+i) {
				r.Fatalf("row %d is %s", i, n)
			}
		}
	})
}

func TestDealing_FollowsFromSlices(t *testing.T) {
	t.Parallel()
	for slices, want := range map[int]int{0: 4, 2: 2, 12: 12, 32: 32, 48: 24, 64: 32, 74: 32, 128 * 16: 32} {
		if got := dealingFor(slices); got.files != want {
			t.Errorf("for %d slices there are %d files in a round, want %d", slices, got.files, want)
		}
	}
}

// STV_SLICES says how many slices there are; Serverless lets nobody ask it.
func TestLoad_AsksForTheSlices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		opts redshifttest.Options
		want int
	}{{redshifttest.Options{Slices: 6}, 6}, {redshifttest.Options{Slices: 6, Serverless: true}, 4}} {
		r := newRig(t, c.opts)
		l, err := r.Begin(t.Context(), "night", []archwire.LoadTable{{Table: bill}})
		if err != nil {
			t.Fatal(err)
		}
		if got := l.(*load).dealing.files; got != c.want {
			t.Errorf("%+v: %d files in a round, want %d", c.opts, got, c.want)
		}
	}
}
