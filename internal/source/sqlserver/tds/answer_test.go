package tds

import (
	"bytes"
	"errors"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// example is an answer with each layout of values, and a row with a bitmap.
func example() (tokens stream, how Reading, want [][]string) {
	tokens = stream{}.columns(
		wireSpec{"id", info(typeInt4)}, wireSpec{"name", charInfo(typeNVarChar, 20, 0)}, wireSpec{"price", info(typeDecimal, 9, 12, 2)},
		wireSpec{"note", charInfo(typeVarChar, 0xff, 0xff)}, wireSpec{"old", charInfo(typeText, 0xff, 0xff, 0xff, 0x7f)},
	)
	tokens = append(tokens, tokenOrder, 2, 0, 1, 0)
	tokens = tokens.row(raw("01 00 00 00"), joined(raw("04 00"), units("äb")), raw("09 01 d2 04 00 00 00 00 00 00"),
		raw("fe ff ff ff ff ff ff ff 02 00 00 00 61 62 01 00 00 00 63 00 00 00 00"), joined(raw("02 01 02"), repeat(8, 0), raw("01 00 00 00 64")))
	tokens = tokens.nullRow(raw("02 00 00 00"), nil, raw("09 00 d2 04 00 00 00 00 00 00"), raw("01 00 00 00 00 00 00 00 01 00 00 00 7a 00 00 00 00"), nil)
	tokens = tokens.row(raw("03 00 00 00"), raw("ff ff"), raw("00"), raw("ff ff ff ff ff ff ff ff"), raw("00")).done(doneCount, 3)
	how = reading(kind(archwire.Int32), kind(archwire.Text), decimalType(12, 2), kind(archwire.Text), kind(archwire.Text))
	return tokens, how, [][]string{{"1", "äb", "12.34", "abc", "d"}, {"2", "(null)", "-12.34", "z", "(null)"}, {"3", "(null)", "(null)", "(null)", "(null)"}}
}

// Where packets and reads from the network end is of no matter.
func TestSplitsDoNotMatter(t *testing.T) {
	tokens, how, want := example()
	for size := headerBytes + 1; size <= headerBytes+len(tokens); size++ {
		b := packed(tokens, size)
		for name, r := range map[string]*bytes.Reader{"as it comes": bytes.NewReader(b), "byte by byte": bytes.NewReader(b)} {
			src := iotest.DataErrReader(r)
			if name == "byte by byte" {
				src = iotest.OneByteReader(r)
			}
			got, err := parse(t, src, how)
			if err != nil {
				t.Fatalf("packets of %d bytes, %s: %v", size, name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("packets of %d bytes, %s: %s", size, name, diff)
			}
		}
	}
}

// An answer that ends anywhere before its end is an error, whether the connection
// ends or the last packet comes too early.
func TestShortAnswers(t *testing.T) {
	tokens, how, _ := example()
	for n := range tokens {
		if _, err := parse(t, bytes.NewReader(packed(tokens[:n], 4096)), how); !errors.Is(err, ErrProtocol) {
			t.Errorf("%d of %d bytes: %v", n, len(tokens), err)
		}
	}
	whole := packed(tokens, 40)
	for n := range whole {
		if _, err := parse(t, bytes.NewReader(whole[:n]), how); err == nil {
			t.Errorf("the connection ends after %d of %d bytes, and nobody notices", n, len(whole))
		}
	}
}

func TestAnswersOutOfOrder(t *testing.T) {
	id, one := wireSpec{"a", info(typeInt4)}, raw("01 00 00 00")
	for name, answer := range map[string]stream{
		"a row is missing":                  stream{}.columns(id).row(one).done(doneCount, 2),
		"a row too many":                    stream{}.columns(id).row(one).row(one).done(doneCount, 1),
		"rows are not counted":              stream{}.columns(id).row(one).done(0, 1),
		"a row before its columns":          stream{}.row(one).done(doneCount, 1),
		"a second result":                   stream{}.columns(id).row(one).done(doneCount|doneMore, 1).columns(id).done(doneCount, 0),
		"no result":                         stream{}.done(0, 0),
		"more after the end":                append(stream{}.columns(id).done(doneCount, 0), 0),
		"one column too many":               stream{}.columns(id, id).done(doneCount, 0),
		"no columns":                        stream{}.columns().done(doneCount, 0),
		"rows that only a procedure counts": append(stream{}.columns(id).row(one), raw("fe 10 00 c1 00 01 00 00 00 00 00 00 00")...),
		"broken off unasked":                stream{}.columns(id).row(one).done(doneCount|doneAttention, 1),
		"a failure without reason":          stream{}.columns(id).done(doneCount|doneError, 0),
		"an unknown token":                  {0x01},
		"an unknown type":                   stream{}.columns(wireSpec{"a", info(0x01)}).done(doneCount, 0),
		"a value beyond its type":           stream{}.columns(wireSpec{"a", info(typeIntN, 4)}).row(raw("08 01 00 00 00 00 00 00 00")).done(doneCount, 1),
		"a text beyond its type":            stream{}.columns(wireSpec{"a", charInfo(typeVarChar, 2, 0)}).row(raw("03 00 61 61 61")).done(doneCount, 1),
		"a negative chunk":                  stream{}.columns(wireSpec{"a", charInfo(typeVarChar, 0xff, 0xff)}).row(raw("fe ff ff ff ff ff ff ff ff ff ff ff")).done(doneCount, 1),
		"more than 2 GiB":                   stream{}.columns(wireSpec{"a", charInfo(typeVarChar, 0xff, 0xff)}).row(raw("00 00 00 80 00 00 00 00 00 00 00 00")).done(doneCount, 1),
	} {
		t.Run(name, func(t *testing.T) {
			typ := kind(archwire.Int32)
			if bytes.Contains(answer, latin1) {
				typ = kind(archwire.Text)
			}
			if _, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(typ)); !errors.Is(err, ErrProtocol) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("a packet of another type", func(t *testing.T) {
		b := packed(stream{}.columns(id).done(doneCount, 0), 4096)
		b[0] = packetBatch
		if _, err := parse(t, bytes.NewReader(b), reading(kind(archwire.Int32))); !errors.Is(err, ErrProtocol) {
			t.Errorf("got %v", err)
		}
	})
}

// An error of the server in mid-result comes last, by its number and without its
// text, which may quote rows.
func TestServerErrors(t *testing.T) {
	id, one := wireSpec{"a", info(typeInt4)}, raw("01 00 00 00")
	answer := stream{}.columns(id).row(one).failure(8115).failure(3621).done(doneError, 0)
	_, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(kind(archwire.Int32)))
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Number != 8115 || e.Severity != 16 || e.Error() != "error 8115 of the server" {
		t.Errorf("got %v", err)
	}
}

// The answer to the login, [MS-TDS] 4.4 in its parts: tokens that say nothing of
// rows are read over.
func TestTokensReadOver(t *testing.T) {
	id, one := wireSpec{"a", info(typeInt4)}, raw("01 00 00 00")
	answer := joined(
		raw("ad 04 00 01 02 03 04"), raw("ae 0a 01 00 00 00 01 ff"), raw("79 00 00 00 00"), raw("e4 02 00 00 00 01 02"),
		raw("a4 02 00 01 02"), raw("a5 02 00 01 02"), raw("ff 00 00 00 00 00 00 00 00 00 00 00 00"),
		stream{}.columns(id).row(one).done(doneCount|doneMore, 1), raw("fe 00 00 00 00 00 00 00 00 00 00 00 00"),
	)
	got, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(kind(archwire.Int32)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"1"}}, got); diff != "" {
		t.Error(diff)
	}
}
