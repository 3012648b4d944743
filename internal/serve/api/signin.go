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
	"archwire/internal/serve/office"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
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
	if err := c.Decode(&ask); err != nil {
		return err
	}
	try := signin.Try{Name: ask.Name, Password: ask.Password, Code: ask.Code, From: request.Address(c.R)}
	if cookie, err := c.R.Cookie(deviceCookie(secure)); err == nil {
		try.Device = cookie.Value
	}
	in, err := h.Desk.Password(c.Ctx, try)
	if err != nil {
		return tooOften(c, err)
	}
	return h.signedIn(c, in.Secret, in.Session, secure, func() error {
		setCookie(c.W, deviceCookie(secure), in.Device, secure, h.Now().Add(signin.DeviceLasts))
		return h.tellMe(c, in.Secret)
	})
}

// signedIn gives the browser its session and then answers.
func (h *Handler) signedIn(c *call, secret string, session auth.Session, secure bool, answer func() error) error {
	c.trip.key = session.ID
	setCookie(c.W, sessionCookie(secure), secret, secure, session.Ends())
	h.Log.InfoContext(c.Ctx, "signed in", "person", session.Person, "session", session.ID, "request_id", c.ID)
	return answer()
}

// signOut ends the caller's session. Whoever has none is signed out already.
func (h *Handler) signOut(c *call) error {
	secure, err := h.guarded(c)
	if err != nil {
		return err
	}
	setCookie(c.W, sessionCookie(secure), "", secure, time.Time{})
	err = h.admit(c)
	if archwire.CodeOf(err) == archwire.Denied {
		c.W.Header().Del("WWW-Authenticate")
		return c.Told(http.StatusNoContent, nil)
	}
	if err != nil {
		return err
	}
	if c.Scope.Person().ID != "" {
		if err := h.Desk.SignOut(c.Ctx, c.Scope.Key()); err != nil {
			return err
		}
	}
	return c.Told(http.StatusNoContent, nil)
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
	if err := c.Decode(&ask); err != nil {
		return err
	}
	uri, err := h.Desk.Accept(c.Ctx, ask.Invitation, ask.Password, ask.TOTP, request.Address(c.R))
	if err != nil {
		return tooOften(c, err)
	}
	return c.Told(http.StatusOK, acceptDoc{uri})
}

// tooOften tells who tried too often when to try again.
func tooOften(c *call, err error) error {
	slow, ok := errors.AsType[*signin.Slow](err)
	if !ok {
		return err
	}
	seconds := int(math.Ceil(slow.Wait.Seconds()))
	c.W.Header().Set("Retry-After", strconv.Itoa(seconds))
	p := problem.New(problem.KindRate, "There were too many tries to sign in.")
	p.Hint = fmt.Sprintf("Wait %d s.", seconds)
	return p
}

// meDoc is who somebody is who has signed in.
type meDoc struct {
	Person string           `json:"person" doc:"Names you in the ledger and in grants."`
	Name   string           `json:"name" doc:"Your e-mail address."`
	Roles  []office.RoleDoc `json:"roles" doc:"What you are, and where."`
}

func (h *Handler) me(c *call) error {
	if err := h.admit(c); err != nil {
		return err
	}
	return c.tellPerson()
}

// tellMe tells who holds the session of that secret.
func (h *Handler) tellMe(c *call, secret string) (err error) {
	if c.Scope, err = h.Authorizer.Authorize(c.Ctx, secret, request.Address(c.R)); err != nil {
		return err
	}
	return c.tellPerson()
}

func (c *call) tellPerson() error {
	p := c.Scope.Person()
	if p.ID == "" {
		return problem.NotFound("", "A key belongs to a client, not to a person.", "/v1/grants says what the client may see.")
	}
	return c.Told(http.StatusOK, meDoc{p.ID, p.Name, office.RoleDocs(p.Roles)})
}

// startOIDC sends the browser to an issuer.
func (h *Handler) startOIDC(c *call) error {
	secure, err := h.safe(c)
	if err != nil {
		return err
	}
	p, err := request.Parse(c.R.URL.RawQuery, []string{"to"}, false)
	if err != nil {
		return err
	}
	to, err := p.One("to")
	if err != nil {
		return err
	}
	if to == "" {
		to = "/docs"
	}
	if !local(to) {
		return problem.Wrong("to", "to is not a path of this server.", "Begin it with a single slash.")
	}
	where, carried, err := h.Desk.Start(c.Ctx, c.Name, h.callback(c.R), to, request.Address(c.R))
	if err != nil {
		return tooOften(c, err)
	}
	setCookie(c.W, journeyCookie(secure), carried, secure, h.Now().Add(signin.JourneyLasts))
	return c.sendTo(where)
}

// finishOIDC takes the browser back from an issuer.
func (h *Handler) finishOIDC(c *call) error {
	secure, err := h.safe(c)
	if err != nil {
		return err
	}
	carried := ""
	if cookie, err := c.R.Cookie(journeyCookie(secure)); err == nil {
		carried = cookie.Value
	}
	setCookie(c.W, journeyCookie(secure), "", secure, time.Time{})
	q := c.R.URL.Query() // an issuer may send more than we know of
	secret, session, to, err := h.Desk.Finish(c.Ctx, signin.Return{
		Name: c.Name, Callback: h.callback(c.R), Carried: carried,
		State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), From: request.Address(c.R),
	})
	if err != nil {
		return tooOften(c, err)
	}
	return h.signedIn(c, secret, session, secure, func() error { return c.sendTo(to) })
}

// sendTo sends the browser elsewhere.
func (c *call) sendTo(where string) error {
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	c.W.Header().Set("Location", where)
	c.W.WriteHeader(http.StatusSeeOther)
	return nil
}

// local says whether a browser takes text for a path of this server.
func local(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
}
