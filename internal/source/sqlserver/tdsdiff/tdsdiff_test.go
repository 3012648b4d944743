// Package tdsdiff holds the two sides of TDS against each other: what the double's
// side of the protocol writes, and what ours makes of it.
package tdsdiff

import (
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"net"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	mssql "github.com/microsoft/go-mssqldb"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
	"archwire/internal/source/sqlserver/tds"
)

// A table is what a server answers with.
type table struct {
	columns []wire.Column
	as      []archwire.Type
	rows    [][]any
	texts   [][]string
}

// null is the text of NULL.
const null = "NULL"

func drawTable(t *rapid.T) table {
	var out table
	var kinds []kind
	for i := range rapid.IntRange(1, 10).Draw(t, "columns") {
		k := drawKind(t)
		kinds = append(kinds, k)
		out.as = append(out.as, k.as)
		out.columns = append(out.columns, wire.Column{Name: fmt.Sprintf("c%d", i), Type: k.typ, Nullable: rapid.Bool().Draw(t, "nullable")})
	}
	for range rapid.IntRange(0, 10).Draw(t, "rows") {
		row, texts := make([]any, len(kinds)), make([]string, len(kinds))
		for i, k := range kinds {
			texts[i] = null
			if !out.columns[i].Nullable || rapid.IntRange(0, 3).Draw(t, "null") > 0 {
				row[i], texts[i] = k.draw(t)
			}
		}
		out.rows, out.texts = append(out.rows, row), append(out.texts, texts)
	}
	return out
}

// A shelf is a server that answers every batch with the table on it.
type shelf struct {
	mu sync.Mutex
	table
}

func (s *shelf) put(t table) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table = t
}

// Login implements wire.Handler.
func (s *shelf) Login(context.Context, wire.Login) (wire.Session, error) { return session{s}, nil }

type session struct {
	*shelf
}

// Batch implements wire.Session.
func (s session) Batch(_ context.Context, _ string, _ []wire.Param, w wire.Writer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := w.Columns(s.columns); err != nil {
		return err
	}
	w.Ordered(1)
	for _, row := range s.rows {
		if err := w.Row(row); err != nil {
			return err
		}
	}
	w.Done(int64(len(s.rows)), true)
	return nil
}

// Bulk implements wire.Session.
func (s session) Bulk(context.Context, []wire.Column, iter.Seq2[[]any, error]) (int64, error) {
	return 0, nil
}

// Close implements wire.Session.
func (session) Close() error { return nil }

// listen starts a server.
func listen(t *testing.T, opts wire.Options) (*shelf, *wire.Server) {
	t.Helper()
	h := new(shelf)
	opts.Log = func(err error) { t.Error("the server:", err) }
	s, err := wire.Listen(h, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, s
}

// A door is where the driver goes through to the server.
type door struct{ tunnel *tds.Tunnel }

func (d *door) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.tunnel = tds.NewTunnel(conn, tds.Security{})
	return d.tunnel, nil
}

