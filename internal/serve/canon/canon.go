// Package canon spells requests: what they depend on, for keys of caches and for cursors.
package canon

import (
	"strconv"
	"strings"
)

// A Text spells a request so that requests that mean the same are spelt the
// same, and others never are. Each list is preceded by its length, and each
// text by its own, so no text can pose as a boundary.
type Text struct{ text strings.Builder }

// Add adds a list.
func (c *Text) Add(texts ...string) {
	c.number(len(texts))
	for _, t := range texts {
		c.number(len(t))
		c.text.WriteString(t)
	}
}

func (c *Text) number(n int) {
	var buf [20]byte
	c.text.Write(strconv.AppendInt(buf[:0], int64(n), 10))
	c.text.WriteByte(':')
}

// String is what was spelt.
func (c *Text) String() string { return c.text.String() }
