package tds

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// A codePage is the UTF-8 of each byte; one that is no character has none.
type codePage [256]struct {
	n byte
	b [3]byte
}

// charmaps are the code pages of one byte a character that collations have; see
// COLLATIONPROPERTY (Transact-SQL), CodePage. The pages of East Asia, whose
// tables differ between vendors, are left to the server.
var charmaps = map[int]*charmap.Charmap{
	437: charmap.CodePage437, 850: charmap.CodePage850, 874: charmap.Windows874,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253,
	1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257,
	1258: charmap.Windows1258,
}

// pageOf is the code page of a collation by its locale and its sort order, 0 for
// one that is not known here.
func pageOf(locale uint32, sort int) int {
	if sort != 0 {
		return pageOfSort(sort)
	}
	if p, ok := pagesOfLocale[locale&0xffff]; ok {
		return p
	}
	return pagesOfLanguage[locale&0x3ff]
}

// pageOfSort is for the collations whose names begin with SQL_; see syscharsets
// and sp_helpsort: each sort order belongs to one code page.
func pageOfSort(sort int) int {
	switch {
	case sort >= 30 && sort <= 35:
		return 437
	case sort >= 40 && sort <= 44, sort == 49, sort >= 55 && sort <= 61:
		return 850
	case sort >= 50 && sort <= 54, sort >= 71 && sort <= 75, sort >= 183 && sort <= 186, sort >= 210 && sort <= 217:
		return 1252
	case sort >= 80 && sort <= 98:
		return 1250
	case sort >= 104 && sort <= 108:
		return 1251
	case sort >= 112 && sort <= 124:
		return 1253
	case sort >= 128 && sort <= 130:
		return 1254
	case sort >= 136 && sort <= 138:
		return 1255
	case sort >= 144 && sort <= 146:
		return 1256
	case sort >= 152 && sort <= 160:
		return 1257
	}
	return 0
}

// pagesOfLanguage are by the ten bits of a locale that are its language; see
// [MS-LCID], and Windows collation name (Transact-SQL).
var pagesOfLanguage = map[uint32]int{
	0x01: 1256, 0x05: 1250, 0x06: 1252, 0x07: 1252, 0x08: 1253, 0x09: 1252, 0x0a: 1252, 0x0b: 1252, 0x0c: 1252,
	0x0d: 1255, 0x0e: 1250, 0x0f: 1252, 0x10: 1252, 0x13: 1252, 0x14: 1252, 0x15: 1250, 0x16: 1252, 0x17: 1252,
	0x18: 1250, 0x19: 1251, 0x1b: 1250, 0x1c: 1250, 0x1d: 1252, 0x1e: 874, 0x1f: 1254, 0x20: 1256, 0x22: 1251,
	0x24: 1250, 0x25: 1257, 0x26: 1257, 0x27: 1257, 0x29: 1256, 0x2a: 1258, 0x2f: 1251,
}

// pagesOfLocale are the locales whose languages are written in two ways: Croatian
// and Serbian.
var pagesOfLocale = map[uint32]int{0x041a: 1250, 0x081a: 1250, 0x0c1a: 1251, 0x141a: 1250}

var codePages = sync.OnceValue(func() map[int]*codePage {
	pages := make(map[int]*codePage, len(charmaps))
	for number, m := range charmaps {
		p := new(codePage)
		for i := range p {
			r := m.DecodeByte(byte(i))
			if r == utf8.RuneError {
				continue
			}
			p[i].n = byte(utf8.EncodeRune(p[i].b[:], r))
		}
		pages[number] = p
	}
	return pages
})

// page appends a text of a code page.
func (d *decoder) page(c *column, v []byte) error {
	if ascii(v) {
		d.append(c, copy(c.Room(d.mem, len(v)), v))
		return nil
	}
	out := c.Room(d.mem, 3*len(v))
	n := 0
	for _, b := range v {
		u := &c.page[b]
		if u.n == 0 {
			return errNoChar
		}
		copy(out[n:n+3], u.b[:])
		n += int(u.n)
	}
	d.append(c, n)
	return nil
}
