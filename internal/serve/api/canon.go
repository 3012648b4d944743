package api

import (
	"strconv"
	"strings"
)

// A canon spells a request so that requests that mean the same are spelt the
// same, and others never are. Each list is preceded by its length, and each
// text by its own, so no text can pose as a boundary.
type canon struct{ text strings.Builder }

func (c *canon) add(texts ...string) {
	c.number(len(texts))
	for _, t := range texts {
		c.number(len(t))
		c.text.WriteString(t)
	}
}

func (c *canon) number(n int) {
	var buf [20]byte
	c.text.Write(strconv.AppendInt(buf[:0], int64(n), 10))
	c.text.WriteByte(':')
}

func (c *canon) String() string { return c.text.String() }
