package files

// A block is some whole rows of a file of text, taken apart into fields but not
// understood yet.
type block struct {
	data   []byte  // as the file has it, in UTF-8
	extra  []byte  // what fields are that data has in another spelling
	fields []field // rows times columns
	rows   []span
	width  int      // fields of a row
	first  int64    // line of the file that data begins at, from 1
	bad    []reject // rows that could not be taken apart; they are not among rows
	valid  bool     // all of data is UTF-8
}

// A field is where a value's text lies. The highest bit of start says that it was
// written in quotes, that of end that it lies in extra.
type field struct{ start, end uint32 }

const flag = 1 << 31

// A span is where a row lies in data, and at which line behind the block's first.
type span struct {
	start, end uint32
	line       uint32
}

// text is a field's text and whether it was written in quotes.
func (b *block) text(f field) (text []byte, quoted bool) {
	quoted = f.start&flag != 0
	if f.end&flag != 0 {
		return b.extra[f.start&^flag : f.end&^flag], quoted
	}
	return b.data[f.start&^flag : f.end], quoted
}

// A reject is a row that is not as declared.
type reject struct {
	line   int64  // of the file, from 1; of Parquet, the row
	column string // "" where it is about the row
	reason string // without the value
	row    string // as the file has it
	lines  int64  // that it takes up, where it could not be taken apart; else 0
}

func (b *block) reject(at span, column, reason string) reject {
	return reject{line: b.first + int64(at.line), column: column, reason: reason, row: string(b.data[at.start:at.end])}
}
