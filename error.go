package archwire

import "errors"

// A Code says who must act on an error, and how. Each code has one exit status
// and one HTTP status; docs/reference/errors.md lists them.
type Code string

// The codes.
const (
	Invalid     Code = "invalid"     // the input or the project is wrong
	NotFound    Code = "not_found"   // the thing named does not exist, or may not be seen
	Denied      Code = "denied"      // the caller may not do this
	Conflict    Code = "conflict"    // another run holds what this one needs
	Unavailable Code = "unavailable" // a database or disk cannot be used now; retrying may help
	Mismatch    Code = "mismatch"    // source and warehouse differ, or a check found rows
	Internal    Code = "internal"    // a fault of ours
)

// Error is an error that a person is meant to read.
type Error struct {
	Code    Code
	Message string // one sentence; names the thing at fault, never a secret or a person's data
	Hint    string // what to do next; may be empty
	Err     error  // the cause, for the log; may be nil
}

// Error returns the message alone: the hint and the cause have their own places.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the outermost Error in err's chain, Internal when
// there is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// MessageOf returns the sentence that a person should read about err: the
// message of the outermost Error, or all of err's text when there is none.
func MessageOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// HintOf returns the first hint found along err's chain, or "".
func HintOf(err error) string {
	for err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}

// SQLError is a mistake in a query: where, and what the engine says of it. It
// stands below an Error of code Invalid.
type SQLError struct {
	Line    int // within the query, from 1; 0 when unknown
	Message string
}

// Error returns the message alone.
func (e *SQLError) Error() string { return e.Message }
