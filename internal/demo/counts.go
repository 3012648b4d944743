package demo

import (
	"slices"
	"sync"
)

// counts adds up what several outputs did.
type counts struct {
	mu     sync.Mutex
	tables [relations]TableSummary
}

func (c *counts) add(o *output) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for t := range relations {
		s := &c.tables[t]
		s.Inserted += o.inserted[t]
		s.Updated += o.updated[t]
		s.Deleted += int64(len(o.deleted[t]))
	}
}

func (c *counts) summary(asOf day) Summary {
	s := Summary{AsOf: asOf.String()}
	for t := range relations {
		c.tables[t].Table = t.String()
		s.Tables = append(s.Tables, c.tables[t])
	}
	return s
}

// bySize returns the practices, the largest first, so that the two workers
// end at about the same time.
func (w *world) bySize() []int64 {
	order := make([]int64, w.size.Practices)
	for i := range order {
		order[i] = int64(i + 1)
	}
	starts := make([]float64, w.size.Practices+1)
	for _, id := range order {
		starts[id] = w.startsPerYear(id)
	}
	slices.SortFunc(order, func(a, b int64) int {
		if starts[a] != starts[b] {
			if starts[a] > starts[b] {
				return -1
			}
			return 1
		}
		return int(a - b)
	})
	return order
}
