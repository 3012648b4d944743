// Package web is the pages: server-rendered, readable and usable without script. They
// ask the API in process, as the viewer (see ask), and know nothing that it does not
// tell them.
//
// To add a page, write one file with its page variable's functions, one template of
// its own in templates/ that defines "title" and "main", and one line in the table of
// pages.go. show answers GET and HEAD, do answers POST once the form's token was
// checked. Both get a visit: what to ask (visit.ask), who the viewer is (visit.me),
// what the project calls its tenants (visit.service), and how to answer: render,
// redirect, or an error, which becomes a page that says it. Everything that a page
// shows follows from its URL. A form holds {{template "token" .Frame}}.
package web

import (
	"crypto/rand"
	"crypto/sha256"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"archwire"
)

// Config is what a Handler is made of. API, Session, Log and Now must be set.
type Config struct {
	// API answers what pages ask: the handler that answers everybody.
	API http.Handler

	// Session is what a request shows of a session, "" for nothing: what the tokens of
	// forms are bound to.
	Session func(*http.Request) string

	// Secret keys the tokens of forms. Servers that share callers share it; without one
	// forms are good until the server stops.
	Secret []byte

	// Origin is where people reach the server, if it is not where they seem to.
	Origin string

	// Project and Noun are what the project and its tenants are called while nothing is
	// in service that says it.
	Project string
	Noun    archwire.Noun

	// Issuers are the names of those by whom people can sign in, in order.
	Issuers []string

	Log *slog.Logger
	Now func() time.Time
}

// A Handler answers the pages. It is safe for use by several goroutines.
type Handler struct {
	Config

	pages     *http.ServeMux
	tokens    tokens
	crossing  *http.CrossOriginProtection
	templates templates
	assets    assets
	mostRead  int           // entries of the ledger that are summed up at once
	heavy     chan struct{} // one for each thing under way that takes memory

	longestWait time.Duration // for a turn to make such a thing

	report      *template.Template
	reportStyle string
}

// New returns a Handler.
func New(cfg Config) (*Handler, error) {
	h := &Handler{Config: cfg, crossing: http.NewCrossOriginProtection(), heavy: make(chan struct{}, mostHeavy), mostRead: mostRead, longestWait: longestWait}
	if cfg.Origin != "" {
		if err := h.crossing.AddTrustedOrigin(origin(cfg.Origin)); err != nil {
			return nil, fault("trusting the server's own address", err)
		}
	}
	secret := cfg.Secret
	if len(secret) == 0 {
		secret = make([]byte, sha256.Size)
		rand.Read(secret)
	}
	h.tokens = newTokens(secret)
	var err error
	if h.assets, err = newAssets(); err != nil {
		return nil, err
	}
	if h.templates, err = newTemplates(h.assets); err != nil {
		return nil, err
	}
	if h.report, err = template.ParseFS(aloneFiles, "templates/alone/report.html"); err != nil {
		return nil, fault("reading the report's template", err)
	}
	style, err := aloneFiles.ReadFile("templates/alone/report.css")
	if err != nil {
		return nil, fault("reading the report's styles", err)
	}
	h.reportStyle = string(style)
	h.pages = h.mux()
	return h, nil
}

// origin is an address without its path.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// Answers says whether a request is for a page. Everything under the API's own paths
// is not; what nobody knows is a page for whoever wants HTML.
func (h *Handler) Answers(r *http.Request) bool {
	path := r.URL.Path
	for _, first := range []string{"/v1", "/oauth", "/docs", "/openapi.json", "/.well-known", "/healthz", "/readyz"} {
		if path == first || strings.HasPrefix(path, first+"/") {
			return false
		}
	}
	html := strings.Contains(r.Header.Get("Accept"), "text/html")
	if strings.HasPrefix(path, "/auth/") {
		return html && r.Method == http.MethodGet && strings.HasPrefix(path, "/auth/oidc/")
	}
	_, pattern := h.pages.Handler(r)
	return pattern != "" && pattern != "/{noun}/{page}" && pattern != "/" || html || path == "/"
}

// ServeHTTP answers a request for a page.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	packed(h.pages).ServeHTTP(w, r)
}
