package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

// Texts are those that DuckDB 1.5 gave when it was provoked.
func TestErrorsAreClassified(t *testing.T) {
	for _, c := range []struct {
		err    error
		code   archwire.Code
		says   string
		hidden string
	}{
		{&duckdb.Error{Type: duckdb.ErrorTypeIO, Msg: `IO Error: Could not write file "/data/w.duckdb": No space left on device`}, archwire.Unavailable, "the disk is full", ""},
		{&duckdb.Error{Type: duckdb.ErrorTypeTransaction, Msg: "TransactionContext Error: Failed to commit: Could not write file \"/data/w.duckdb\": No space left on device"}, archwire.Unavailable, "the disk is full", ""},
		{&duckdb.Error{Type: duckdb.ErrorTypeTransaction, Msg: "TransactionContext Error: Failed to commit: Could not write file \"/data/w.duckdb.wal\": File too large"}, archwire.Unavailable, "File too large", ""},
		{&duckdb.Error{Type: duckdb.ErrorTypeOutOfMemory, Msg: "Out of Memory Error: failed to pin block of size 256.0 KiB (476.8 MiB/476.8 MiB used)"}, archwire.Unavailable, "memory", ""},
		{&duckdb.Error{Type: duckdb.ErrorTypeBinder, Msg: "Binder Error: Referenced column \"nosuch\" not found in FROM clause!\nCandidate bindings: \"a\"\n\nLINE 3:  rcm.x"}, archwire.Invalid, "nosuch", "Candidate"},
		{&duckdb.Error{Type: duckdb.ErrorTypeConversion, Msg: "Conversion Error: Could not convert string 'Jane Smith' to INT32"}, archwire.Invalid, "Conversion Error", "Jane"},
		{&duckdb.Error{Type: duckdb.ErrorTypeInvalidInput, Msg: "Invalid Input Error: Jane Smith is not a time zone"}, archwire.Invalid, "a value", "Jane"},
		{&duckdb.Error{Type: duckdb.ErrorTypeTransaction, Msg: "TransactionContext Error: Catalog write-write conflict on create with \"x\""}, archwire.Conflict, "write-write", ""},
		{&duckdb.Error{Type: duckdb.ErrorTypeInternal, Msg: "INTERNAL Error: assertion"}, archwire.Internal, "loading", ""},
		{fmt.Errorf("x: %w", &archwire.Error{Code: archwire.Denied, Message: "no right"}), archwire.Denied, "no right", ""},
		{errors.New("the source went away"), archwire.Internal, "the source went away", ""},
	} {
		err := classify("loading", c.err)
		if archwire.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v becomes %v of code %s, want %s and %q", c.err, err, archwire.CodeOf(err), c.code, c.says)
		}
		for cause := err; c.hidden != "" && cause != nil; cause = errors.Unwrap(cause) {
			if strings.Contains(cause.Error(), c.hidden) {
				t.Errorf("%q shows %q", cause, c.hidden)
			}
		}
		if e, ok := errors.AsType[*archwire.Error](err); ok && e.Code == archwire.Unavailable && e.Hint == "" {
			t.Errorf("%v says not what to do", err)
		}
	}
	if classify("loading", nil) != nil {
		t.Error("no error becomes one")
	}
	err := classify("loading", &duckdb.Error{Type: duckdb.ErrorTypeInterrupt, Msg: "INTERRUPT Error: Interrupted!"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupt becomes %v", err)
	}
}
