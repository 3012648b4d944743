package api

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// A reader takes so many bytes at a time, each time after a while, unless the deadline
// is sooner.
type reader struct {
	*httptest.ResponseRecorder

	each     int // 0 is any number
	after    time.Duration
	deadline time.Time
	taken    int
}

func (r *reader) SetWriteDeadline(t time.Time) error { r.deadline = t; return nil }

func (r *reader) Write(b []byte) (int, error) {
	before := r.taken
	if r.taken += len(b); r.each == 0 || r.taken/r.each == before/r.each {
		return len(b), nil
	}
	takes := time.Duration(r.taken/r.each-before/r.each) * r.after
	if left := time.Until(r.deadline); left < takes {
		time.Sleep(left)
		return 0, os.ErrDeadlineExceeded
	}
	time.Sleep(takes)
	return len(b), nil
}

func TestReadersMustKeepThePace(t *testing.T) {
	for _, test := range []struct {
		what  string
		write int           // bytes
		each  int           // bytes
		after time.Duration // is each of these taken
		cut   time.Duration // after how long the stream ends; 0 is never
	}{
		{"takes nothing", 1000, 1000, time.Hour, time.Minute},
		{"takes a little each second", 1000, 1000, time.Second, time.Minute},
		{"takes a little of much each second", 4 << 20, 1000, time.Second, time.Minute},
		{"takes a little just in time", 32 << 10, 32 << 10, 59 * time.Second, time.Minute},
		{"takes twice the pace", 32 << 10, 32 << 10, time.Second, 0},
		{"takes twice the pace of much", 4 << 20, 32 << 10, time.Second, 0},
		{"takes much now and then", 4 << 20, 4 << 20, 50 * time.Second, 0},
		{"takes all at once", 32 << 10, 32 << 10, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := &reader{ResponseRecorder: httptest.NewRecorder(), each: test.each, after: test.after}
			p := &patient{w: r, controller: http.NewResponseController(r), still: func() error { return nil }}
			began, writes, each := time.Now(), 0, make([]byte, test.write)
			var err error
			for ; err == nil && writes*test.write < 400<<20 && writes < 10_000; writes++ {
				_, err = p.Write(each)
			}
			if took := time.Since(began); test.cut > 0 && took != test.cut || test.cut == 0 && err != nil {
				t.Errorf("who %s is cut off after %s and %d writes: %v", test.what, took, writes, err)
			}
		})
	}
}

// What is revoked ends a stream within what is written at once, too.
func TestReadersAreAskedForWithinALargeWrite(t *testing.T) {
	r := &reader{ResponseRecorder: httptest.NewRecorder()}
	gone, asked := errors.New("revoked"), 0
	still := func() error {
		if asked++; asked > 3 {
			return gone
		}
		return nil
	}
	p := &patient{w: r, controller: http.NewResponseController(r), still: still}
	n, err := p.Write(make([]byte, 4<<20))
	if !errors.Is(err, gone) || n != r.taken || n != 3*(32<<10) {
		t.Errorf("of 4 MiB %d bytes were written, %d sent: %v", n, r.taken, err)
	}
}
