package web

import (
	"net/http"
	"net/url"

	"archwire/internal/serve/web/ask"
)

func doGrants(v *visit) error {
	t, ok, err := v.administered()
	if !ok {
		return err
	}
	if v.form.Get("do") == "revoke" {
		return v.revoke(t)
	}
	narrows := v.form.Get("narrows")
	body, err := v.grantBody(t)
	if err == nil && narrows != "" {
		err = v.narrower(t, narrows, body)
	}
	if err != nil {
		return v.refusedGrant(t, err)
	}
	a, err := v.ask.Send(v.ctx, http.MethodPost, "/v1/grants", body)
	if err != nil {
		return v.refusedGrant(t, err)
	}
	if narrows == "" {
		return v.redirect(v.pathAt("grants", t, "done", "granted"))
	}
	var made grant
	if err := a.Into(&made); err != nil {
		return err
	}
	if made.Grant == narrows {
		return v.refusedGrant(t, &ask.Problem{Status: http.StatusBadRequest, Detail: "This is what is granted already.", Hint: "Choose less, or revoke it."})
	}
	if _, err := v.ask.Send(v.ctx, http.MethodDelete, "/v1/grants/"+url.PathEscape(narrows), nil); err != nil {
		return v.refusedGrant(t, err)
	}
	return v.redirect(v.pathAt("grants", t, "done", "narrowed"))
}

func (v *visit) revoke(t tenant) error {
	if _, err := v.ask.Send(v.ctx, http.MethodDelete, "/v1/grants/"+url.PathEscape(v.form.Get("grant")), nil); err != nil {
		return v.refusedGrant(t, err)
	}
	return v.redirect(v.pathAt("grants", t, "done", "revoked"))
}

// refusedGrant shows the page again, with the form as it was sent.
func (v *visit) refusedGrant(t tenant, err error) error {
	p, ok := refusal(err)
	if !ok {
		return err
	}
	grants, _, err := asked[[]grant](v, "/v1/grants", v.of(t))
	if err != nil {
		return err
	}
	return v.grants(p.Status, t, grants, sentForm(v, t), p)
}
