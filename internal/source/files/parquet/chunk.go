package parquet

import "math"

// A chunk is a column of a group (parquet.thrift, ColumnMetaData).
type chunk struct {
	physical    int
	codec       int
	values      int64
	start, size int64 // of its pages
	elsewhere   bool  // in another file, or encrypted
}

// chunks lists the columns of the group, which are as many as leaves, and whose pages lie
// before limit.
func (g group) chunks(leaves int, limit int64) ([]chunk, error) {
	var all []chunk
	c := compact{data: g.columns}
	c.structs(mostColumns, func() { all = append(all, readChunk(&c)) })
	if c.err != nil {
		return nil, c.err
	}
	if len(all) != leaves {
		return nil, errLies
	}
	for _, k := range all {
		if !k.elsewhere && (k.values < 0 || k.start < 4 || k.size < 0 || k.size > limit || k.start > limit-k.size) {
			return nil, errLies
		}
	}
	return all, nil
}

func readChunk(c *compact) chunk {
	k := chunk{physical: -1, codec: -1, values: -1, size: -1}
	data, dictionary := int64(-1), int64(math.MaxInt64)
	meta := func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == compactI32:
			k.physical = c.size()
		case id == 4 && kind == compactI32:
			k.codec = c.size()
		case id == 5 && kind == compactI64:
			k.values = c.int()
		case id == 7 && kind == compactI64:
			k.size = c.int()
		case id == 9 && kind == compactI64:
			data = c.int()
		case id == 11 && kind == compactI64:
			if at := c.int(); at > 0 { // some write 0 for none
				dictionary = at
			}
		default:
			return false
		}
		return true
	}
	c.fields(func(id int, kind byte) bool {
		switch {
		case id == 3 && kind == compactStruct:
			c.fields(meta)
			return true
		case id == 1 || id == 8:
			k.elsewhere = true
		}
		return false
	})
	k.start = min(data, dictionary)
	return k
}
