package tds

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// The batch of [MS-TDS] 4.6 and its answer of 4.7.
func TestExampleOfTheSpecification(t *testing.T) {
	const sql = "\nselect 'foo' as 'bar'\n        "
	text := raw(`0A 00 73 00 65 00 6C 00 65 00 63 00 74 00 20 00 27 00 66 00 6F 00 6F 00 27 00 20 00 61 00 73 00 20 00 27 00 62 00 61 00 72 00 27 00
		0A 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00`)
	answer := raw("04 01 00 33 00 00 01 00 81 01 00 00 00 00 00 20 00 A7 03 00 09 04 D0 00 34 03 62 00 61 00 72 00 D1 03 00 66 6F 6F FD 10 00 C1 00 01 00 00 00 00 00 00 00")
	s := serve(t, func(byte, []byte) []byte { return answer })
	rows, err := s.client.Text(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"foo"}}, rows); diff != "" {
		t.Error(diff)
	}
	headers := raw("16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 00 01 00 00 00")
	if s.kinds[0] != packetBatch || !bytes.Equal(s.asked[0], append(headers, text...)) {
		t.Errorf("asked % x", s.asked[0])
	}
}

// Requests name the transaction that the server began, until it says that it
// ended; and go in packets of the size that it says.
func TestSessionIsFollowed(t *testing.T) {
	answers := [][]byte{
		stream{}.change(raw("08 08 01 02 03 04 05 06 07 08 00")...).done(0, 0),
		stream{}.change(append(raw("04"), append(short("512"), short("4096")...)...)...).done(0, 0),
		stream{}.change(raw("0a 00 08 01 02 03 04 05 06 07 08")...).failure(3960).done(doneError, 0),
		stream{}.done(0, 0),
	}
	n := 0
	s := serve(t, func(byte, []byte) []byte { n++; return packed(answers[n-1], 4096) })
	for i, want := range []struct {
		transaction uint64
		inside      bool
		number      int32
	}{{0, true, 0}, {0x0807060504030201, true, 0}, {0x0807060504030201, false, 3960}, {0, false, 0}} {
		err := s.client.Exec(t.Context(), string(bytes.Repeat([]byte{'x'}, 600)))
		if e, ok := errors.AsType[*Error](err); ok != (want.number != 0) || ok && e.Number != want.number {
			t.Fatalf("%d: %v", i, err)
		}
		if got := binary.LittleEndian.Uint64(s.asked[i][10:]); got != want.transaction {
			t.Errorf("%d: asked in transaction %x, want %x", i, got, want.transaction)
		}
		if s.client.InTransaction() != want.inside {
			t.Errorf("%d: in a transaction: %t", i, s.client.InTransaction())
		}
	}
	if s.client.packetSize != 512 || s.client.Broken() {
		t.Error("packets of", s.client.packetSize, "bytes")
	}
}

// rowsOf is an answer of n numbers, without its end.
func rowsOf(n int) stream {
	s := stream{}.columns(wireSpec{"a", charInfo(typeVarChar, 0x40, 0x1f)})
	long := append(raw("40 1f"), repeat(8000, 'x')...)
	for range n {
		s = s.row(long)
	}
	return s
}

// A consumer that stops costs the rest of the answer, not the session: the server
// is told, and answers the next question.
func TestConsumerStops(t *testing.T) {
	cut := packed(append(rowsOf(1500), stream{}.done(doneAttention, 0)...), 4096)
	s := serve(t, func(kind byte, body []byte) []byte {
		switch {
		case kind == packetAttention:
			return cut[len(cut)-100:]
		case bytes.Contains(body, units("next")):
			return packed(stream{}.done(0, 0), 4096)
		}
		return cut[:len(cut)-100]
	})
	err := s.client.Rows(t.Context(), "rows", reading(kind(archwire.Text)), func(archwire.Batch) bool { return false })
	if err != nil || s.client.Broken() {
		t.Fatal(err, s.client.Broken())
	}
	if err := s.client.Exec(t.Context(), "next"); err != nil {
		t.Fatal(err)
	}
}

