package door

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/office"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/signin"
)

// SignInRequest is what is shown at the desk.
type SignInRequest struct {
	Name     string `json:"name" doc:"Your e-mail address."`
	Password string `json:"password"`
	Code     string `json:"code,omitempty" doc:"What your authenticator app shows, if you have set one up."`
}

// SignIn answers POST /auth/sign-in.
func (h *Handler) SignIn(c *Call) error {
	secure, err := h.guarded(c)
	if err != nil {
		return err
	}
	var ask SignInRequest
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
func (h *Handler) signedIn(c *Call, secret string, session auth.Session, secure bool, answer func() error) error {
	c.Tell(session.ID)
	setCookie(c.W, SessionCookie(secure), secret, secure, session.Ends())
	h.Log.InfoContext(c.Ctx, "signed in", "person", session.Person, "session", session.ID, "request_id", c.ID)
	return answer()
}

// SignOut ends the caller's session. Whoever has none is signed out already.
func (h *Handler) SignOut(c *Call) error {
	secure, err := h.guarded(c)
	if err != nil {
		return err
	}
	setCookie(c.W, SessionCookie(secure), "", secure, time.Time{})
	err = c.Admit()
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

// AcceptRequest is what is shown with an invitation.
type AcceptRequest struct {
	Invitation string `json:"invitation" doc:"The invitation, which begins with awi_."`
	Password   string `json:"password" doc:"The password that you choose: at least 12 characters."`
	TOTP       bool   `json:"totp,omitempty" doc:"Whether you will show a code of an authenticator app, too, from then on."`
}

// AcceptDoc is what is told of an invitation that was accepted.
type AcceptDoc struct {
	TOTP string `json:"totp,omitempty" doc:"The secret of the codes for an authenticator app, commonly shown as a picture. It is told this once."`
}

// Accept answers POST /auth/accept.
func (h *Handler) Accept(c *Call) error {
	if _, err := h.guarded(c); err != nil {
		return err
	}
	var ask AcceptRequest
	if err := c.Decode(&ask); err != nil {
		return err
	}
	uri, err := h.Desk.Accept(c.Ctx, ask.Invitation, ask.Password, ask.TOTP, request.Address(c.R))
	if err != nil {
		return tooOften(c, err)
	}
	return c.Told(http.StatusOK, AcceptDoc{uri})
}

// tooOften tells who tried too often when to try again.
func tooOften(c *Call, err error) error {
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

// MeDoc is who somebody is who has signed in.
type MeDoc struct {
	Person string           `json:"person" doc:"Names you in the ledger and in grants."`
	Name   string           `json:"name" doc:"Your e-mail address."`
	Roles  []office.RoleDoc `json:"roles" doc:"What you are, and where."`
}

// Me answers /auth/me.
func (h *Handler) Me(c *Call) error {
	if err := c.Admit(); err != nil {
		return err
	}
	return c.tellPerson()
}

// tellMe tells who holds the session of that secret.
func (h *Handler) tellMe(c *Call, secret string) (err error) {
	if c.Scope, err = h.Authorizer.Authorize(c.Ctx, secret, request.Address(c.R)); err != nil {
		return err
	}
	return c.tellPerson()
}

func (c *Call) tellPerson() error {
	p := c.Scope.Person()
	if p.ID == "" {
		return problem.NotFound("", "A key belongs to a client, not to a person.", "/v1/grants says what the client may see.")
	}
	return c.Told(http.StatusOK, MeDoc{p.ID, p.Name, office.RoleDocs(p.Roles)})
}
