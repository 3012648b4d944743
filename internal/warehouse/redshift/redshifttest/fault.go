package redshifttest

import (
	"regexp"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// A Fault is something that goes wrong with a statement, once.
type Fault struct {
	Match string // a regular expression that the statement matches; "" for any
	Nth   int    // of the statements from now on that match; 0 and 1 are the first

	// One of these happens.
	Error     *pgconn.PgError // the statement is answered with it and not run
	CutBefore bool            // the connection is cut before the statement is run
	CutAfter  bool            // the connection is cut after it was run, before the answer
	Lose      int             // COPY loads so many rows fewer than the files hold, and says so
	Partial   bool            // REFRESH takes in a part only, because of a transaction that is open; the view stays stale
	S3        *S3Error        // the store answers with it in the midst of COPY or UNLOAD
}

// Conflict is what a transaction is told that another one got in the way of
// (Serializable isolation; the text is the one that page prints).
var Conflict = &pgconn.PgError{
	Severity: "ERROR", Code: "XX000", Message: "1023",
	Detail: "Serializable isolation violation on table - 100001, transactions forming the cycle are: 1, 2 (pid:3)",
}

// faults are what is to go wrong.
type faults struct {
	mu  sync.Mutex
	all []*pending
}

type pending struct {
	Fault
	re   *regexp.Regexp
	left int
}

// Inject makes something go wrong. Several faults wait side by side, each counting
// for itself.
func (s *Server) Inject(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.all = append(s.faults.all, &pending{Fault: f, re: regexp.MustCompile(f.Match), left: max(f.Nth, 1)})
}

// Calm takes back the faults that have not happened.
func (s *Server) Calm() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.all = nil
}

// Waiting is how many faults have not happened yet.
func (s *Server) Waiting() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return len(s.faults.all)
}

// due is the fault that happens to a statement, or one that does nothing.
func (s *Server) due(sql string) Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	var out Fault
	var rest []*pending
	for _, f := range s.faults.all {
		if f.re.MatchString(sql) {
			f.left--
		}
		if f.left == 0 {
			out = f.Fault
			continue
		}
		rest = append(rest, f)
	}
	s.faults.all = rest
	return out
}
