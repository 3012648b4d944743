package web

import (
	"net/http"

	"archwire/internal/serve/web/ask"
)

// An acceptance is what the page of accepting an invitation shows.
type acceptance struct {
	Invitation string
	Codes      string // the secret of codes, once it is made
	Done       bool
	Problem    *ask.Problem
}

func showAccept(v *visit) error { return v.render("accept", acceptance{}) }

// doAccept chooses a password by an invitation.
func doAccept(v *visit) error {
	page := acceptance{Invitation: v.form.Get("invitation")}
	if v.form.Get("password") != v.form.Get("again") {
		page.Problem = &ask.Problem{Status: http.StatusBadRequest, Detail: "The two passwords differ.", Hint: "Type the same twice."}
		return v.renderStatus(http.StatusBadRequest, "accept", page)
	}
	a, err := v.ask.Send(v.ctx, http.MethodPost, "/auth/accept", map[string]any{
		"invitation": page.Invitation, "password": v.form.Get("password"), "totp": v.form.Get("codes") != "",
	})
	if err != nil {
		p, ok := refusal(err)
		if !ok {
			return err
		}
		page.Problem = p
		return v.renderStatus(p.Status, "accept", page)
	}
	var made struct {
		TOTP string `json:"totp"`
	}
	if err := a.Into(&made); err != nil {
		return err
	}
	return v.render("accept", acceptance{Done: true, Codes: made.TOTP})
}
