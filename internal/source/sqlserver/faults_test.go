package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"archwire"
	"archwire/internal/source/sourcetest"
	"archwire/internal/source/sqlserver/sqlservertest"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// pass does all that a run does with one table and returns the rows.
func pass(ctx context.Context, src *Source, t archwire.Table) (rows int, err error) {
	if _, err := src.Tables(ctx); err != nil {
		return 0, err
	}
	v, err := src.View(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	if _, err := v.(archwire.Tracker).Changes(ctx, t, ""); err != nil {
		return 0, err
	}
	chunks, err := v.Chunks(ctx, t)
	if err != nil {
		return 0, err
	}
	for _, c := range chunks {
		some, err := sourcetest.Rows(v.Batches(ctx, t, c))
		rows += len(some)
		if err != nil {
			return rows, err
		}
	}
	prints, err := v.(archwire.Printer).Prints(ctx, t, archwire.PrintSpec{Hash: archwire.HashMD5})
	if err != nil {
		return rows, err
	}
	n, err := v.Count(ctx, t)
	if err == nil && (n != int64(rows) || prints[0].Rows != n) {
		err = fmt.Errorf("%d rows, %d counted, %d fingerprinted", rows, n, prints[0].Rows)
	}
	return rows, err
}

// each is the statements of a pass that matter to what is read, as faults match
// them. Of others it does not matter whether they are answered.
var each = []string{
	`^LOGIN`, `^SET TEXTSIZE`, `SERVERPROPERTY`, `is_ms_shipped = 0 AND t.is_memory`, `^SET TRANSACTION`, `^SELECT TOP \(1\) 1`, `SYSUTCDATETIME`,
	`^SELECT CONVERT\(varchar\(11\), o\.object_id`, `^SELECT CONVERT\(varchar\(11\), c\.object_id`, `MIN_VALID_VERSION`,
	`^SELECT t\.`, `HASHBYTES`, `COUNT_BIG\(\*\)\) FROM \[dbo\]`,
}

// unlucky is a database of the double, without TLS, whose handshakes would take most
// of the time.
func unlucky(t *testing.T) (*bundle, archwire.Table) {
	t.Helper()
	b := doubled(t, sqlservertest.Options{Plain: true})
	b.exec(t, "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON", "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS)")
	b.exec(t, pair...)
	return b, b.table(t, "tracked")
}

// TestWhatBreaksIsAnError breaks each statement's answer in each way. There must be
// an error each time, never fewer rows.
func TestWhatBreaksIsAnError(t *testing.T) {
	t.Parallel()
	b, table := unlucky(t)
	ways := map[string]wire.Fault{
		"cut before":    {Before: true},
		"cut at once":   {Cut: true},
		"cut in midst":  {Cut: true, Unit: wire.Bytes, After: 30},
		"an early end":  {Short: true, Unit: wire.Tokens, After: 1},
		"an error":      {Error: &wire.Error{Number: 823, State: 2, Severity: 24, Message: "A secret of the disk."}, Unit: wire.Tokens, After: 1},
		"a kill":        {Error: &wire.Error{Number: 596, State: 1, Severity: 21, Message: "Cannot continue."}},
		"a lock":        {Error: &wire.Error{Number: 1222, State: 51, Severity: 16, Message: "Lock request time out."}},
		"rows that go":  {Unit: wire.Rows, Lose: 1},
		"a wrong count": {Miscount: 1},
	}
	for _, match := range each {
		for what, fault := range ways {
			fault.Match = match
			before := b.double.Happened()
			b.double.Inject(fault)
			rows, err := pass(t.Context(), open(t, Config{DSN: b.dsn, Connections: 1}), table)
			b.double.Calm()
			harmless := (fault.Lose > 0 || fault.Miscount > 0) && match != `^SELECT t\.`
			if b.double.Happened() == before && fault.Lose == 0 && fault.Miscount == 0 {
				continue // the answer ended before it
			}
			if harmless && err == nil && rows == 2 {
				continue // it counts nothing, or has one row
			}
			if err == nil || archwire.CodeOf(err) == archwire.Internal {
				t.Errorf("%s of %s: %d rows, code %q, error %v", what, match, rows, archwire.CodeOf(err), err)
			}
		}
	}
	if rows, err := pass(t.Context(), open(t, Config{DSN: b.dsn}), table); err != nil || rows != 2 {
		t.Errorf("afterwards: %d rows, error %v", rows, err)
	}
}

func TestServerThatStallsIsLeftWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	for _, match := range []string{`^SET TEXTSIZE`, `^SELECT t\.`, `HASHBYTES`} {
		t.Run(match, func(t *testing.T) {
			t.Parallel()
			b, table := unlucky(t)
			b.double.Inject(wire.Fault{Match: match, Stall: true})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				for b.double.Happened() == 0 {
					time.Sleep(time.Millisecond)
				}
				cancel()
			}()
			if _, err := pass(ctx, open(t, Config{DSN: b.dsn}), table); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want context canceled", err)
			}
		})
	}
}

func TestStatementThatTakesTooLong(t *testing.T) {
	t.Parallel()
	b, table := unlucky(t)
	b.double.Inject(wire.Fault{Match: `COUNT_BIG\(\*\)\) FROM \[dbo\]`, Stall: true})
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn, StatementTimeout: 50 * time.Millisecond}))
	_, err := v.Count(t.Context(), table)
	wantError(t, "a slow count", err, archwire.Unavailable, "longer than 50ms", "longest_statement")
}

func TestViewThatIsOpenForTooLong(t *testing.T) {
	t.Parallel()
	b, table := unlucky(t)
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn, LongestTransaction: 100 * time.Millisecond}))
	<-v.(*view).done
	_, err := v.Count(t.Context(), table)
	wantError(t, "a view that is over", err, archwire.Unavailable, "open for longer than 100ms", "longest_transaction")
}

// TestErrorsTellNoValues has the server quote a row.
func TestErrorsTellNoValues(t *testing.T) {
	t.Parallel()
	b, table := unlucky(t)
	b.double.Inject(wire.Fault{Match: `^SELECT t\.`, Error: &wire.Error{Number: 245, State: 1, Severity: 16, Message: "Conversion failed when converting the value 'Jane Doe'."}})
	_, err := pass(t.Context(), open(t, Config{DSN: b.dsn}), table)
	wantError(t, "a conversion", err, archwire.Invalid, "could not convert", "error 245")
	for e := err; e != nil; e = errors.Unwrap(e) {
		if text := fmt.Sprintf("%v %+v", e, e); len(text) > 0 && containsAny(text, "Jane", "Doe") {
			t.Errorf("%q quotes the row", text)
		}
	}
}
