package serve

import (
	"context"
	"net/http"
	"strings"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/door"
	"archwire/internal/serve/web"
	"archwire/internal/serve/web/ask"
)

// Report writes a report of the publication in service for whoever has a session's
// secret, in the language of locale. The server need not listen. Everything in it is
// what the API tells that one, who is written down as having asked.
func (s *Server) Report(ctx context.Context, secret, locale string, o web.ReportOrder) (*web.Report, error) {
	if s.web == nil || !auth.IsSession(secret) {
		return nil, &archwire.Error{Code: archwire.Internal, Message: "a report needs pages and a session"}
	}
	if _, err := s.cfg.Reader.Current(ctx); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody)
	if err != nil {
		return nil, err
	}
	r.RemoteAddr, r.Host = "127.0.0.1:0", "localhost"
	r.Header.Set("Accept-Language", locale)
	r.Header.Set("User-Agent", s.cfg.Program)
	r.AddCookie(&http.Cookie{Name: door.SessionCookie(strings.HasPrefix(s.cfg.URL, "https://")), Value: secret}) //nolint:gosec // it is sent to this process, and no browser is given it
	o.URL = s.cfg.URL
	report, err := s.web.Report(r, o)
	if err != nil {
		return nil, refusalOf(err)
	}
	return report, nil
}

// codes are what refusals of the API are to a program.
var codes = map[int]archwire.Code{
	http.StatusBadRequest: archwire.Invalid, http.StatusUnauthorized: archwire.Denied, http.StatusForbidden: archwire.Denied,
	http.StatusNotFound: archwire.NotFound, http.StatusServiceUnavailable: archwire.Unavailable,
}

// refusalOf is a refusal of the API as an error with a code.
func refusalOf(err error) error {
	p, ok := err.(*ask.Problem) //nolint:errorlint // pages return it as it is
	if !ok {
		return err
	}
	code, ok := codes[p.Status]
	if !ok {
		code = archwire.Internal
	}
	return &archwire.Error{Code: code, Message: p.Detail, Hint: p.Hint, Err: p.Cause}
}
