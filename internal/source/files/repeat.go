package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"archwire"
)

// withoutRepetitions leaves out files that have the very bytes of an earlier one of
// the same snapshot, or of the changes: they were sent twice. Only files of one size
// are looked into.
func (s *Source) withoutRepetitions(ctx context.Context, t Table, all []file) (kept []file, notes []string, err error) {
	sizes := map[int64]int{}
	for _, f := range all {
		sizes[f.Size]++
	}
	first := map[string]string{}
	for _, f := range all {
		if sizes[f.Size] > 1 {
			sum, err := s.sum(ctx, f)
			if err != nil {
				return nil, notes, err
			}
			if earlier, seen := first[sum]; seen {
				notes = append(notes, fmt.Sprintf("%s: %s has the bytes of %s and is not read a second time", t.ID(), f.Name, earlier))
				continue
			}
			first[sum] = f.Name
		}
		kept = append(kept, f)
	}
	return kept, notes, nil
}

// sum is the SHA-256 of a file, as it lies there.
func (s *Source) sum(ctx context.Context, f file) (sum string, err error) {
	s.mu.Lock()
	sum, ok := s.sums[f.key()]
	s.mu.Unlock()
	if ok {
		return sum, nil
	}
	r, err := s.version(ctx, f)
	if err != nil {
		return "", err //nolint:wrapcheck // names the file
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	h := sha256.New()
	if n, err := io.Copy(h, contextReader{ctx, r}); err != nil || n != f.Size {
		return "", errors.Join(err, short(f, n))
	}
	sum = hex.EncodeToString(h.Sum(nil))
	s.mu.Lock()
	s.sums[f.key()] = sum
	s.mu.Unlock()
	return sum, nil
}

// short is the error for a file of which another number of bytes came than were
// listed; nil if it is that number.
func short(f file, n int64) error {
	if n == f.Size {
		return nil
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: fmt.Sprintf("of the file %s came %d of %d bytes", f.Name, n, f.Size),
		Hint: "Run again; if this repeats, look at what lies between here and the files.",
	}
}

// A contextReader stops when its context does.
type contextReader struct {
	ctx context.Context //nolint:containedctx // as long as one loop of reading
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.r.Read(p) //nolint:wrapcheck // io.EOF among others
}
