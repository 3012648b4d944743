package tsql

import "sort"

// A tree is an ordered map whose versions share what they have in common: a
// snapshot is a copy of the value. An edit changes nodes of its own edition in
// place and copies the others.
type tree[V any] struct {
	root *node[V]
	size int
}

// An edition is who may change nodes in place.
type edition struct{ _ byte }

const fanout = 64

type node[V any] struct {
	owner    *edition
	keys     []string
	values   []V        // of leaves
	children []*node[V] // of others; keys[i] is the least of children[i+1]
}

func (n *node[V]) leaf() bool { return n.children == nil }

func (n *node[V]) own(e *edition) *node[V] {
	if n.owner == e {
		return n
	}
	c := &node[V]{owner: e, keys: make([]string, len(n.keys), fanout+1)}
	copy(c.keys, n.keys)
	if n.leaf() {
		c.values = make([]V, len(n.values), fanout+1)
		copy(c.values, n.values)
	} else {
		c.children = make([]*node[V], len(n.children), fanout+2)
		copy(c.children, n.children)
	}
	return c
}

// child is where a key belongs.
func (n *node[V]) child(key string) int {
	return sort.Search(len(n.keys), func(i int) bool { return n.keys[i] > key })
}

func (t tree[V]) get(key string) (v V, ok bool) {
	n := t.root
	if n == nil {
		return v, false
	}
	for !n.leaf() {
		n = n.children[n.child(key)]
	}
	i := sort.SearchStrings(n.keys, key)
	if i < len(n.keys) && n.keys[i] == key {
		return n.values[i], true
	}
	return v, false
}

// set returns the tree with the value under the key.
func (t tree[V]) set(e *edition, key string, v V) tree[V] {
	if t.root == nil {
		return tree[V]{&node[V]{owner: e, keys: []string{key}, values: []V{v}}, 1}
	}
	root, more, at, added := t.root.set(e, key, v)
	if more != nil {
		root = &node[V]{owner: e, keys: []string{at}, children: []*node[V]{root, more}}
	}
	if added {
		t.size++
	}
	return tree[V]{root, t.size}
}

func (n *node[V]) set(e *edition, key string, v V) (own, more *node[V], at string, added bool) {
	n = n.own(e)
	if n.leaf() {
		i := sort.SearchStrings(n.keys, key)
		if i < len(n.keys) && n.keys[i] == key {
			n.values[i] = v
			return n, nil, "", false
		}
		n.keys = insertAt(n.keys, i, key)
		n.values = insertAt(n.values, i, v)
		added = true
	} else {
		i := n.child(key)
		own, more, at, grown := n.children[i].set(e, key, v)
		added = grown
		n.children[i] = own
		if more != nil {
			n.keys = insertAt(n.keys, i, at)
			n.children = insertAt(n.children, i+1, more)
		}
	}
	if len(n.keys) <= fanout {
		return n, nil, "", added
	}
	more, at = n.split(e)
	return n, more, at, added
}

// split moves the upper half to another node. Keys that come in order leave full
// nodes behind.
func (n *node[V]) split(e *edition) (more *node[V], at string) {
	half := len(n.keys) / 2
	at = n.keys[half]
	more = &node[V]{owner: e}
	if n.leaf() {
		more.keys = append(make([]string, 0, fanout+1), n.keys[half:]...)
		more.values = append(make([]V, 0, fanout+1), n.values[half:]...)
		clear(n.values[half:])
		n.values = n.values[:half]
	} else {
		more.keys = append(make([]string, 0, fanout+1), n.keys[half+1:]...)
		more.children = append(make([]*node[V], 0, fanout+2), n.children[half+1:]...)
		clear(n.children[half+1:])
		n.children = n.children[:half+1]
	}
	clear(n.keys[half:])
	n.keys = n.keys[:half]
	return more, at
}

func insertAt[T any](s []T, i int, v T) []T {
	var zero T
	s = append(s, zero)
	copy(s[i+1:], s[i:])
	s[i] = v
	return s
}

// remove returns the tree without the key. Nodes are not joined again: an empty
// leaf costs a visit.
func (t tree[V]) remove(e *edition, key string) tree[V] {
	if _, ok := t.get(key); !ok {
		return t
	}
	return tree[V]{t.root.remove(e, key), t.size - 1}
}

func (n *node[V]) remove(e *edition, key string) *node[V] {
	n = n.own(e)
	if n.leaf() {
		i := sort.SearchStrings(n.keys, key)
		n.keys = append(n.keys[:i], n.keys[i+1:]...)
		n.values = append(n.values[:i], n.values[i+1:]...)
		return n
	}
	i := n.child(key)
	n.children[i] = n.children[i].remove(e, key)
	return n
}

// scan visits the keys from (inclusive) to (exclusive) in order; to "" is the
// end. It returns false when visit did.
func (t tree[V]) scan(from, to string, visit func(key string, v V) bool) bool {
	return t.root == nil || t.root.scan(from, to, visit)
}

func (n *node[V]) scan(from, to string, visit func(string, V) bool) bool {
	if n.leaf() {
		for i := sort.SearchStrings(n.keys, from); i < len(n.keys); i++ {
			if to != "" && n.keys[i] >= to {
				return true
			}
			if !visit(n.keys[i], n.values[i]) {
				return false
			}
		}
		return true
	}
	for i := n.child(from); i < len(n.children); i++ {
		if i > 0 && to != "" && n.keys[i-1] >= to {
			return true
		}
		if !n.children[i].scan(from, to, visit) {
			return false
		}
	}
	return true
}
