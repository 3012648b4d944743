package wire

import (
	"errors"
	"io"
	"regexp"
	"sync"
)

// A Unit is what a fault counts in an answer.
type Unit int

// The units.
const (
	Tokens Unit = iota
	Rows
	Packets
	Bytes // headers of packets included
)

// A Fault is something that goes wrong with a request, once.
//
// Requests are known by their text: the statements of a batch or of a procedure
// call, LOGIN, BULK (the rows after INSERT BULK), or for the transaction manager
// the statements that do the same.
type Fault struct {
	Match string // a regular expression that the request's text matches; "" for any
	Nth   int    // of the requests from now on that match; 0 and 1 are the first

	Before bool // the connection is cut before the request is run

	// The point of the answer where it happens: after so many units.
	After int
	Unit  Unit

	// One of these happens there.
	Cut   bool   // the connection is cut
	Stall bool   // nothing more is sent, whatever the client does
	Error *Error // Tokens and Rows only: the answer ends with it
	Short bool   // Tokens and Rows only: the message ends, without DONE

	// These happen besides or instead.
	Lose     int   // so many rows are left out, and counts say nothing of it
	Miscount int64 // counts of rows are wrong by so much
}

var (
	errCut   = errors.New("wire: the connection is cut, as a fault says")
	errShort = errors.New("wire: the answer ends early, as a fault says")
	errGone  = errors.New("wire: the client is gone")
)

// faults are what is to go wrong, and what is to be recorded.
type faults struct {
	mu       sync.Mutex
	all      []*pending
	records  []*recording
	happened int
}

type pending struct {
	Fault
	re   *regexp.Regexp
	left int
}

type recording struct {
	re *regexp.Regexp
	to io.Writer
}

// Inject makes something go wrong. Several faults wait side by side, each counting
// for itself.
func (s *Server) Inject(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.all = append(s.faults.all, &pending{Fault: f, re: regexp.MustCompile(f.Match), left: max(f.Nth, 1)})
}

// Record writes the next answer to a request that matches, packet by packet with
// their headers, in clear. What to has can be read once the client has the answer
// whole: it is written first.
func (s *Server) Record(match string, to io.Writer) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.records = append(s.faults.records, &recording{re: regexp.MustCompile(match), to: to})
}

// Calm takes back the faults that wait.
func (s *Server) Calm() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.all = nil
}

// Waiting is how many faults wait for their request.
func (s *Server) Waiting() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return len(s.faults.all)
}

// Happened is how many faults cut, stalled, failed or shortened an answer. One
// whose answer ended before its point never does.
func (s *Server) Happened() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return s.faults.happened
}

// due is the course that the answer to a request takes.
func (f *faults) due(text string) *course {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := &course{of: f}
	var rest []*pending
	for _, p := range f.all {
		if p.re.MatchString(text) {
			p.left--
		}
		if p.left == 0 {
			out.Fault = p.Fault
			continue
		}
		rest = append(rest, p)
	}
	f.all = rest
	var records []*recording
	for _, r := range f.records {
		if r.re.MatchString(text) && out.record == nil {
			out.record = r.to
			continue
		}
		records = append(records, r)
	}
	f.records = records
	return out
}

// note counts a fault that happens.
func (f *faults) note() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.happened++
}
