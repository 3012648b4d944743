package redshifttest

import (
	"bufio"
	"errors"
	"io"
)

// A csvFormat is how a file is to be read (Data format parameters, CSV).
type csvFormat struct {
	delimiter byte
	quote     byte
	null      string
	header    string
}

// A csvReader reads rows. What stands in quotes may hold delimiters, line ends and,
// doubled, quotes. White space between a delimiter and a quote is nothing.
type csvReader struct {
	format csvFormat
	in     *bufio.Reader
	line   int64 // of the row that was read last: lines in quotes count
	ahead  int64
}

// next is the next row, or io.EOF.
func (r *csvReader) next() ([]string, error) {
	if _, err := r.in.Peek(1); err != nil {
		return nil, err
	}
	r.ahead++
	r.line = r.ahead
	var fields []string
	for {
		field, more, err := r.field()
		if err != nil {
			return nil, err
		}
		fields = append(fields, field)
		if !more {
			return fields, nil
		}
	}
}

// field reads one; more says that a delimiter ended it.
func (r *csvReader) field() (field string, more bool, err error) {
	var out []byte
	open, was := false, false
	for {
		b, err := r.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && open:
			return "", false, &loadError{code: 1214, reason: "Missing closing quote"}
		case errors.Is(err, io.EOF):
			return string(out), false, nil
		case err != nil:
			return "", false, err
		case open && b == r.format.quote:
			if after, err := r.in.Peek(1); err == nil && after[0] == r.format.quote {
				r.in.ReadByte() //nolint:errcheck // it was seen
				out = append(out, b)
				continue
			}
			open = false
		case open:
			if b == '\n' {
				r.ahead++
			}
			out = append(out, b)
		case b == r.format.quote && !was && onlyBlanks(out):
			open, was, out = true, true, nil
		case b == r.format.delimiter:
			return string(out), true, nil
		case b == '\n':
			if !was && len(out) > 0 && out[len(out)-1] == '\r' {
				out = out[:len(out)-1]
			}
			return string(out), false, nil
		case was && (b == ' ' || b == '\t' || b == '\r'):
		case was:
			return "", false, &loadError{code: 1214, reason: "Invalid quote formatting for CSV"}
		default:
			out = append(out, b)
		}
	}
}

func onlyBlanks(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}
