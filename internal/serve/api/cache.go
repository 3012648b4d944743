package api

import (
	"container/list"
	"sync"
)

// A cache keeps answers, the most recently used ones, up to a number of bytes.
// A publication never changes, so what is kept is never stale.
type cache struct {
	most int64

	mu    sync.Mutex
	used  int64
	order *list.List // of *kept, most recently used first
	found map[cacheKey]*list.Element
}

type kept struct {
	key  cacheKey
	body *body
	size int64
}

func newCache(most int64) *cache {
	return &cache{most: most, order: list.New(), found: map[cacheKey]*list.Element{}}
}

func (c *cache) get(k cacheKey) (*body, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.found[k]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept).body, true
}

// put keeps b. An answer that would take an eighth of the cache is not kept; one
// is charged twice its size, for its compressed forms.
func (c *cache) put(k cacheKey, b *body) {
	const overhead = 512
	size := int64(2*len(b.plain) + len(k.request) + overhead)
	if size > c.most/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.found[k]; ok {
		return
	}
	c.found[k] = c.order.PushFront(&kept{k, b, size})
	for c.used += size; c.used > c.most; {
		last := c.order.Remove(c.order.Back()).(*kept)
		delete(c.found, last.key)
		c.used -= last.size
	}
}
