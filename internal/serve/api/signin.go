package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
)

// A Desk is where people show who they are: signin.Desk is the one.
type Desk interface {
	Password(ctx context.Context, t signin.Try) (signin.Entry, error)
	Accept(ctx context.Context, invitation, password string, codes bool, from netip.Addr) (uri string, err error)
	Start(ctx context.Context, issuer, callback, to string, from netip.Addr) (address, carried string, err error)
	Finish(ctx context.Context, r signin.Return) (secret string, session auth.Session, to string, err error)
	SignOut(ctx context.Context, session string) error
}

// signInRoutes are those of signing in. They need no publication.
func signInRoutes() []route {
	return []route{
		{http.MethodPost, "/auth/sign-in", (*Handler).signIn},
		{http.MethodPost, "/auth/sign-out", (*Handler).signOut},
		{http.MethodPost, "/auth/accept", (*Handler).accept},
		{http.MethodGet, "/auth/me", (*Handler).me},
		{http.MethodGet, "/auth/oidc/{issuer}/start", (*Handler).startOIDC},
		{http.MethodGet, "/auth/oidc/{issuer}/callback", (*Handler).finishOIDC},
	}
}

type signInRequest struct {
	Name     string `json:"name" doc:"Your e-mail address."`
	Password string `json:"password"`
	Code     string `json:"code,omitempty" doc:"What your authenticator app shows, if you have set one up."`
}

func (h *Handler) signIn(c *call) error {
	secure, err := h.guarded(c)
	if err != nil {
		return err
	}
	var ask signInRequest
	if err := c.decode(&ask); err != nil {
		return err
	}
	try := signin.Try{Name: ask.Name, Password: ask.Password, Code: ask.Code, From: address(c.r)}
	if cookie, err := c.r.Cookie(deviceCookie(secure)); err == nil {
		try.Device = cookie.Value
	}
	in, err := h.Desk.Password(c.ctx, try)
	if err != nil {
		return tooOften(c, err)
	}
	return h.signedIn(c, in.Secret, in.Session, secure, func() error {
		setCookie(c.w, deviceCookie(secure), in.Device, secure, h.Now().Add(signin.DeviceLasts))
		return h.tellMe(c, in.Secret)
	})
}

// signedIn gives the browser its session and then answers.
func (h *Handler) signedIn(c *call, secret string, session auth.Session, secure bool, answer func() error) error {
	c.trip.key = session.ID
	h.shown.of(address(c.r), secret).wasRight()
	setCookie(c.w, sessionCookie(secure), secret, secure, session.Ends())
	h.Log.InfoContext(c.ctx, "signed in", "person", session.Person, "session", session.ID, "request_id", c.trip.id)
	return answer()
}

// signOut ends the caller's session. Whoever has none is signed out already.
func (h *Handler) signOut(c *call) error {
	secure, err := h.guarded(c)
	if err != nil {
		return err
	}
	setCookie(c.w, sessionCookie(secure), "", secure, time.Time{})
	err = h.admit(c)
	if archwire.CodeOf(err) == archwire.Denied {
		c.w.Header().Del("WWW-Authenticate")
		return c.told(http.StatusNoContent, nil)
	}
	if err != nil {
		return err
	}
	if c.scope.Person().ID != "" {
		if err := h.Desk.SignOut(c.ctx, c.scope.Key()); err != nil {
			return err
		}
	}
	return c.told(http.StatusNoContent, nil)
}

type acceptRequest struct {
	Invitation string `json:"invitation" doc:"The invitation, which begins with awi_."`
	Password   string `json:"password" doc:"The password that you choose: at least 12 characters."`
	TOTP       bool   `json:"totp,omitempty" doc:"Whether you will show a code of an authenticator app, too, from then on."`
}

type acceptDoc struct {
	TOTP string `json:"totp,omitempty" doc:"The secret of the codes for an authenticator app, commonly shown as a picture. It is told this once."`
}

func (h *Handler) accept(c *call) error {
	if _, err := h.guarded(c); err != nil {
		return err
	}
	var ask acceptRequest
	if err := c.decode(&ask); err != nil {
		return err
	}
	uri, err := h.Desk.Accept(c.ctx, ask.Invitation, ask.Password, ask.TOTP, address(c.r))
	if err != nil {
		return tooOften(c, err)
	}
	return c.told(http.StatusOK, acceptDoc{uri})
}

