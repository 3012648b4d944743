package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"archwire/internal/serve/web"
)

// A gate stops whoever passes until it is opened, and tells of each who came.
type gate struct{ came, open chan struct{} }

func newGate() gate { return gate{make(chan struct{}), make(chan struct{})} }

func (g gate) pass() {
	select {
	case g.came <- struct{}{}:
		<-g.open
	case <-g.open:
	}
}

// both has two requests stand at the gate; open lets them through, and returns when they
// are answered.
func (g gate) both(ask func()) (open func()) {
	var asking sync.WaitGroup
	for range 2 {
		asking.Go(ask)
		<-g.came
	}
	return func() { close(g.open); asking.Wait() }
}

// A slowLedger answers nothing of the ledger until its gate opens.
type slowLedger struct {
	*canned

	gate gate
}

func (s slowLedger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v1/ledger" {
		s.gate.pass()
	}
	s.canned.ServeHTTP(w, r)
}

// A slowReader takes nothing until its gate opens.
type slowReader struct {
	*httptest.ResponseRecorder

	gate gate
}

func (s slowReader) Write(p []byte) (int, error) {
	s.gate.pass()
	return s.ResponseRecorder.Write(p)
}

// Two things that take memory are made at once; a third has its turn, or is told that it
// has none.
func TestWhatTakesMemoryIsMadeTwoAtATime(t *testing.T) {
	_, api := pages(t, admin(), kept())
	slow := slowLedger{api, newGate()}
	h, err := web.New(web.Config{API: slow, Session: func(*http.Request) string { return "aws_session" }, Secret: make([]byte, 32), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	open := slow.gate.both(func() {
		if w := get(t, h, "/practice/ledger"); w.Code != http.StatusOK {
			t.Errorf("one of two answers %d", w.Code)
		}
	})
	h.WaitAtMost(time.Millisecond) // of whoever comes from here on
	if w := get(t, h, "/practice/ledger"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("the third answers %d", w.Code)
	}
	open()
	h.WaitAtMost(time.Minute)
	if w := get(t, h, "/practice/ledger"); w.Code != http.StatusOK {
		t.Errorf("after the others it answers %d", w.Code)
	}
}

// Who reads a file slowly keeps nobody else from theirs.
func TestSlowReadersOfFilesKeepNobodyWaiting(t *testing.T) {
	h, _ := pages(t, operatorRoles(), operated())
	slow := newGate()
	open := slow.both(func() {
		r := httptest.NewRequest(http.MethodGet, "/operator/tenants?format=csv", nil)
		h.ServeHTTP(slowReader{httptest.NewRecorder(), slow}, r)
	})
	defer open()
	if rows := csvOf(t, h, "/operator/tenants?format=csv"); len(rows) != 3 {
		t.Errorf("the file of a third is %q", rows)
	}
}
