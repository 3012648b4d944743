package api

import (
	"container/list"
	"sync"

	"archwire/internal/serve/auth"
)

// cacheKey names an answer. Only keyOf makes one, from a scope: an answer cannot
// be kept, or found, without saying for whom.
type cacheKey struct{ publication, audience, scope, key, request string }

func keyOf(s auth.Scope, e *edition, canonical string) cacheKey {
	return cacheKey{string(e.Manifest.ID), s.Audience(), s.Digest(), s.Key(), canonical}
}

// A cache keeps what was made for a key, the most recently used ones, up to a
// number of bytes. What a key names never changes, so what is kept is never stale.
type cache[K comparable, V any] struct {
	most int64

	mu    sync.Mutex
	used  int64
	order *list.List // of *kept[K, V], most recently used first
	found map[K]*list.Element
}

type kept[K comparable, V any] struct {
	key   K
	value V
	size  int64
}

func newCache[K comparable, V any](most int64) *cache[K, V] {
	return &cache[K, V]{most: most, order: list.New(), found: map[K]*list.Element{}}
}

func (c *cache[K, V]) get(k K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.found[k]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept[K, V]).value, true
}

// holds says whether put keeps what takes size bytes: not what would take an
// eighth of the cache.
func (c *cache[K, V]) holds(size int64) bool { return size+entryBytes <= c.most/8 }

// entryBytes is what keeping something takes besides the thing.
const entryBytes = 512

// put keeps v, which takes size bytes with its key, if the cache holds it.
func (c *cache[K, V]) put(k K, v V, size int64) {
	if !c.holds(size) {
		return
	}
	size += entryBytes
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.found[k]; ok {
		return
	}
	c.found[k] = c.order.PushFront(&kept[K, V]{k, v, size})
	for c.used += size; c.used > c.most; {
		last := c.order.Remove(c.order.Back()).(*kept[K, V])
		delete(c.found, last.key)
		c.used -= last.size
	}
}
