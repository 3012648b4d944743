package web

import (
	"net/http"
	"net/url"

	"archwire/internal/serve/web/ask"
)

// A signIn is what the page of signing in shows.
type signIn struct {
	To      string
	Name    string
	Problem *ask.Problem
	Issuers []issuer
}

// An issuer is somebody by whom people can sign in.
type issuer struct{ Name, To string }

func (v *visit) signIn(to string) signIn {
	to = local(to)
	if to == "" {
		to = "/"
	}
	out := signIn{To: to}
	for _, name := range v.h.Issuers {
		start := "/auth/oidc/" + url.PathEscape(name) + "/start?" + url.Values{"to": {to}}.Encode()
		out.Issuers = append(out.Issuers, issuer{capital(name), start})
	}
	return out
}

func showSignIn(v *visit) error {
	return v.render("signin", v.signIn(v.r.URL.Query().Get("to")))
}

// doSignIn shows the API what was typed, and hands its cookies on to the browser.
func doSignIn(v *visit) error {
	a, err := v.ask.Send(v.ctx, http.MethodPost, "/auth/sign-in", map[string]string{
		"name": v.form.Get("name"), "password": v.form.Get("password"), "code": v.form.Get("code"),
	})
	page := v.signIn(v.form.Get("to"))
	if err != nil {
		return v.refusedSignIn(page, err)
	}
	v.takeCookies(a)
	v.endViewing()
	return v.redirect(page.To)
}

// refusedSignIn shows the page again, with the API's sentence.
func (v *visit) refusedSignIn(page signIn, err error) error {
	p, ok := refusal(err)
	if !ok {
		return err
	}
	page.Name, page.Problem = v.form.Get("name"), p
	return v.renderStatus(p.Status, "signin", page)
}

// takeCookies hands the browser the cookies that an answer of the API sets.
func (v *visit) takeCookies(a ask.Answer) {
	for _, c := range a.Header.Values("Set-Cookie") {
		v.w.Header().Add("Set-Cookie", c)
	}
}

// toSignIn is where those go who have nothing else to see.
func toSignIn(v *visit) error { return v.redirect("/sign-in") }

func doSignOut(v *visit) error {
	a, err := v.ask.Send(v.ctx, http.MethodPost, "/auth/sign-out", nil)
	if err != nil {
		return err
	}
	v.takeCookies(a)
	v.endViewing()
	return v.redirect("/sign-in")
}
