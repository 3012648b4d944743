package parquet

import "hash/crc32"

// Encodings (parquet.thrift, Encoding).
const (
	plain           = 0
	plainDictionary = 2
	runLength       = 3
	bitPacked       = 4
	deltaPacked     = 5
	deltaLengths    = 6
	deltaTexts      = 7
	runDictionary   = 8
	byteSplit       = 9
)

// Kinds of pages (parquet.thrift, PageType).
const (
	dataPage       = 0
	indexPage      = 1
	dictionaryPage = 2
	dataPage2      = 3
)

// A page is some values of a column.
type page struct {
	header
	defined []byte // definition levels, of a column that may be NULL
	body    []byte // its values
}

// A pager reads the pages of one column of a group, one after the other.
type pager struct {
	in     *stream
	codec  int
	levels bool // there are definition levels
	zip    *decompressor
	buffer []byte // of the last page; what is in it is valid until the next
}

// next reads the next page. ok is false where there is none.
func (p *pager) next() (pg page, ok bool, err error) {
	for p.in.left() > 0 {
		h, err := p.in.readHeader()
		if err != nil {
			return pg, false, err
		}
		raw, err := p.in.take(h.compressed)
		if err != nil {
			return pg, false, err
		}
		if h.checked && crc32.ChecksumIEEE(raw) != h.crc {
			return pg, false, errSum
		}
		if h.kind == indexPage || h.kind > dataPage2 {
			continue
		}
		pg, err = p.open(h, raw)
		return pg, err == nil, err
	}
	return pg, false, nil
}

// open takes a page apart.
func (p *pager) open(h header, raw []byte) (page, error) {
	if int64(h.size) > int64(len(raw))*mostRatio[p.codec]+mostWindow {
		return page{}, errPageSize
	}
	pg, codec, levels := page{header: h}, p.codec, 0
	if h.kind == dataPage2 {
		levels = h.defines + h.repeats // which are not compressed
		pg.defined = raw[h.repeats:levels]
		if !h.whole {
			codec = uncompressed
		}
	}
	body := raw[levels:]
	if codec != uncompressed {
		if cap(p.buffer) < h.size {
			p.buffer = make([]byte, h.size)
		}
		body = p.buffer[:h.size-levels]
		if err := p.zip.into(codec, body, raw[levels:]); err != nil {
			return page{}, err
		}
	} else if len(raw) != h.size {
		return page{}, errPageSize
	}
	pg.body = body
	if h.kind == dataPage && p.levels {
		return pg, pg.cut()
	}
	return pg, nil
}

// cut cuts the definition levels off a page of the first form (Parquet, Data Pages).
func (pg *page) cut() error {
	if pg.coding != runLength {
		return errEncoding // BIT_PACKED, which nobody writes any more
	}
	n, rest, ok := prefix(pg.body)
	if !ok {
		return errPage
	}
	pg.defined, pg.body = n, rest
	return nil
}

// prefix cuts off bytes that their length of four bytes stands before.
func prefix(b []byte) (of, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := int64(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
	if n > int64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}
