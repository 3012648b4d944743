package api

import (
	"context"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
	"archwire/internal/serve/request"
	"archwire/internal/serve/walk"
)

// daily is a publication of a number a day. Asked for rows by rowsQuery, it gives
// them in batches of a thousand.
func daily(numbers []int64, left *int) *fakePublication {
	first := archwire.Day("1990-01-01").Time()
	return &fakePublication{answer: func(_ context.Context, q archwire.Query) (archwire.Batch, error) {
		from := 0
		if len(q.Args) > 1 { // it begins after a day
			day, err := time.Parse(time.DateOnly, q.Args[0].(string))
			if err != nil {
				return nil, err
			}
			from = int(day.Sub(first).Hours()/24) + 1
		}
		until := min(len(numbers), from+int(q.Args[len(q.Args)-1].(int64)))
		*left += until - from
		day := arrow.FixedWidthTypes.Date32
		fields := []arrow.Field{{Name: "t", Type: arrow.BinaryTypes.String}, {Name: "day", Type: day}, {Name: "n", Type: arrow.PrimitiveTypes.Int64}, {Name: "key", Type: day}}
		b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
		defer b.Release()
		for i := from; i < until; i++ {
			day := arrow.Date32FromTime(first.AddDate(0, 0, i))
			b.Field(0).(*array.StringBuilder).Append("p1")
			b.Field(1).(*array.Date32Builder).Append(day)
			b.Field(2).(*array.Int64Builder).Append(numbers[i])
			b.Field(3).(*array.Date32Builder).Append(day)
		}
		return b.NewRecordBatch(), nil
	}}
}

// comparingDaily compares two publications of numbers.
func comparingDaily(t *testing.T, old, now []int64, asked *int) *comparing {
	t.Helper()
	f := fake(t, nil)
	dataset := f.pub.manifest.Datasets[0]
	c := func(numbers []int64) *call {
		return &call{Call: request.Call{Ctx: t.Context()}, pub: daily(numbers, asked)}
	}
	q := &changesRequest{rowsRequest: &rowsRequest{dataset: dataset, fields: dataset.Columns}, before: c(old)}
	return &comparing{c: c(now), q: q, most: 1 << 20, mostBytes: 1 << 30, p: pair{
		tenant: "p1", before: archwire.Slice{SHA256: "a", Rows: int64(len(old))}, now: archwire.Slice{SHA256: "b", Rows: int64(len(now))},
	}}
}

func TestComparing_GoesOnWhereItEnded(t *testing.T) {
	const n = 40_000
	old, now := make([]int64, n), make([]int64, n+2)
	want := 2 // at the end
	for i := range n {
		if i%5_000 == 4_999 {
			now[i] = 1
			want++
		}
	}
	for name, limit := range map[string]func(*comparing){
		"all at once":     func(*comparing) {},
		"by changes":      func(c *comparing) { c.most = 3 },
		"by bytes":        func(c *comparing) { c.mostBytes = 300 },
		"by keys":         func(c *comparing) { c.mostKeys = 15_000 },
		"by everything":   func(c *comparing) { c.most, c.mostBytes, c.mostKeys = 2, 200, 9_000 },
		"one change each": func(c *comparing) { c.most = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			var asked int
			for after := []string(nil); ; {
				m := comparingDaily(t, old, now, &asked)
				limit(m)
				out, err := m.run(after)
				if err != nil {
					t.Fatal(err)
				}
				for _, one := range out.changes {
					if after != nil && one.key[0] <= after[0] || seen[one.key[0]] {
						t.Errorf("%s comes after %s", one.key, after)
					}
					seen[one.key[0]] = true
				}
				if after = out.until; after == nil {
					break
				}
			}
			if len(seen) != want {
				t.Errorf("%d changes, want %d", len(seen), want)
			}
		})
	}
}

// Whoever wants few of many changes does not have all rows read.
func TestComparing_ReadsNoMoreThanItNeeds(t *testing.T) {
	old, now := make([]int64, 200_000), make([]int64, 200_000)
	for i := range now {
		now[i] = 1
	}
	var asked int
	m := comparingDaily(t, old, now, &asked)
	m.most = 100
	out, err := m.run(nil)
	if err != nil || len(out.changes) != 100 || out.until == nil {
		t.Fatalf("%d changes until %v, %v", len(out.changes), out.until, err)
	}
	if asked > 2*walk.FirstPortion {
		t.Errorf("%d rows were asked for", asked)
	}
}
