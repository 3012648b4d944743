package api

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/door"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/request"
)

// An Authorizer says what credentials open.
type Authorizer interface {
	door.Authorizer

	// Anew is Authorize, by nothing that was known before it is called.
	Anew(ctx context.Context, credential string, from netip.Addr) (auth.Scope, error)

	// As is what an operator sees who looks at things as somebody else.
	As(ctx context.Context, s auth.Scope, v auth.View) (auth.Scope, error)
}

// preferLink is what callers prefer, by RFC 7240, who would rather have a slice's URL in
// the store than its bytes.
const preferLink = "link"

// linked says whether the caller is to be given a URL: it prefers that, and its conditions
// and ranges mean the same to the store, whose tags are others.
func (s *sentSlice) linked() bool {
	r, tag := s.c.R, `"`+s.sha+`"`
	ours := func(name string) bool { return r.Header.Get(name) != "" }
	switch from := r.Header.Get("If-Range"); {
	case !s.h.Links || r.Method != http.MethodGet || !request.Prefers(r.Header, preferLink):
		return false
	case matched(r.Header.Get("If-None-Match"), s.sha) != "":
		return false
	case ours("If-Match"), ours("If-Modified-Since"), ours("If-Unmodified-Since"), from != "" && from != tag:
		return false
	}
	return !strings.Contains(r.Header.Get("Range"), ",")
}

// link answers with a URL of the store, once the ledger has been told. The URL ends with the
// second in which it is signed, and what the caller is let in by is looked at anew after that: what
// is revoked before that look gives no URL, and what is revoked later was signed for less than a second more.
func (s *sentSlice) link() error {
	if err := s.find(); err != nil {
		return err
	}
	if err := s.keepPersons(); err != nil { // which may take long
		return err
	}
	if err := freshSecond(s.c.Ctx); err != nil {
		return err
	}
	signed, err := s.sign()
	if err != nil {
		return err
	}
	if err := s.disclose(ledger.Signed); err != nil {
		return err
	}
	s.c.trip.linked = s.of[0].Bytes
	head := s.c.W.Header()
	head.Set("Location", signed)
	head.Set("Preference-Applied", preferLink)
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Length", "0")
	s.c.W.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

// sign is the slice's URL, if the caller is given the slice after it was signed.
func (s *sentSlice) sign() (signed string, err error) {
	signed, _, err = s.c.pub.Link(s.c.Ctx, s.c.Scope, s.sha)
	if err == nil {
		viewing := s.c.Scope.Viewing()
		s.c.Scope, err = s.h.Authorizer.Anew(s.c.Ctx, s.c.Credential, request.Address(s.c.R))
		if err != nil {
			return "", s.c.refused(err)
		}
		if s.c.Scope, err = s.h.seenAs(s.c.Ctx, s.c.Scope, viewing); err != nil {
			return "", err
		}
		_, s.of, err = s.c.pub.Link(s.c.Ctx, s.c.Scope, s.sha)
	}
	if archwire.CodeOf(err) == archwire.NotFound {
		return "", noSlice()
	}
	return signed, s.notRead(err)
}

// freshSecond waits until much of a second is left, by the clock that URLs are signed by:
// a caller must reach the store in what is left of it.
func freshSecond(ctx context.Context) error {
	const enough = 700 * time.Millisecond
	now := time.Now() //nolint:forbidigo // the clock of signatures, not the day's
	left := now.Truncate(time.Second).Add(time.Second).Sub(now)
	if left >= enough {
		return nil
	}
	next := time.NewTimer(left)
	defer next.Stop()
	select {
	case <-next.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
