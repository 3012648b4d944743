package api

import (
	"container/list"
	"sync"

	"archwire/internal/serve/auth"
)

// cacheKey names an answer. Only keyOf makes one, from a scope: an answer cannot
// be kept, or found, without saying for whom.
type cacheKey struct{ publication, caller, request string }

func keyOf(s auth.Scope, e *edition, canonical string) cacheKey {
	return cacheKey{string(e.manifest.ID), s.Digest() + s.Key(), canonical}
}

// A cache keeps what was made for a key, the most recently used ones, up to a
// number of bytes. A publication never changes, so what is kept is never stale.
type cache[V any] struct {
	most int64

	mu    sync.Mutex
	used  int64
	order *list.List // of *kept[V], most recently used first
	found map[cacheKey]*list.Element
}

type kept[V any] struct {
	key   cacheKey
	value V
	size  int64
}

func newCache[V any](most int64) *cache[V] {
	return &cache[V]{most: most, order: list.New(), found: map[cacheKey]*list.Element{}}
}

func (c *cache[V]) get(k cacheKey) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.found[k]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept[V]).value, true
}

// put keeps v, which takes size bytes. What would take an eighth of the cache is
// not kept.
func (c *cache[V]) put(k cacheKey, v V, size int64) {
	const overhead = 512
	size += int64(len(k.request)) + overhead
	if size > c.most/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.found[k]; ok {
		return
	}
	c.found[k] = c.order.PushFront(&kept[V]{k, v, size})
	for c.used += size; c.used > c.most; {
		last := c.order.Remove(c.order.Back()).(*kept[V])
		delete(c.found, last.key)
		c.used -= last.size
	}
}
