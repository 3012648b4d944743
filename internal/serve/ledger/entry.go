// Package ledger is the record of every disclosure: append-only files whose lines
// are chained by hash, on the disk before the answer that they tell of has left.
// docs/format/ledger.md specifies the files.
package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"archwire"
)

// An Entry is one disclosure: who was sent what about whom.
type Entry struct {
	At      time.Time `json:"at"`
	Request string    `json:"request"`         // its id
	Stream  string    `json:"stream,omitzero"` // names what was begun and how it ended; no caller chooses it
	Outcome Outcome   `json:"outcome"`

	Client string `json:"client"`          // "" of people who call for none
	Person string `json:"person,omitzero"` // the id of who called; "" if a program did by itself
	Key    string `json:"key,omitzero"`    // the id of the credential

	// ViewedAs is as whom an operator, who is the person, looked: practice=17, or client=NAME.
	ViewedAs string `json:"viewed_as,omitzero"`

	Address string `json:"address"` // of the caller

	Resource    string                 `json:"resource"`          // rows, changes, export, metric, explain
	Name        string                 `json:"name"`              // of the dataset or metric
	Contract    int                    `json:"contract,omitzero"` // of the dataset
	Publication archwire.PublicationID `json:"publication"`
	Profile     archwire.Profile       `json:"profile"`
	Fields      []string               `json:"fields,omitempty"` // sent; all that the profile opens where none are named
	Query       string                 `json:"query,omitzero"`   // the parameters of the request, sorted by name; without its cursor and what tells of persons

	Parts []Part `json:"parts"` // one for each tenant that the answer is about
}

// A Part is what an answer tells of one tenant.
type Part struct {
	Tenant   string   `json:"tenant"`
	Grant    string   `json:"grant,omitzero"`    // by which the tenant allowed it
	Rows     int64    `json:"rows"`              // sent
	Keys     string   `json:"keys,omitzero"`     // keyed hash of the keys of the rows, in the order sent
	Slice    string   `json:"slice,omitzero"`    // the file that was sent whole
	Subjects Subjects `json:"subjects,omitzero"` // the persons in the rows; those of a slice are in its own list
}

// An Outcome is how an answer ended.
type Outcome string

// The outcomes. What is begun is followed by another entry of the same stream
// that says how it ended, unless the server died.
const (
	Sent  Outcome = "sent"  // all of it was handed to the connection, as far as the server can tell
	Begun Outcome = "begun" // a stream, of which any part may have been sent
	Cut   Outcome = "cut"   // the caller was gone, or the stream broke, before its end

	Signed Outcome = "signed" // a URL by which all of it could be fetched from the store; whether it was, we do not see
)

// Subjects are the persons that rows are about: keyed hashes of their keys, sorted,
// each once. They tell whether a known person is among them, and nobody's key.
type Subjects []uint64

const subjectBytes = 8

// MarshalText implements encoding.TextMarshaler.
func (s Subjects) MarshalText() ([]byte, error) {
	return base64.RawStdEncoding.AppendEncode(nil, s.bytes()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Subjects) UnmarshalText(text []byte) error {
	raw, err := base64.RawStdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("reading subjects: %w", err)
	}
	*s, err = subjectsOf(raw)
	return err
}

func (s Subjects) bytes() []byte {
	raw := make([]byte, 0, len(s)*subjectBytes)
	for _, v := range s {
		raw = binary.BigEndian.AppendUint64(raw, v)
	}
	return raw
}

func subjectsOf(raw []byte) (Subjects, error) {
	if len(raw)%subjectBytes != 0 {
		return nil, fmt.Errorf("reading subjects: %d bytes are not a whole number of them", len(raw))
	}
	s := make(Subjects, 0, len(raw)/subjectBytes)
	for i := 0; i < len(raw); i += subjectBytes {
		s = append(s, binary.BigEndian.Uint64(raw[i:]))
	}
	if !slices.IsSorted(s) {
		return nil, fmt.Errorf("reading subjects: they are not sorted")
	}
	return s, nil
}

// Has says whether a person is among them.
func (s Subjects) Has(person uint64) bool {
	_, found := slices.BinarySearch(s, person)
	return found
}

// Of is what an entry tells of one tenant, which must not see the others; not ok
// if nothing.
func (e Entry) Of(tenant string) (_ Entry, ok bool) {
	e.Parts = slices.DeleteFunc(slices.Clone(e.Parts), func(p Part) bool { return p.Tenant != tenant })
	return e, len(e.Parts) > 0
}

// Rows is the number of rows that were sent.
func (e Entry) Rows() (n int64) {
	for _, p := range e.Parts {
		n += p.Rows
	}
	return n
}