// The acknowledgement may come after an answer that had ended by itself.
func TestAttentionAfterTheEnd(t *testing.T) {
	value := stream{}.columns(wireSpec{"a", charInfo(typeNVarChar, 20, 0)}).row(raw("02 00 00 d8")).done(doneCount, 1)
	s := serve(t, func(kind byte, body []byte) []byte {
		switch {
		case kind == packetAttention:
			return packed(stream{}.done(doneAttention, 0), 4096)
		case bytes.Contains(body, units("next")):
			return packed(stream{}.done(0, 0), 4096)
		}
		return packed(value, 4096)
	})
	err := s.client.Rows(t.Context(), "rows", reading(kind(archwire.Text)), func(archwire.Batch) bool { return true })
	if _, ok := errors.AsType[*ValueError](err); !ok || s.client.Broken() {
		t.Fatal(err, s.client.Broken())
	}
	if err := s.client.Exec(t.Context(), "next"); err != nil || !slices.Contains(s.kinds, packetAttention) {
		t.Fatal(err, s.kinds)
	}
}

// A context that ends while the server thinks ends the question, not the session.
func TestContextEnds(t *testing.T) {
	why := errors.New("no time")
	ctx, cancel := context.WithCancelCause(t.Context())
	s := serve(t, func(kind byte, body []byte) []byte {
		switch {
		case kind == packetAttention:
			return packed(stream{}.done(doneAttention, 0), 4096)
		case bytes.Contains(body, units("next")):
			return packed(stream{}.done(0, 0), 4096)
		}
		cancel(why)
		return nil
	})
	if err := s.client.Exec(ctx, "slow"); !errors.Is(err, why) || s.client.Broken() {
		t.Fatal(err, s.client.Broken())
	}
	if err := s.client.Exec(t.Context(), "next"); err != nil {
		t.Fatal(err)
	}
}

// After an answer that is none, nothing is asked on the connection any more.
func TestBrokenConnection(t *testing.T) {
	s := serve(t, func(byte, []byte) []byte { return packed(stream{0x01}, 4096) })
	if err := s.client.Exec(t.Context(), "x"); !errors.Is(err, ErrProtocol) || !s.client.Broken() {
		t.Fatal(err, s.client.Broken())
	}
	if err := s.client.Exec(t.Context(), "x"); !errors.Is(err, ErrBroken) {
		t.Fatal(err)
	}
}

// A batch holds about 8 MiB, or one row that is larger; all memory is given back.
func TestBatches(t *testing.T) {
	answer := rowsOf(1500)
	huge := append(raw("40 1f"), repeat(8000, 'y')...)
	answer = answer.row(huge).done(doneCount, 1501)
	mem := new(counting)
	s := serve(t, func(byte, []byte) []byte { return packed(answer, longestPacket) })
	how := reading(kind(archwire.Text))
	how.Mem = mem
	var rows []int64
	err := s.client.Rows(t.Context(), "rows", how, func(b archwire.Batch) bool {
		rows = append(rows, b.NumRows())
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	// 8 MiB are 1048 rows of 8000 bytes and the four of an offset.
	if diff := cmp.Diff([]int64{1048, 453}, rows); diff != "" {
		t.Error(diff)
	}
	if mem.held != 0 {
		t.Error(mem.held, "bytes are not given back")
	}
}

// counting is an allocator that knows what it has lent.
type counting struct{ held int }

func (c *counting) Allocate(n int) []byte {
	c.held += n
	return make([]byte, n)
}

func (c *counting) Reallocate(n int, b []byte) []byte {
	grown := c.Allocate(n)
	copy(grown, b)
	c.Free(b)
	return grown
}

func (c *counting) Free(b []byte) { c.held -= cap(b) }

func TestHugeRowIsABatchOfItsOwn(t *testing.T) {
	small := raw("01 00 00 00 00 00 00 00 01 00 00 00 61 00 00 00 00")
	huge := joined(raw("fe ff ff ff ff ff ff ff 00 00 a0 00"), repeat(0xa00000, 'z'), raw("00 00 00 00"))
	answer := stream{}.columns(wireSpec{"a", charInfo(typeVarChar, 0xff, 0xff)}).row(small).row(huge).row(small).done(doneCount, 3)
	s := serve(t, func(_ byte, body []byte) []byte {
		if bytes.Contains(body, units("next")) {
			return packed(stream{}.done(0, 0), 4096)
		}
		return packed(answer, longestPacket)
	})
	var rows []int64
	err := s.client.Rows(t.Context(), "rows", reading(kind(archwire.Text)), func(b archwire.Batch) bool {
		rows = append(rows, b.NumRows())
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.client.Exec(t.Context(), "next"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{1, 1, 1}, rows); diff != "" {
		t.Error(diff)
	}
	if len(s.client.in.buf) > 16*readBuffer {
		t.Error("the buffer of the huge row is kept:", len(s.client.in.buf))
	}
}
