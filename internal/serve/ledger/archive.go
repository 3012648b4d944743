package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/object"
)

// An Archive reads the ledger: what this machine's processes are writing, and what
// all servers have moved to the store.
type Archive struct {
	Dir   string       // of this machine; "" has none
	Store object.Store // nil has none

	Now func() time.Time // must be set to verify by anchors
}

// A Record is an entry where it stands.
type Record struct {
	Chain string `json:"chain"`
	Seq   uint64 `json:"seq"`
	Link  string `json:"link"`
	Entry
}

// Records yields all entries, chain by chain, each in its order. The first that
// cannot be read ends it, with an error that wraps *Broken where the file is not
// what was written.
func (a *Archive) Records(ctx context.Context) iter.Seq2[Record, error] {
	return a.behind(ctx, Place{})
}

// behind yields the entries behind a place. Segments that end before it are not
// read.
func (a *Archive) behind(ctx context.Context, after Place) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		chains, err := a.chains(ctx)
		if err != nil {
			yield(Record{}, err)
			return
		}
		wanted := func(r Record, err error) bool {
			return err == nil && !after.before(r.Chain, r.Seq) || yield(r, err)
		}
		for _, c := range chains {
			for i, name := range c.segments {
				if i+1 < len(c.segments) && !after.before(c.name, firstOf(c.segments[i+1])) {
					continue
				}
				if !a.records(ctx, name, wanted) {
					return
				}
			}
		}
	}
}

// records yields those of one segment.
func (a *Archive) records(ctx context.Context, name string, yield func(Record, error) bool) bool {
	begin := func(*segmentReader) error { return ctx.Err() }
	err := a.read(ctx, name, begin, func(s *segmentReader, text []byte) error {
		r := Record{Chain: s.header.Chain, Seq: s.seq, Link: s.link}
		if err := json.Unmarshal(text, &r.Entry); err != nil {
			return &Broken{Segment: name, Line: s.seq, Err: fmt.Errorf("it is not an entry: %w", err)}
		}
		if !yield(r, nil) {
			return errStop
		}
		return nil
	})
	if err == nil {
		return true
	}
	if !errors.Is(err, errStop) {
		yield(Record{}, err)
	}
	return false
}

var errStop = errors.New("no more is wanted")

// read calls begin at a segment's header, and do for each line behind it. errStop
// from either ends it early. A line in the making at the end of a file of this
// machine is not there yet.
func (a *Archive) read(ctx context.Context, name string, begin func(*segmentReader) error, do func(*segmentReader, []byte) error) (err error) {
	f, local, err := a.open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s, err := openSegment(name, f)
	if err != nil {
		return err
	}
	if at, ok := f.(io.ReaderAt); ok && local {
		s.at = at
	}
	for err = begin(s); err == nil; {
		var text []byte
		if text, err = s.next(); err == nil {
			err = do(s, text)
		}
	}
	if errors.Is(err, io.EOF) || local && errors.Is(err, errTorn) {
		return nil
	}
	return err
}

// header reads the header of a segment.
func (a *Archive) header(ctx context.Context, name string) (h header, err error) {
	err = a.read(ctx, name, func(s *segmentReader) error { h = s.header; return errStop }, nil)
	if errors.Is(err, errStop) {
		err = nil
	}
	return h, err
}

// open opens a segment on this machine, or where it was moved to meanwhile.
func (a *Archive) open(ctx context.Context, name string) (f io.ReadCloser, local bool, err error) {
	if a.Dir != "" {
		f, err := os.Open(filepath.Join(a.Dir, filepath.FromSlash(name)))
		if err == nil {
			return f, true, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || a.Store == nil {
			return nil, false, fmt.Errorf("opening a segment of the ledger: %w", err)
		}
	}
	f, err = a.Store.Open(ctx, prefix+name)
	if err != nil {
		return nil, false, fmt.Errorf("opening a segment of the ledger: %w", err)
	}
	return f, false, nil
}

// Since is when what is kept of the ledger begins; the zero time when nothing is.
func (a *Archive) Since(ctx context.Context) (since time.Time, err error) {
	chains, err := a.chains(ctx)
	if err != nil {
		return since, err
	}
	for _, c := range chains {
		if len(c.segments) == 0 {
			continue
		}
		h, err := a.header(ctx, c.segments[0])
		if err != nil {
			return since, err
		}
		if since.IsZero() || h.At.Before(since) {
			since = h.At
		}
	}
	return since, nil
}

// A chainFiles is where a chain lies.
type chainFiles struct {
	name     string
	segments []string // in order
	here     bool     // this machine has a folder of it
}

// chains lists all chains in the order of their beginning, by their names. Those of
// this machine come first: a segment that moves to the store meanwhile is found
// twice, not missed.
func (a *Archive) chains(ctx context.Context) ([]chainFiles, error) {
	found := map[string]map[string]bool{}
	names, err := chainsIn(a.Dir)
	if err != nil {
		return nil, fmt.Errorf("listing the ledger: %w", err)
	}
	for _, name := range names {
		found[name] = map[string]bool{}
		c := chain{cfg: Config{Dir: a.Dir}, name: name}
		segments, err := c.segments()
		if err != nil {
			return nil, fmt.Errorf("listing the ledger: %w", err)
		}
		for _, s := range segments {
			found[name][s] = true
		}
	}
	if err := a.stored(ctx, found); err != nil {
		return nil, fmt.Errorf("listing the ledger: %w", err)
	}
	var all []chainFiles
	for _, name := range slices.Sorted(maps.Keys(found)) {
		all = append(all, chainFiles{name, slices.Sorted(maps.Keys(found[name])), slices.Contains(names, name)})
	}
	return all, nil
}

// stored adds the segments in the store, by their chains.
func (a *Archive) stored(ctx context.Context, found map[string]map[string]bool) error {
	if a.Store == nil {
		return nil
	}
	infos, err := a.Store.List(ctx, prefix)
	for _, info := range infos {
		name := strings.TrimPrefix(info.Name, prefix)
		chain, ok := parseSegmentName(name)
		if !ok {
			continue
		}
		if found[chain] == nil {
			found[chain] = map[string]bool{}
		}
		found[chain][name] = true
	}
	return err
}

// ErrUnreadable is the error for a person when the ledger cannot be read.
func ErrUnreadable(err error) error {
	if b, ok := errors.AsType[*Broken](err); ok {
		return &archwire.Error{
			Code: archwire.Mismatch, Message: b.Error(), Err: err,
			Hint: "Compare the file with a backup: somebody or something has changed it.",
		}
	}
	return err
}