// connect logs in by the driver and takes the connection over.
func connect(tb rapid.TB, s *wire.Server) *tds.Client {
	tb.Helper()
	connector, err := mssql.NewConnector("sqlserver://u:p@" + s.Addr() + "?encrypt=disable&packet+size=32767&dial+timeout=60")
	if err != nil {
		tb.Fatal(err)
	}
	d := new(door)
	connector.Dialer = d
	conn, err := connector.Connect(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	c, err := d.tunnel.Client()
	if err != nil {
		tb.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		tb.Fatal(err)
	}
	return c
}

// read reads a table as text.
func read(tb rapid.TB, c *tds.Client, is table) ([][]string, error) {
	tb.Helper()
	how := tds.Reading{Mem: memory.DefaultAllocator}
	var fields []arrow.Field
	for i, as := range is.as {
		how.Columns = append(how.Columns, tds.Column{Name: is.columns[i].Name, Type: as})
		fields = append(fields, arrow.Field{Name: is.columns[i].Name, Type: as.Arrow(), Nullable: true})
	}
	how.Schema = arrow.NewSchema(fields, nil)
	var out [][]string
	err := c.Rows(context.Background(), "SELECT", how, func(b archwire.Batch) bool {
		for i := range int(b.NumRows()) {
			row := make([]string, b.NumCols())
			for j, column := range b.Columns() {
				row[j] = cell(column, i)
			}
			out = append(out, row)
		}
		return true
	})
	return out, err
}

// cell is a value as the generators write it.
func cell(column arrow.Array, i int) string {
	if column.IsNull(i) {
		return null
	}
	switch a := column.(type) {
	case *array.Boolean:
		return fmt.Sprint(a.Value(i))
	case *array.Float32:
		return fmt.Sprintf("%08x", math.Float32bits(a.Value(i)))
	case *array.Float64:
		return fmt.Sprintf("%016x", math.Float64bits(a.Value(i)))
	case *array.Decimal128:
		return a.Value(i).BigInt().String()
	case *array.String:
		return a.Value(i)
	case *array.Binary:
		return hex.EncodeToString(a.Value(i))
	case *array.Date32:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.Time64:
		return fmt.Sprint(int64(a.Value(i)))
	case *array.Timestamp:
		return fmt.Sprint(int64(a.Value(i)))
	default:
		return column.ValueStr(i)
	}
}

// Whatever a server may send comes out as it went in, however it is cut.
func TestTables(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]wire.Options{
		"Large":    {},
		"Small":    {PacketSize: 512, LOB: wire.LOB{Chunk: 3}},
		"Unknown":  {LOB: wire.LOB{Chunk: 500, UnknownLength: true}},
		"PlainRow": {PlainRows: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, s := listen(t, opts)
			c := connect(t, s)
			defer c.Close() //nolint:errcheck // nothing left to lose
			rapid.Check(t, func(t *rapid.T) {
				is := drawTable(t)
				h.put(is)
				got, err := read(t, c, is)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(is.texts, got); diff != "" {
					t.Fatalf("-want +got\n%s", diff)
				}
			})
		})
	}
}

// Whatever goes wrong on the wire, rows are whole and all there, or there is an
// error; and a client that is not broken goes on.
func TestFaults(t *testing.T) {
	t.Parallel()
	h, s := listen(t, wire.Options{PacketSize: 512})
	var c *tds.Client
	rapid.Check(t, func(t *rapid.T) {
		is := drawTable(t)
		h.put(is)
		if c == nil || c.Broken() {
			c = connect(t, s)
		}
		f := drawFault(t)
		before := s.Happened()
		s.Inject(f)
		got, err := read(t, c, is)
		s.Calm()
		struck := s.Happened() > before || f.Miscount != 0 || f.Lose > 0 && len(is.rows) > 0
		if (err != nil) != struck {
			t.Fatalf("%+v: struck %v, and the error is %v", f, struck, err)
		}
		if err == nil && !cmp.Equal(is.texts, got) {
			t.Fatalf("-want +got\n%s", cmp.Diff(is.texts, got))
		}
		if c.Broken() {
			return
		}
		again, err := read(t, c, is)
		if err != nil || !cmp.Equal(is.texts, again) {
			t.Fatalf("%+v: afterwards: %v\n%s", f, err, cmp.Diff(is.texts, again))
		}
	})
	if c != nil {
		c.Close() //nolint:errcheck // nothing left to lose
	}
}

func drawFault(t *rapid.T) wire.Fault {
	after := rapid.IntRange(0, 14).Draw(t, "after")
	bytes := rapid.IntRange(0, 4000).Draw(t, "bytes")
	unit := rapid.SampledFrom([]wire.Unit{wire.Tokens, wire.Rows}).Draw(t, "unit")
	return rapid.SampledFrom([]wire.Fault{
		{Cut: true, Unit: unit, After: after},
		{Cut: true, Unit: wire.Packets, After: after / 4},
		{Cut: true, Unit: wire.Bytes, After: bytes},
		{Short: true, Unit: unit, After: after},
		{Error: &wire.Error{Number: 1205, State: 1, Severity: 13, Message: "deadlock"}, Unit: unit, After: after},
		{Lose: after % 5},
		{Miscount: int64(after - 7)},
		{Before: true},
	}).Draw(t, "fault")
}
