package files

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire/internal/fileform"
)

// takenApart is the rows of a text as the splitter gives them, read so many bytes at
// a time, and how many were rejected.
func takenApart(t interface{ Fatal(...any) }, in io.Reader, taker taker, width int) (rows [][]string, lines []int64, bad int) {
	split := &splitter{in: in, line: 1, taker: taker}
	for {
		b, err := split.next()
		if errors.Is(err, io.EOF) {
			return rows, lines, bad
		}
		if err != nil {
			t.Fatal(err)
		}
		bad += len(b.bad)
		for i, at := range b.rows {
			row := make([]string, width)
			for j := range row {
				text, _ := b.text(b.fields[i*width+j])
				row[j] = string(text)
			}
			rows, lines = append(rows, row), append(lines, b.first+int64(at.line))
		}
	}
}

// What encoding/csv writes is read as it reads it, however the bytes come.
func TestRowsAreThoseOfEncodingCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(t, "width")
		cell := rapid.StringOfN(rapid.SampledFrom([]rune("ab,\"\n \t;é")), 0, 12, -1)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, width, width), 1, 20).Draw(t, "rows")
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if w.UseCRLF { // it writes line breaks within fields so, too
			for _, row := range rows {
				for j := range row {
					row[j] = strings.ReplaceAll(row[j], "\n", "\r\n")
				}
			}
		}
		shape := newCSVShape(fileform.Form{Format: fileform.CSV}.Default(), width)
		for _, in := range []io.Reader{bytes.NewReader(text.Bytes()), iotest.OneByteReader(bytes.NewReader(text.Bytes()))} {
			got, _, bad := takenApart(t, in, shape, width)
			if diff := cmp.Diff(rows, got); diff != "" || bad > 0 {
				t.Fatalf("%d rejected (-want +got):\n%s", bad, diff)
			}
		}
	})
}

// Whatever a text is, its rows do not depend on where blocks end, and each row that is
// kept or rejected lies at its own line.
func FuzzBlocksEndAnywhere(f *testing.F) {
	f.Add("a,b\n\"c\nd\",e\r\nx\"y,z\n\"p\"q,r\n", 5)
	f.Add("\"\",\"\"\"\"\n\n,\r\r\n", 1)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 1 + max(limit, -limit)%64
		shape := newCSVShape(fileform.Form{Format: fileform.CSV}.Default(), 2)
		whole := &block{data: []byte(text), first: 1}
		_, wantErr := shape.take(whole, len(text), true)
		var rows, bad []span
		line, rest := int64(1), []byte(text)
		for len(rest) > 0 {
			b := &block{data: rest, first: line}
			taken, err := shape.take(b, limit, true)
			if err != nil {
				if wantErr == nil || err.Error() != wantErr.Error() {
					t.Fatalf("%v, want %v", err, wantErr)
				}
				return
			}
			from := len(text) - len(rest)
			for _, at := range b.rows {
				rows = append(rows, span{at.start + uint32(from), at.end + uint32(from), at.line + uint32(line) - 1})
			}
			for _, r := range b.bad {
				bad = append(bad, span{line: uint32(r.line)})
			}
			line += int64(bytes.Count(rest[:taken], []byte{'\n'}))
			rest = rest[taken:]
		}
		if wantErr != nil {
			t.Fatalf("no error, want %v", wantErr)
		}
		if diff := cmp.Diff(whole.rows, rows, cmp.AllowUnexported(span{})); diff != "" {
			t.Errorf("rows (-whole +cut):\n%s", diff)
		}
		for i, r := range whole.bad {
			if i >= len(bad) || int64(bad[i].line) != r.line {
				t.Errorf("rejected lines %v, want %d at %d", bad, r.line, i)
			}
		}
	})
}

// FuzzJSONLines looks for panics.
func FuzzJSONLines(f *testing.F) {
	f.Add("{\"a\": \"x\\u00e9\\ud83d\\ude00\", \"b\": {\"c\": [1, \"}\"]}}\n{}\n[1]\n{\"a\":1,\"a\":2}")
	f.Fuzz(func(_ *testing.T, text string) {
		shape := &jsonShape{at: map[string]int{"a": 0, "b": 1}, raw: []bool{false, true}}
		b := &block{data: []byte(text), first: 1}
		if _, err := shape.take(b, 1<<20, true); err != nil {
			return
		}
		for i := range b.fields {
			if b.fields[i] != nullField {
				b.text(b.fields[i])
			}
		}
	})
}
