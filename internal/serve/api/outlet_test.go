package api

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// A reader takes each write after a while, unless the deadline is sooner.
type reader struct {
	*httptest.ResponseRecorder

	after    time.Duration
	deadline time.Time
}

func (r *reader) SetWriteDeadline(t time.Time) error { r.deadline = t; return nil }

func (r *reader) Write(b []byte) (int, error) {
	if left := time.Until(r.deadline); left < r.after {
		time.Sleep(left)
		return 0, os.ErrDeadlineExceeded
	}
	time.Sleep(r.after)
	return len(b), nil
}

func TestReadersMustKeepThePace(t *testing.T) {
	for _, test := range []struct {
		what  string
		each  int           // bytes
		after time.Duration // is each of these taken
		cut   time.Duration // after how long the stream ends; 0 is never
	}{
		{"takes nothing", 1000, time.Hour, time.Minute},
		{"takes a little each second", 1000, time.Second, time.Minute},
		{"takes a little just in time", 32 << 10, 59 * time.Second, time.Minute},
		{"takes twice the pace", 32 << 10, time.Second, 0},
		{"takes much now and then", 4 << 20, 50 * time.Second, 0},
		{"takes all at once", 32 << 10, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := &reader{ResponseRecorder: httptest.NewRecorder(), after: test.after}
			p := &patient{w: r, controller: http.NewResponseController(r), still: func() error { return nil }}
			began, writes, each := time.Now(), 0, make([]byte, test.each)
			var err error
			for ; err == nil && writes < 10_000; writes++ {
				_, err = p.Write(each)
			}
			if took := time.Since(began); test.cut > 0 && took != test.cut || test.cut == 0 && err != nil {
				t.Errorf("who %s is cut off after %s and %d writes: %v", test.what, took, writes, err)
			}
		})
	}
}