// tooOften tells who tried too often when to try again.
func tooOften(c *call, err error) error {
	slow, ok := errors.AsType[*signin.Slow](err)
	if !ok {
		return err
	}
	seconds := int(math.Ceil(slow.Wait.Seconds()))
	c.w.Header().Set("Retry-After", strconv.Itoa(seconds))
	p := problem(kindRate, "There were too many tries to sign in.")
	p.Hint = fmt.Sprintf("Wait %d s.", seconds)
	return p
}

// meDoc is who somebody is who has signed in.
type meDoc struct {
	Person string    `json:"person" doc:"Names you in the ledger and in grants."`
	Name   string    `json:"name" doc:"Your e-mail address."`
	Roles  []roleDoc `json:"roles" doc:"What you are, and where."`
}

type roleDoc struct {
	Membership string           `json:"membership" doc:"Names the role as the person has it; the ledger names it where a grant would stand."`
	Role       auth.Role        `json:"role" enum:"operator,practice_admin,practice_user,partner"`
	Tenant     string           `json:"tenant,omitempty" doc:"Whose role it is, of a role in a practice."`
	Client     string           `json:"client,omitempty" doc:"For whom a partner calls."`
	Profile    archwire.Profile `json:"profile,omitempty" doc:"What it opens, if not what the role does by itself." enum:"aggregate,pseudonymous,identified"`
}

func roleDocs(roles []auth.Membership) []roleDoc {
	out := []roleDoc{}
	for _, m := range roles {
		out = append(out, roleDoc{m.ID, m.Role, m.Tenant, m.Client, m.Profile})
	}
	return out
}

func (h *Handler) me(c *call) error {
	if err := h.admit(c); err != nil {
		return err
	}
	return c.tellPerson()
}

// tellMe tells who holds the session of that secret.
func (h *Handler) tellMe(c *call, secret string) (err error) {
	if c.scope, err = h.Authorizer.Authorize(c.ctx, secret, address(c.r)); err != nil {
		return err
	}
	return c.tellPerson()
}

func (c *call) tellPerson() error {
	p := c.scope.Person()
	if p.ID == "" {
		return notFound("", "A key belongs to a client, not to a person.", "/v1/grants says what the client may see.")
	}
	return c.told(http.StatusOK, meDoc{p.ID, p.Name, roleDocs(p.Roles)})
}

// startOIDC sends the browser to an issuer.
func (h *Handler) startOIDC(c *call) error {
	secure, err := h.safe(c)
	if err != nil {
		return err
	}
	p, err := parseParameters(c.r.URL.RawQuery, []string{"to"}, false)
	if err != nil {
		return err
	}
	to, err := p.one("to")
	if err != nil {
		return err
	}
	if to == "" {
		to = "/docs"
	}
	if !local(to) {
		return wrong("to", "to is not a path of this server.", "Begin it with a single slash.")
	}
	where, carried, err := h.Desk.Start(c.ctx, c.name, h.callback(c.r), to, address(c.r))
	if err != nil {
		return tooOften(c, err)
	}
	setCookie(c.w, journeyCookie(secure), carried, secure, h.Now().Add(signin.JourneyLasts))
	return c.sendTo(where)
}

// finishOIDC takes the browser back from an issuer.
func (h *Handler) finishOIDC(c *call) error {
	secure, err := h.safe(c)
	if err != nil {
		return err
	}
	carried := ""
	if cookie, err := c.r.Cookie(journeyCookie(secure)); err == nil {
		carried = cookie.Value
	}
	setCookie(c.w, journeyCookie(secure), "", secure, time.Time{})
	q := c.r.URL.Query() // an issuer may send more than we know of
	secret, session, to, err := h.Desk.Finish(c.ctx, signin.Return{
		Name: c.name, Callback: h.callback(c.r), Carried: carried,
		State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), From: address(c.r),
	})
	if err != nil {
		return tooOften(c, err)
	}
	return h.signedIn(c, secret, session, secure, func() error { return c.sendTo(to) })
}

// sendTo sends the browser elsewhere.
func (c *call) sendTo(where string) error {
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("Referrer-Policy", "no-referrer")
	c.w.Header().Set("Location", where)
	c.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// local says whether a browser takes text for a path of this server.
func local(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
}
