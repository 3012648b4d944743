// Package capacitytest is a double of Amazon Redshift's control plane: a server that
// speaks the protocols of AWS to the clients of AWS. Clusters and workgroups of it
// exist only as a shape and a state; what they do takes time by a clock that tests
// move.
//
// It answers the actions that Archwire uses, as the Amazon Redshift API Reference and
// the Amazon Redshift Management Guide say, and refuses what they say is refused, and
// everything that it does not know.
package capacitytest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a client must sign its requests with.
const (
	Region    = "us-east-1"
	KeyID     = "AKIDCAPACITYDOUBLE01"
	SecretKey = "not-a-secret-but-a-double-of-one-x0000000"
)

// A Server is the double: an http.Handler. It is safe for use by several goroutines.
type Server struct {
	// PageSize is how many options one answer holds at most; 0 is all.
	PageSize int

	mu         sync.Mutex
	now        time.Time
	step       time.Duration // that each request moves the clock by
	clusters   map[string]*cluster
	workgroups map[string]*workgroup
	faults     []*fault
	expired    bool
	calls      []string
}

// New is a double whose clock shows a time.
func New(now time.Time) *Server {
	return &Server{now: now, clusters: map[string]*cluster{}, workgroups: map[string]*workgroup{}}
}

// Start is a double that listens on this machine until the test is over, and its URL.
func Start(tb testing.TB, now time.Time) (s *Server, url string) {
	tb.Helper()
	s = New(now)
	server := httptest.NewServer(s)
	tb.Cleanup(server.Close)
	return s, server.URL
}

// Env are the variables by which AWS's clients of another process ask the double at a URL.
func Env(url string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_REDSHIFT": url, "AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS": url,
		"AWS_ACCESS_KEY_ID": KeyID, "AWS_SECRET_ACCESS_KEY": SecretKey, "AWS_EC2_METADATA_DISABLED": "true",
	}
}

// Now is the time that the double's clock shows.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Advance moves the clock.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// AdvanceBy has each request move the clock, before it is answered.
func (s *Server) AdvanceBy(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.step = d
}

// Calls lists the requests that were answered as asked for, oldest first: the action
// and its parameters, as "ResizeCluster Classic=false ClusterIdentifier=a NumberOfNodes=6".
// With actions, those of these only.
func (s *Server) Calls(actions ...string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(call string) bool {
		action, _, _ := strings.Cut(call, " ")
		return len(actions) > 0 && !slices.Contains(actions, action)
	})
}

// Changes lists the calls that began a change.
func (s *Server) Changes() []string {
	return s.Calls("ResizeCluster", "PauseCluster", "ResumeCluster", "UpdateWorkgroup")
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(s.step)
	for _, c := range s.clusters {
		c.settle(s.now)
	}
	var a answerer = query{}
	if r.Header.Get("X-Amz-Target") != "" {
		a = jsonProtocol{}
	}
	call, err := a.read(r)
	if err == nil {
		err = s.admit(r, a.service())
	}
	var out any
	var lost bool
	if err == nil {
		lost, err = s.fault(call)
	}
	if err == nil {
		if out, err = a.do(s, call); err == nil {
			s.calls = append(s.calls, call.String())
		}
	}
	switch {
	case lost:
		panic(http.ErrAbortHandler) // cuts the connection
	case err != nil:
		a.refuse(w, err)
	default:
		a.answer(w, call.action, out)
	}
}

// An answerer is one of AWS's protocols, and what is asked in it.
type answerer interface {
	service() string
	read(r *http.Request) (call, *Error)
	do(s *Server, c call) (any, *Error)
	answer(w http.ResponseWriter, action string, out any)
	refuse(w http.ResponseWriter, e *Error)
}

// A call is a request, taken apart.
type call struct {
	action string
	values map[string]string
}

// String is the call on one line, parameters in the order of their names.
func (c call) String() string {
	parts := make([]string, 0, len(c.values)+1)
	for name, value := range c.values {
		parts = append(parts, name+"="+value)
	}
	slices.Sort(parts)
	return strings.TrimSpace(c.action + " " + strings.Join(parts, " "))
}

// only refuses parameters that are not among names.
func (c call) only(names ...string) *Error {
	for name := range c.values {
		if !slices.Contains(names, name) {
			return &Error{http.StatusBadRequest, "InvalidParameterCombination", fmt.Sprintf("the double does not know the parameter %s of %s", name, c.action)}
		}
	}
	return nil
}
