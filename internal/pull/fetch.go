package pull

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/pull/mirror"
)

// atOnce is how many slices are fetched side by side.
const atOnce = 4

// A fetcher brings slices into a spool.
type fetcher struct {
	client *Client
	spool  *spool
	links  links

	slices, bytes atomic.Int64 // fetched so far
}

// all fetches slices, a few at once. One that the server does not have any more is
// errStale.
func (f *fetcher) all(ctx context.Context, wanted []mirror.Slice, told func(slices, bytes int64)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, s := range wanted {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if f.spool.whole(s.SHA256) {
				return nil
			}
			if err := f.one(ctx, s); err != nil {
				return err
			}
			told(f.slices.Add(1), f.bytes.Add(s.Bytes))
			return nil
		})
	}
	return group.Wait()
}

// one fetches a slice, and goes on where it broke off.
func (f *fetcher) one(ctx context.Context, s mirror.Slice) (err error) {
	p, err := f.spool.begin(s.SHA256)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	tries, spoilt, lost := attempts{c: f.client}, 0, 0
	for {
		before := p.bytes
		wait, err := f.more(ctx, s, p, lost)
		if err == nil {
			ok, err := p.finish()
			if ok || err != nil {
				return err
			}
			if err := p.restart(); err != nil {
				return err
			}
			lost = mostLost // the server compares what it sends itself
			if spoilt++; spoilt > 1 {
				return &archwire.Error{
					Code: archwire.Mismatch, Message: fmt.Sprintf("slice %s arrives with other bytes than the manifest names", s.SHA256),
					Hint: "Pull again later; if it stays so, tell whoever runs the server.",
				}
			}
			continue
		}
		if final(err) {
			return err
		}
		if _, ok := errors.AsType[straying](err); ok && lost < mostLost && ctx.Err() == nil {
			lost++
			f.links.lost.Add(1)
			continue
		}
		if p.bytes-before >= progress {
			tries.n = 0
		}
		if r, ok := errors.AsType[*refusal](err); ok && r.status == http.StatusUnauthorized {
			if !f.client.credential.Refused() {
				return err
			}
		}
		if err := tries.again(ctx, wait, err); err != nil {
			return err
		}
	}
}

// final says whether to ask again for a slice is of no use.
func final(err error) bool {
	if errors.Is(err, errStale) {
		return true
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		return !temporary(r.status) && r.status != http.StatusUnauthorized
	}
	_, ours := errors.AsType[*archwire.Error](err) // the disk
	return ours
}

// more asks for what is not there yet of a slice, of which some URLs of the store have led
// to nothing. Of an answer that is none it says how long the server asks to be left alone.
func (f *fetcher) more(ctx context.Context, s mirror.Slice, p *part, lost int) (wait time.Duration, err error) {
	if p.bytes >= s.Bytes {
		if p.bytes == s.Bytes {
			return 0, nil
		}
		if err := p.restart(); err != nil {
			return 0, err
		}
	}
	header := http.Header{"Accept-Encoding": {"identity"}}
	if p.bytes > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", p.bytes))
		header.Set("If-Range", `"`+s.SHA256+`"`)
	}
	if f.links.wanted(s.Bytes-p.bytes, lost) {
		header.Set("Prefer", "link")
	}
	resp, err := f.client.send(ctx, f.client.files, s.URL, header)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if !f.client.elsewhere(resp) {
		return taken(resp, s, p)
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusPartialContent {
		return asked(resp), straying{errLinkOver}
	}
	if wait, err = taken(resp, s, p); err == nil {
		f.links.lost.Store(0)
	} else if _, ours := errors.AsType[*archwire.Error](err); !ours {
		err = straying{err}
	}
	return wait, err
}

// taken writes what an answer has of a slice.
func taken(resp *http.Response, s mirror.Slice, p *part) (wait time.Duration, err error) {
	switch resp.StatusCode {
	case http.StatusPartialContent:
		if !strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", p.bytes)) {
			err = p.restart()
			return 0, errors.Join(errors.New("the server sends another range than it was asked for"), err)
		}
	case http.StatusOK:
		if err := p.restart(); err != nil {
			return 0, err
		}
	case http.StatusNotFound, http.StatusGone:
		return 0, errStale
	default:
		return asked(resp), refused(resp)
	}
	// More than was promised is not written.
	if _, err := io.Copy(p, io.LimitReader(resp.Body, s.Bytes-p.bytes)); err != nil {
		return 0, err
	}
	if p.bytes < s.Bytes {
		return 0, io.ErrUnexpectedEOF
	}
	return 0, nil
}
