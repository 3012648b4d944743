package door

import (
	"net/http"
	"time"

	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/signin"
)

// StartOIDC sends the browser to an issuer.
func (h *Handler) StartOIDC(c *Call) error {
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
	if !request.Local(to) {
		return problem.Wrong("to", "to is not a path of this server.", "Begin it with a single slash.")
	}
	where, carried, err := h.Desk.Start(c.Ctx, c.Name, h.callback(c.R), to, request.Address(c.R))
	if err != nil {
		return tooOften(c, err)
	}
	setCookie(c.W, journeyCookie(secure), carried, secure, h.Now().Add(signin.JourneyLasts))
	return c.sendTo(where)
}

// FinishOIDC takes the browser back from an issuer.
func (h *Handler) FinishOIDC(c *Call) error {
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
func (c *Call) sendTo(where string) error {
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	c.W.Header().Set("Location", where)
	c.W.WriteHeader(http.StatusSeeOther)
	return nil
}
