package capacitytest

import (
	"net/http"
	"strings"
)

// An Error is what the service answers instead.
type Error struct {
	Status        int
	Code, Message string
}

// Errors that the service documents (Amazon Redshift API Reference, Common Errors and
// the errors of each action; Amazon Redshift Serverless API Reference).
var (
	Throttling    = Error{http.StatusBadRequest, "Throttling", "Rate exceeded"}
	ExpiredToken  = Error{http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired"}
	AccessDenied  = Error{http.StatusForbidden, "AccessDenied", "User: arn:aws:iam::123456789012:user/ann is not authorized to perform this action"}
	NoMachines    = Error{http.StatusBadRequest, "InsufficientClusterCapacity", "The number of nodes specified exceeds the allotted capacity of the cluster."}
	Quota         = Error{http.StatusBadRequest, "NumberOfNodesQuotaExceeded", "The operation would exceed the number of nodes allotted to the account."}
	InvalidState  = Error{http.StatusBadRequest, "InvalidClusterState", "The Cluster is being modified by a concurrent operation. Please check the Cluster's status and try again."}
	InternalError = Error{http.StatusInternalServerError, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."}
)

// A fault is something that goes wrong with the next requests of an action.
type fault struct {
	action string
	after  int // so many requests pass before it
	times  int
	err    *Error // nil cuts the connection after the request has taken effect
}

// Fail has the next requests of an action answered by an error, without any effect.
func (s *Server) Fail(action string, e Error, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{action, 0, times, &e})
}

// FailLater has one request of an action answered by an error, after so many that pass.
func (s *Server) FailLater(action string, e Error, after int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{action, after, 1, &e})
}

// Lose has the next request of an action take effect, and its answer get lost.
func (s *Server) Lose(action string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{action, 0, 1, nil})
}

// Expire has all credentials refused as expired, or not any more.
func (s *Server) Expire(expired bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expired = expired
}

func (s *Server) fault(c call) (lost bool, err *Error) {
	for _, f := range s.faults {
		switch {
		case f.action != c.action || f.times == 0:
		case f.after > 0:
			f.after--
		default:
			f.times--
			return f.err == nil, f.err
		}
	}
	return false, nil
}

// admit refuses who does not sign as AWS wants it: Signature Version 4, whose form is
// looked at and whose arithmetic is not (AWS General Reference, Signing AWS API
// requests).
func (s *Server) admit(r *http.Request, service string) *Error {
	authorization, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	if !ok || r.Header.Get("X-Amz-Date") == "" {
		return &Error{http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token"}
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(authorization, ", ") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	scope := strings.Split(parts["Credential"], "/")
	day, _, _ := strings.Cut(r.Header.Get("X-Amz-Date"), "T")
	switch {
	case len(scope) != 5 || scope[4] != "aws4_request" || len(parts["Signature"]) != 64 ||
		!strings.Contains(parts["SignedHeaders"], "host") || !strings.Contains(parts["SignedHeaders"], "x-amz-date"):
		return &Error{http.StatusForbidden, "IncompleteSignature", "The request signature does not conform to AWS standards."}
	case scope[0] != KeyID:
		return &Error{http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid."}
	case scope[1] != day || scope[2] != Region || scope[3] != service:
		return &Error{http.StatusForbidden, "SignatureDoesNotMatch", "Credential should be scoped to a valid region and service."}
	case s.expired:
		e := ExpiredToken
		return &e
	}
	return nil
}
