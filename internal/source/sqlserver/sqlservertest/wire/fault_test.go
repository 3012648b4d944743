package wire

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// thousand answers with a thousand rows.
func thousand(_ context.Context, _ string, _ []Param, w Writer) error {
	if err := w.Columns([]Column{{Name: "n", Type: Type{Name: "int"}}}); err != nil {
		return err
	}
	for n := range int64(1000) {
		if err := w.Row([]any{n}); err != nil {
			return err
		}
	}
	w.Done(1000, true)
	return nil
}

// count reads a result to its end.
func count(ctx context.Context, db *sql.DB, query string) (int, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close() //nolint:errcheck // its error is looked at
	n := 0
	for rows.Next() {
		n++
	}
	for rows.NextResultSet() { // the driver says an error of the end with it
	}
	return n, rows.Err()
}

func TestFaultsCutTheAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault Fault
		most  int // rows that may come
		least int
	}{
		"Before": {Fault{Before: true}, 0, 0},
		"AtOnce": {Fault{Cut: true}, 0, 0},
		"ARow":   {Fault{Cut: true, Unit: Rows, After: 7}, 7, 7},
		// The answer to a driver begins with the reset, 6 bytes, and the columns, 13;
		// a row has 5 bytes, the end 13, a packet of 512 holds 504.
		"AToken":   {Fault{Cut: true, After: 9}, 7, 7},
		"APacket":  {Fault{Cut: true, Unit: Packets, After: 1}, 97, 97},
		"TheBytes": {Fault{Cut: true, Unit: Bytes, After: 600}, 114, 97},
		"LastByte": {Fault{Cut: true, Unit: Bytes, After: 6 + 13 + 5000 + 13 + 10*8 - 1}, 1000, 903}, // the last packet may count for nothing
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &script{answer: thousand}
			s := listen(t, h, Options{PacketSize: 512})
			db := connect(t, s, map[string]string{"disableretry": "true"})
			c.fault.Match = `\bFROM t\b`
			s.Inject(c.fault)
			n, err := count(t.Context(), db, "SELECT n FROM t")
			if err == nil || n > c.most || n < c.least {
				t.Errorf("%d rows, then %v", n, err)
			}
			if s.Waiting() != 0 || s.Happened() != 1 {
				t.Errorf("%d faults wait, %d happened", s.Waiting(), s.Happened())
			}
			if ran := len(h.requests()); c.fault.Before != (ran == 0) {
				t.Errorf("%d requests were run", ran)
			}
			if n, err := count(t.Context(), db, "SELECT n FROM t"); n != 1000 || err != nil {
				t.Errorf("afterwards, %d rows, %v", n, err)
			}
		})
	}
}

func TestFaultsFailTheAnswer(t *testing.T) {
	t.Parallel()
	s := listen(t, &script{answer: thousand}, Options{})
	db := connect(t, s, nil)
	deadlock := &Error{Number: 1205, State: 51, Severity: 13, Message: "deadlock victim", Line: 1}
	for _, f := range []Fault{{Error: deadlock}, {Error: deadlock, Unit: Rows, After: 10}, {Error: deadlock, After: 1002}} {
		f.Match = "FROM t"
		s.Inject(f)
		n, err := count(t.Context(), db, "SELECT n FROM t")
		var told mssql.Error
		rows := f.After
		if f.Unit == Tokens {
			rows = max(0, rows-2) // the reset and the columns
		}
		if !errors.As(err, &told) || told.Number != 1205 || n != rows {
			t.Errorf("%+v: %d rows, then %v", f, n, err)
		}
		if n, err := count(t.Context(), db, "SELECT n FROM t"); n != 1000 || err != nil {
			t.Errorf("afterwards, %d rows, %v", n, err)
		}
	}
}

