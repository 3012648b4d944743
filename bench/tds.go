package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	mssql "github.com/microsoft/go-mssqldb"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
	"archwire/internal/source/sqlserver/tds"
)

// A shape is a table whose rows are decoded.
type shape struct {
	name    string
	rows    int
	columns []wire.Column
	types   []archwire.Type
	row     func(i int) []any
}

func (s *shape) add(name, typ string, length, precision, scale int, becomes archwire.Type) {
	s.columns = append(s.columns, wire.Column{Name: name, Nullable: true, Type: wire.Type{Name: typ, Length: length, Precision: precision, Scale: scale}})
	s.types = append(s.types, becomes)
}

func of(k archwire.Kind) archwire.Type { return archwire.Type{Kind: k} }

// narrowShape is the ledger of nine columns that the copy is measured with.
func narrowShape(rows int) shape {
	s := shape{name: "narrow", rows: rows}
	s.add("id", "bigint", 8, 0, 0, of(archwire.Int64))
	s.add("practice_id", "int", 4, 0, 0, of(archwire.Int32))
	s.add("account_id", "bigint", 8, 0, 0, of(archwire.Int64))
	s.add("kind", "varchar", 20, 0, 0, of(archwire.Text))
	s.add("amount", "decimal", 9, 12, 2, archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2})
	s.add("posted_on", "date", 3, 0, 0, of(archwire.Date))
	s.add("note", "nvarchar", 120, 0, 0, of(archwire.Text))
	s.add("reversed", "bit", 1, 0, 0, of(archwire.Bool))
	s.add("updated_at", "datetime2", 8, 27, 6, of(archwire.Timestamp))
	kinds := []string{"charge", "payment", "adjustment", "refund"}
	s.row = func(i int) []any {
		var note any
		if i%3 == 0 {
			note = fmt.Sprintf("note %032x", i*7919)
		}
		return []any{
			int64(i), int64(i % 550), int64(i % 90000), kinds[i%4], big.NewInt(int64(i) * 7919 % 1000000),
			int64(737000 + i%2500), note, i%50 == 0, int64(737000+i%2500)*864_000_000_000 + int64(i%86400)*10_000_000,
		}
	}
	return s
}

// wideShape is a table of 60 columns, most of them texts, one in ten of them
// beyond ASCII.
func wideShape(rows int) shape {
	s := shape{name: "wide", rows: rows}
	for i := range 60 {
		name := fmt.Sprint("c", i)
		switch i % 4 {
		case 0:
			s.add(name, "decimal", 13, 28, 4, archwire.Type{Kind: archwire.Decimal, Precision: 28, Scale: 4})
		case 1:
			s.add(name, "varchar", 200, 0, 0, of(archwire.Text))
		default:
			s.add(name, "nvarchar", 400, 0, 0, of(archwire.Text))
		}
	}
	s.row = func(i int) []any {
		row := make([]any, len(s.columns))
		for j := range row {
			switch {
			case j%4 == 0:
				row[j] = big.NewInt(int64(i) * int64(j+1) * 7919)
			case (i+j)%10 == 0:
				row[j] = strings.Repeat("Zahnärztin für Kieferorthopädie ", 3)
			default:
				row[j] = strings.Repeat("adjustment of a payment by its payer ", 3)
			}
		}
		return row
	}
	return s
}

