package serve

import (
	"net/http"
	"strings"

	"archwire/internal/serve/api"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/door"
	"archwire/internal/serve/web"
)

// newPages returns the pages before an API. They are handed what names a session, and
// nothing else of who may see what.
func newPages(answers *api.Handler, cfg Config) (*web.Handler, error) {
	return web.New(web.Config{
		API: answers, Session: sessionOf(cfg.URL), Secret: cfg.CursorSecret, Origin: cfg.URL, Issuers: cfg.Issuers, Project: cfg.Project, Noun: cfg.Noun, Log: cfg.Log, Now: cfg.Now,
	})
}

// sessionOf returns what finds the session that a request shows by its cookie.
func sessionOf(url string) func(*http.Request) string {
	return func(r *http.Request) string {
		c, err := r.Cookie(door.SessionCookie(r.TLS != nil || strings.HasPrefix(url, "https://")))
		if err != nil || !auth.IsSession(c.Value) {
			return ""
		}
		return c.Value
	}
}