func TestFaultsMiscount(t *testing.T) {
	t.Parallel()
	s := listen(t, &script{answer: thousand}, Options{})
	c := client(t, s)
	for name, f := range map[string]struct {
		fault Fault
		rows  int
		count uint64
	}{
		"None":     {Fault{}, 1000, 1000},
		"Lose":     {Fault{Lose: 3}, 997, 1000},
		"Miscount": {Fault{Miscount: -1}, 1000, 999},
	} {
		s.Inject(f.fault)
		c.send(kindBatch, statusEnd, batch("SELECT n FROM t"))
		got := c.answer()
		rows := (len(got) - 13 - 13) / 5
		if said := lowFirst(got[len(got)-8:]); rows != f.rows || said != f.count {
			t.Errorf("%s: %d rows, and the server says %d", name, rows, said)
		}
	}
}

func TestFaultsEndEarly(t *testing.T) {
	t.Parallel()
	s := listen(t, &script{answer: thousand}, Options{})
	c := client(t, s)
	s.Inject(Fault{Short: true, Unit: Rows, After: 2, Nth: 2})
	for _, want := range []int{13 + 5*1000 + 13, 13 + 5*2, 13 + 5*1000 + 13} {
		c.send(kindBatch, statusEnd, batch("SELECT n FROM t"))
		if got := c.answer(); len(got) != want {
			t.Errorf("%d bytes, not %d", len(got), want)
		}
	}
}

func TestFaultsStall(t *testing.T) {
	t.Parallel()
	for _, f := range []Fault{
		{Match: "FROM t", Stall: true},
		{Match: "FROM t", Stall: true, Unit: Rows, After: 10},
		{Match: "FROM t", Stall: true, Unit: Bytes, After: 1000},
		{Match: "LOGIN", Stall: true, Unit: Packets},
	} {
		s := listen(t, &script{answer: thousand}, Options{PacketSize: 512})
		s.Inject(f)
		db := connect(t, s, map[string]string{"connection timeout": "0"})
		done := make(chan error, 1)
		go func() {
			_, err := count(t.Context(), db, "SELECT n FROM t")
			done <- err
		}()
		await(t, func() bool { return s.Happened() == 1 })
		select {
		case err := <-done:
			t.Errorf("%+v: it ended with %v", f, err)
		default:
		}
		s.CutAll()
		if err := <-done; err == nil && f.Match != "LOGIN" { // the driver dials again
			t.Errorf("%+v: it went well", f)
		}
	}
}

// await waits until something is so.
func await(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); {
		if time.Now().After(end) {
			t.Fatal("it did not come to pass")
		}
		time.Sleep(time.Millisecond)
	}
}

// A recording is what went over the wire, and says the same when it is read.
func TestRecording(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	for _, encrypt := range []string{"disable", "strict"} {
		s := listen(t, &script{answer: thousand}, Options{Certificate: &id.certificate, PacketSize: 512})
		db := connect(t, s, map[string]string{"encrypt": encrypt, "certificate": id.file})
		var recorded bytes.Buffer
		s.Record("FROM t", &recorded)
		for _, query := range []string{"SELECT 1 AS n", "SELECT n FROM t", "SELECT n FROM t"} {
			if n, err := count(t.Context(), db, query); n != 1000 || err != nil {
				t.Fatalf("%d rows, %v", n, err)
			}
		}
		c := &testClient{t: t, conn: &playback{Buffer: recorded}}
		got := c.answer()
		if i := bytes.IndexByte(got, tokenColumns); i < 0 || i > 10 || (len(got)-i-13-13)/5 != 1000 || c.conn.(*playback).Len() > 0 {
			t.Errorf("%s: the recording holds %d bytes", encrypt, len(got))
		}
	}
}

func TestCalmTakesFaultsBack(t *testing.T) {
	t.Parallel()
	s := listen(t, &script{answer: thousand}, Options{})
	s.Inject(Fault{Before: true})
	s.Calm()
	if n, err := count(t.Context(), connect(t, s, nil), "SELECT n FROM t"); n != 1000 || err != nil || s.Happened() != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
}
