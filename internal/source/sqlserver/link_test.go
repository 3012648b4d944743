package sqlserver

import (
	"context"
	"errors"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Questions that end early leave the session as it was.
func TestSessionAfterTrouble(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	for name, settings := range map[string][]string{"Plain": {"encrypt", "disable"}, "TLS": {"certificate", root}, "Strict": {"encrypt", "strict", "certificate", root}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &host{asked: make(chan string, 10)}
			l, err := dialed(t, dsnOf(listen(t, h, wire.Options{Certificate: certificate}), settings...))
			if err != nil {
				t.Fatal(err)
			}
			trouble(t, h, l)
		})
	}
}

func trouble(t *testing.T, h *host, l *link) {
	t.Helper()
	if err := l.exec(t.Context(), "BEGIN"); err != nil || !l.client.InTransaction() {
		t.Fatal(err)
	}
	err := l.exec(t.Context(), "FAIL")
	if e, ok := errors.AsType[*serverError](err); !ok || e.Number != 8115 || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	<-h.asked
	<-h.asked
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-h.asked
		cancel()
	}()
	if drained, err := l.read(ctx, "WAIT", numbers, func(archwire.Batch) bool { return true }); !drained || !errors.Is(err, context.Canceled) {
		t.Error(drained, err)
	}
	if drained, err := l.read(t.Context(), "SELECT", numbers, func(archwire.Batch) bool { return false }); !drained || !errors.Is(err, errStopped) {
		t.Error(drained, err)
	}
	if !l.client.InTransaction() {
		t.Error("the transaction is over")
	}
}

// Wherever the server or the network breaks off, reading fails: no row is lost in
// silence.
func TestShortReads(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	s := listen(t, &host{}, wire.Options{Certificate: certificate})
	for name, f := range map[string]wire.Fault{
		"CutInARow":      {After: 45, Unit: wire.Bytes, Cut: true},
		"CutAfterARow":   {After: 1, Unit: wire.Rows, Cut: true},
		"EndsEarly":      {After: 1, Unit: wire.Rows, Short: true},
		"LosesARow":      {Lose: 1},
		"Miscounts":      {Miscount: 1},
		"FailsInBetween": {After: 1, Unit: wire.Rows, Error: &wire.Error{Number: 1205, State: 1, Severity: 13, Message: "deadlock"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := dialed(t, dsnOf(s, "certificate", root))
			if err != nil {
				t.Fatal(err)
			}
			f.Match = "^SELECT"
			s.Inject(f)
			if _, err := l.read(t.Context(), "SELECT", numbers, func(archwire.Batch) bool { return true }); err == nil {
				t.Error("nobody noticed")
			}
		})
	}
}
