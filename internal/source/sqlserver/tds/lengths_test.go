package tds

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// What a value in chunks announces is held against what comes, [MS-TDS] 2.2.5.2.3: the
// total, unless it is 0xFFFFFFFFFFFFFFFE, which is not known.
func TestTotalsOfChunks(t *testing.T) {
	for name, c := range map[string]struct{ raw, want string }{
		"in one":                {"03 00 00 00 00 00 00 00 03 00 00 00 61 62 63 00 00 00 00", "abc"},
		"in three":              {"03 00 00 00 00 00 00 00 01 00 00 00 61 01 00 00 00 62 01 00 00 00 63 00 00 00 00", "abc"},
		"of none":               {"00 00 00 00 00 00 00 00 00 00 00 00", ""},
		"not known":             {"fe ff ff ff ff ff ff ff 02 00 00 00 61 62 01 00 00 00 63 00 00 00 00", "abc"},
		"not known, none":       {"fe ff ff ff ff ff ff ff 00 00 00 00", ""},
		"NULL":                  {"ff ff ff ff ff ff ff ff", "(null)"},
		"a byte short":          {"04 00 00 00 00 00 00 00 03 00 00 00 61 62 63 00 00 00 00", "shorter than announced"},
		"short of a chunk":      {"06 00 00 00 00 00 00 00 03 00 00 00 61 62 63 00 00 00 00", "shorter than announced"},
		"nothing of it":         {"01 00 00 00 00 00 00 00 00 00 00 00", "shorter than announced"},
		"a byte too long":       {"02 00 00 00 00 00 00 00 03 00 00 00 61 62 63 00 00 00 00", "longer than announced"},
		"a chunk too many":      {"03 00 00 00 00 00 00 00 03 00 00 00 61 62 63 01 00 00 00 64 00 00 00 00", "longer than announced"},
		"something of none":     {"00 00 00 00 00 00 00 00 01 00 00 00 61 00 00 00 00", "longer than announced"},
		"2 GiB":                 {"00 00 00 80 00 00 00 00 01 00 00 00 61 00 00 00 00", "longer than its type"},
		"nearly endless":        {"fd ff ff ff ff ff ff ff 01 00 00 00 61 00 00 00 00", "longer than its type"},
		"a chunk without bytes": {"fe ff ff ff ff ff ff ff ff ff ff 7f 61", "cut short"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := stream{}.columns(wireSpec{"a", charInfo(typeVarChar, 0xff, 0xff)}, wireSpec{"b", info(typeInt4)})
			answer = answer.row(raw(c.raw), raw("07 00 00 00")).nullRow(raw(c.raw), raw("08 00 00 00")).done(doneCount, 2)
			b := packed(answer, 11)
			for _, src := range []io.Reader{bytes.NewReader(b), iotest.OneByteReader(bytes.NewReader(b))} {
				got, err := parse(t, src, reading(kind(archwire.Text), kind(archwire.Int32)))
				if err != nil {
					if !errors.Is(err, ErrProtocol) || !strings.Contains(err.Error(), c.want) || c.want == "" {
						t.Errorf("got %v, want %q", err, c.want)
					}
					continue
				}
				if diff := cmp.Diff([][]string{{c.want, "7"}, {c.want, "8"}}, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// Chunks without end come to an end at the longest value there is, 2^31-1 bytes. The
// scanner is told of the last of them only: the chunks before it are made up.
func TestChunksOfUnknownTotalEnd(t *testing.T) {
	column := []wireColumn{{layout: chunked}}
	for came, want := range map[uint64]bool{longestPLP - 3: true, longestPLP - 2: false} {
		var s scanner
		s.begin(column)
		s.inChunks, s.total, s.came = true, plpUnknown, came
		_, err := s.chunks(raw("03 00 00 00 61 62 63 00 00 00 00"))
		if (err == nil) != want {
			t.Errorf("three bytes behind %d: %v", came, err)
		}
	}
}

// endless is a server that goes on sending, and how much of it was taken.
type endless struct {
	head  []byte
	chunk []byte
	taken int
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.head) == 0 {
		e.head = e.chunk
	}
	n := copy(b, e.head)
	e.head = e.head[n:]
	e.taken += n
	return n, nil
}

// Tokens that announce more than any has are refused, whatever goes on coming; nothing
// is kept room for.
func TestLongTokensAreNotKept(t *testing.T) {
	for name, head := range map[string]string{
		"session state":        "e4 ff ff ff ff",
		"federated sign-in":    "ee 01 00 10 00",
		"a feature":            "ae 01 ff ff ff ff",
		"features without end": "ae 01 ff ff 0f 00",
	} {
		t.Run(name, func(t *testing.T) {
			filler := raw(strings.Repeat("01 00 00 00 00 ", 1000))
			more := append([]byte{packetAnswer, 0, byte((len(filler) + headerBytes) >> 8), byte(len(filler) + headerBytes), 0, 0, 0, 0}, filler...)
			start := raw(head)
			first := append([]byte{packetAnswer, 0, 0, byte(len(start) + headerBytes), 0, 0, 0, 0}, start...)
			src := &endless{head: first, chunk: more}
			_, err := parse(t, src, reading(kind(archwire.Int32)))
			if !errors.Is(err, errLongToken) {
				t.Errorf("got %v", err)
			}
			if src.taken > 2*longestToken {
				t.Errorf("%d bytes were taken of it", src.taken)
			}
		})
	}
}

// A text by a pointer is no longer than its type.
func TestLongTextIsRefused(t *testing.T) {
	answer := stream{}.columns(wireSpec{"a", charInfo(typeText, 2, 0, 0, 0)})
	answer = answer.row(joined(raw("02 01 02"), repeat(8, 0), raw("03 00 00 00 61 62 63"))).done(doneCount, 1)
	_, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(kind(archwire.Text)))
	if !errors.Is(err, ErrProtocol) {
		t.Errorf("got %v", err)
	}
}

// Columns without end are refused: each of these is of a table whose name has 255
// parts.
func TestColumnsWithoutEndAreNotKept(t *testing.T) {
	start := raw("81 fe ff")
	column := joined(repeat(6, 0), charInfo(typeText, 2, 0, 0, 0), raw("ff"))
	for range 255 {
		column = joined(column, raw("14 00"), repeat(40, 'x'))
	}
	column = joined(column, short("a"))
	packet := func(b []byte) []byte {
		return append([]byte{packetAnswer, 0, byte((len(b) + headerBytes) >> 8), byte(len(b) + headerBytes), 0, 0, 0, 0}, b...)
	}
	src := &endless{head: packet(start), chunk: packet(column)}
	_, err := parse(t, src, reading(kind(archwire.Text)))
	if !errors.Is(err, errLongToken) {
		t.Errorf("got %v", err)
	}
	if src.taken > 3*longestColumns {
		t.Errorf("%d bytes were taken of it", src.taken)
	}
}

// A login that is answered without end is refused.
func TestLongLoginIsRefused(t *testing.T) {
	near, far := net.Pipe()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for {
			if _, err := far.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}()
	tunnel := NewTunnel(near, Security{})
	b := make([]byte, 4096)
	var err error
	for taken := 0; err == nil && taken <= 2*longestLogin; {
		var n int
		n, err = tunnel.Read(b)
		taken += n
	}
	if !errors.Is(err, ErrProtocol) || !errors.Is(tunnel.Failure(), ErrProtocol) {
		t.Errorf("got %v", err)
	}
	if err := near.Close(); err != nil {
		t.Error(err)
	}
	<-sent
}
