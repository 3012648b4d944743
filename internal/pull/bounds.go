package pull

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

// A server may be broken or lie. What is taken from one has bounds, each far beyond
// what an honest one sends.
const (
	mostServiceBytes  = 1 << 20
	mostPageBytes     = 32 << 20
	mostManifestBytes = 1 << 30 // of all pages together
	mostPages         = 100_000 // a page may end early: slices are made while it is written
	mostSlices        = 1_000_000
	mostEntries       = 10_000 // of a list on a page
	mostColumns       = 2000   // of a dataset; PostgreSQL has 1,600
	mostHeaderBytes   = 64 << 10

	longestTenant = 1000 // bytes, as the others
	longestCursor = 8 << 10
	longestURL    = 8 << 10

	mostSliceBytes = 1 << 42 // so that no sum of them is too large for an int64
	mostRows       = 1 << 42

	// answerTime is how long an answer that is kept in memory may take to arrive.
	answerTime = 10 * time.Minute

	// progress is what an attempt has to bring of a slice so that it was not in vain.
	// Without it a server could have itself asked for each byte.
	progress = 64 << 10
)

// errLong says that a list has more entries than a page may have.
var errLong = errors.New("a list is too long")

// A few is a list of a server's, read up to mostEntries: what is longer is errLong
// before memory is spent on it.
type few[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (f *few[T]) UnmarshalJSON(text []byte) error {
	*f = nil
	d := json.NewDecoder(bytes.NewReader(text))
	switch t, err := d.Token(); {
	case err != nil:
		return err
	case t == nil:
		return nil // null
	case t != json.Delim('['):
		return errors.New("it is no list")
	}
	for d.More() {
		if len(*f) == mostEntries {
			return errLong
		}
		var x T
		if err := d.Decode(&x); err != nil {
			return err
		}
		*f = append(*f, x)
	}
	return nil
}
