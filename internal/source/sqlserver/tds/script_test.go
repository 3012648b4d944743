package tds

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"unicode/utf16"

	"archwire"
)

// A wireSpec is a column that tests describe: TYPE_INFO and a name.
type wireSpec struct {
	name string
	info []byte
}

// stream builds the tokens of an answer by hand.
type stream []byte

func (s stream) columns(specs ...wireSpec) stream {
	s = append(s, tokenColumns)
	s = binary.LittleEndian.AppendUint16(s, uint16(len(specs)))
	for _, c := range specs {
		s = append(s, 0, 0, 0, 0, 1, 0)
		s = append(s, c.info...)
		if c.info[0] == typeText || c.info[0] == typeNText || c.info[0] == typeImage {
			s = append(s, 1)
			s = append(s, long("t")...)
		}
		s = append(s, short(c.name)...)
	}
	return s
}

func (s stream) row(values ...[]byte) stream {
	s = append(s, tokenRow)
	for _, v := range values {
		s = append(s, v...)
	}
	return s
}

// nullRow is NBCROW: a value of nil is NULL.
func (s stream) nullRow(values ...[]byte) stream {
	s = append(s, tokenNullRow)
	bitmap := make([]byte, (len(values)+7)/8)
	for i, v := range values {
		if v == nil {
			bitmap[i/8] |= 1 << (i % 8)
		}
	}
	s = append(s, bitmap...)
	for _, v := range values {
		s = append(s, v...)
	}
	return s
}

func (s stream) done(status int, rows uint64) stream {
	s = append(s, tokenDone, byte(status), byte(status>>8), 0xc1, 0)
	return binary.LittleEndian.AppendUint64(s, rows)
}

func (s stream) failure(number int32) stream {
	var b []byte
	b = binary.LittleEndian.AppendUint32(b, uint32(number))
	b = append(b, 1, 16)
	b = append(b, long("the value 'secret' is wrong")...)
	b = append(b, short("server")...)
	b = append(b, short("")...)
	b = binary.LittleEndian.AppendUint32(b, 1)
	s = append(s, tokenError)
	s = binary.LittleEndian.AppendUint16(s, uint16(len(b)))
	return append(s, b...)
}

// change is ENVCHANGE.
func (s stream) change(content ...byte) stream {
	s = append(s, tokenEnvChange)
	s = binary.LittleEndian.AppendUint16(s, uint16(len(content)))
	return append(s, content...)
}

func units(text string) (b []byte) {
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func short(text string) []byte { b := units(text); return append([]byte{byte(len(b) / 2)}, b...) }

func long(text string) []byte {
	b := units(text)
	return append([]byte{byte(len(b) / 2), byte(len(b) / 2 >> 8)}, b...)
}

// packed is the answer in packets of at most size bytes.
func packed(tokens []byte, size int) []byte {
	var w collector
	if err := writeMessage(&w, packetAnswer, tokens, size); err != nil {
		panic(err)
	}
	return w
}

type collector []byte

func (c *collector) Write(b []byte) (int, error) { *c = append(*c, b...); return len(b), nil }

// A server answers the messages of a client one by one, in the test's words.
type server struct {
	conn   net.Conn
	client *Client
	asked  [][]byte // what came, without headers
	kinds  []byte
	mu     sync.Mutex
}

// serve answers each message with the bytes that answer returns, nil for none.
func serve(t *testing.T, answer func(kind byte, body []byte) []byte) *server {
	t.Helper()
	near, far := connected(t)
	s := &server{conn: far, client: newClient(near)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			kind, body, err := readMessage(far)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.asked, s.kinds = append(s.asked, body), append(s.kinds, kind)
			s.mu.Unlock()
			if b := answer(kind, body); b != nil {
				if _, err := far.Write(b); err != nil {
					return
				}
			}
		}
	}()
	t.Cleanup(func() {
		_ = near.Close()
		_ = far.Close()
		<-ended
	})
	return s
}

// connected are the two ends of a connection.
func connected(t *testing.T) (near, far net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // nothing left to lose
	if near, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return near, far
}

func readMessage(r io.Reader) (kind byte, body []byte, err error) {
	for {
		var header [headerBytes]byte
		if _, err := io.ReadFull(r, header[:]); err != nil {
			return 0, nil, err
		}
		b := make([]byte, binary.BigEndian.Uint16(header[2:])-headerBytes)
		if _, err := io.ReadFull(r, b); err != nil {
			return 0, nil, err
		}
		if body = append(body, b...); header[1]&statusLast != 0 {
			return header[0], body, nil
		}
	}
}

// reusing is an allocator that hands out again what it got back, by size: making
// room for a whole batch takes longer than reading three rows.
type reusing map[int][][]byte

func (r reusing) Allocate(n int) []byte {
	if free := r[n]; len(free) > 0 {
		r[n] = free[:len(free)-1]
		return free[len(free)-1]
	}
	return make([]byte, n)
}

func (r reusing) Reallocate(n int, b []byte) []byte {
	grown := r.Allocate(n)
	copy(grown, b)
	r.Free(b)
	return grown
}

func (r reusing) Free(b []byte) { r[cap(b)] = append(r[cap(b)], b[:cap(b)]) }

// reading is how columns of these types are read.
func reading(types ...archwire.Type) Reading {
	t := archwire.Table{}
	r := Reading{Mem: reusing{}}
	for i, typ := range types {
		name := string(rune('a' + i))
		t.Columns = append(t.Columns, archwire.Column{Name: name, Type: typ})
		r.Columns = append(r.Columns, Column{Name: name, Type: typ})
	}
	r.Schema = t.ArrowSchema()
	return r
}

// parse decodes an answer that has come whole, and returns the rows as text:
// NULL is "(null)".
func parse(t *testing.T, src io.Reader, how Reading) ([][]string, error) {
	t.Helper()
	var rows [][]string
	err := Decode(src, how, func(b archwire.Batch) bool {
		for i := range int(b.NumRows()) {
			var row []string
			for _, column := range b.Columns() {
				row = append(row, column.ValueStr(i))
			}
			rows = append(rows, row)
		}
		return true
	})
	return rows, err
}