// measureTDS captures what the double of SQL Server sends, and decodes it in
// memory on one processor: what counts is the processor time that it takes.
func measureTDS(ctx context.Context, o options) ([]figure, error) {
	narrow, wide := 400_000, 10_000
	if o.brief {
		narrow, wide = 1000, 100
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var figures []figure
	for _, s := range []shape{narrowShape(narrow), wideShape(wide)} {
		say("capturing %d %s rows", s.rows, s.name)
		stream, err := capture(ctx, s)
		if err != nil {
			return nil, err
		}
		var seconds []float64
		for range 2*o.pairs + 1 {
			took, err := decodeTDS(s, stream)
			if err != nil {
				return nil, err
			}
			seconds = append(seconds, took.Seconds())
		}
		slices.Sort(seconds)
		median := seconds[len(seconds)/2]
		rate, bytes := float64(s.rows)/median, float64(len(stream))/1e6/median
		f := figure{what: fmt.Sprintf("decoding %d %s rows of TDS (%d columns, %d bytes a row) into Arrow, a second of processor time", s.rows, s.name, len(s.columns), len(stream)/s.rows)}
		f.measured = fmt.Sprintf("%.2f M rows, %.0f MB", rate/1e6, bytes)
		f.bar, f.met = ">= 1.5 M rows", rate >= 1.5e6
		if s.name == "wide" {
			f.bar, f.met = ">= 300 MB", bytes >= 300
		}
		figures = append(figures, f)
	}
	return figures, nil
}

// decodeTDS returns the processor time that decoding takes.
func decodeTDS(s shape, stream []byte) (time.Duration, error) {
	table := archwire.Table{}
	how := tds.Reading{Mem: memory.DefaultAllocator}
	for i, c := range s.columns {
		table.Columns = append(table.Columns, archwire.Column{Name: c.Name, Type: s.types[i]})
		how.Columns = append(how.Columns, tds.Column{Name: c.Name, Type: s.types[i]})
	}
	how.Schema = table.ArrowSchema()
	runtime.GC()
	rows := 0
	before, err := processorTime()
	if err != nil {
		return 0, err
	}
	err = tds.Decode(bytes.NewReader(stream), how, func(b archwire.Batch) bool {
		rows += int(b.NumRows())
		return true
	})
	after, errTime := processorTime()
	if err := errors.Join(err, errTime); err != nil {
		return 0, err
	}
	if rows != s.rows {
		return 0, fmt.Errorf("decoding %s rows: %d of %d", s.name, rows, s.rows)
	}
	return after - before, nil
}

// processorTime is what this process has taken, in its own and the system's name.
func processorTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("asking for the processor time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// capture has the double send the rows to the real driver, and returns the packets.
func capture(ctx context.Context, s shape) (stream []byte, err error) {
	server, err := wire.Listen(rowServer{s}, wire.Options{}) //nolint:contextcheck // it serves until it is closed
	if err != nil {
		return nil, fmt.Errorf("starting the double of SQL Server: %w", err)
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	var recorded bytes.Buffer
	server.Record("^SELECT 1$", &recorded)
	connector, err := mssql.NewConnector("sqlserver://reader:x@" + server.Addr() + "?encrypt=disable&packet+size=32767")
	if err != nil {
		return nil, fmt.Errorf("connecting to the double of SQL Server: %w", err)
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to the double of SQL Server: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	statement, err := conn.Prepare("SELECT 1")
	if err != nil {
		return nil, fmt.Errorf("asking the double of SQL Server: %w", err)
	}
	if _, err := statement.Exec(nil); err != nil { //nolint:staticcheck // it takes no context
		return nil, fmt.Errorf("asking the double of SQL Server: %w", err)
	}
	return recorded.Bytes(), nil
}

// A rowServer answers whatever is asked with the rows of a shape.
type rowServer struct{ shape }

func (s rowServer) Login(context.Context, wire.Login) (wire.Session, error) { return s, nil }

func (s rowServer) Batch(_ context.Context, _ string, _ []wire.Param, w wire.Writer) error {
	if err := w.Columns(s.columns); err != nil {
		return err //nolint:wrapcheck // the writer's own, for the server
	}
	for i := range s.rows {
		if err := w.Row(s.row(i)); err != nil {
			return err //nolint:wrapcheck // as above
		}
	}
	w.Done(int64(s.rows), true)
	return nil
}

func (s rowServer) Bulk(context.Context, []wire.Column, iter.Seq2[[]any, error]) (int64, error) {
	return 0, errors.New("nothing is loaded")
}

func (s rowServer) Close() error { return nil }
