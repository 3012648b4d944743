package door

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// hostCookie begins the names of cookies that a browser sends to this very host
// only, over TLS only.
const hostCookie = "__Host-"

// SessionCookie is the name of the cookie that holds a session.
func SessionCookie(secure bool) string { return cookieName("archwire", secure) }

func journeyCookie(secure bool) string { return cookieName("archwire-journey", secure) }

// deviceCookie is by what a person's own browser is known when others try their name.
func deviceCookie(secure bool) string { return cookieName("archwire-device", secure) }

func cookieName(name string, secure bool) string {
	if secure {
		return hostCookie + name
	}
	return name
}

// setCookie gives the browser a cookie until ends; the zero time takes it away.
func setCookie(w http.ResponseWriter, name, value string, secure bool, ends time.Time) {
	c := &http.Cookie{ //nolint:gosec // it is Secure wherever there is TLS
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, Expires: ends,
	}
	if ends.IsZero() {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// Credential is what a request shows who it is by, and whether it is a cookie,
// which browsers send whoever asks them to.
func (h *Handler) Credential(r *http.Request) (text string, cookie bool) {
	if scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(key), false
	}
	if key := r.Header.Get("X-API-Key"); key != "" {
		return key, false
	}
	c, err := r.Cookie(SessionCookie(h.overTLS(r)))
	if err != nil || !auth.IsSession(c.Value) {
		return "", false
	}
	return c.Value, true
}

// overTLS says whether the browser reached us by https.
func (h *Handler) overTLS(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(h.Origin, "https://")
}

// safe says whether cookies can be Secure, and refuses where they would cross a
// network in clear.
func (h *Handler) safe(c *Call) (secure bool, err error) {
	if h.overTLS(c.R) {
		return true, nil
	}
	local, _ := c.R.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local != nil {
		if at, err := netip.ParseAddrPort(local.String()); err == nil && at.Addr().Unmap().IsLoopback() {
			return false, nil
		}
	}
	p := problem.New(problem.KindForbidden, "Nobody signs in over a connection that others can read.")
	p.Hint = "Use https; behind a proxy that speaks it, the operator sets sign_in.url in archwire.yaml."
	return false, p
}

// guarded is safe, for what another site must not have a browser do.
func (h *Handler) guarded(c *Call) (secure bool, err error) {
	if err := h.SameSite(c.Call); err != nil {
		return false, err
	}
	return h.safe(c)
}

// SameSite refuses a request that changes something and that a browser sends for
// another site.
func (h *Handler) SameSite(c *request.Call) error {
	if err := h.crossing.Check(c.R); err != nil {
		p := problem.New(problem.KindForbidden, "The request comes from another site.")
		p.Hint, p.Cause = "Send it from a page of this server, or with Authorization instead of a cookie.", err
		return p
	}
	return nil
}

// newCrossing returns what tells requests of other sites by.
func newCrossing(url string) (*http.CrossOriginProtection, error) {
	crossing := http.NewCrossOriginProtection()
	if url != "" {
		if err := crossing.AddTrustedOrigin(url); err != nil {
			return nil, fmt.Errorf("trusting the server's own address: %w", err)
		}
	}
	return crossing, nil
}

// callback is where an issuer sends the browser back to.
func (h *Handler) callback(r *http.Request) string {
	base := "http://" + r.Host
	if r.TLS != nil {
		base = "https://" + r.Host
	}
	path := strings.TrimSuffix(strings.TrimSuffix(r.URL.Path, "/start"), "/callback")
	return cmp.Or(h.Origin, base) + path + "/callback"
}
