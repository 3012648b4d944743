package web

import (
	"net/url"
	"slices"
)

// administered is the tenant that a page of admins is about: the one that its address
// names, or the only one. chosen is false where there are several: then the viewer was
// asked which.
func (v *visit) administered() (t tenant, chosen bool, err error) {
	n := v.service.Noun.Singular
	id := v.r.URL.Query().Get(n)
	if v.form != nil {
		id = v.form.Get(n)
	}
	var own []string
	for _, r := range v.me.Roles {
		if r.Role == "practice_admin" && !slices.Contains(own, r.Tenant) {
			own = append(own, r.Tenant)
		}
	}
	if id == "" && len(own) == 1 && !v.me.has("operator") {
		id = own[0]
	}
	if id == "" && len(v.tenants) == 1 {
		id = v.tenants[0].ID
	}
	if id == "" {
		return t, false, v.redirect("/switch?to=" + escaped(v.r.URL.Path))
	}
	i := slices.IndexFunc(v.tenants, func(t tenant) bool { return t.ID == id })
	if i < 0 || !v.me.has("operator") && !slices.Contains(own, id) {
		return t, false, notThere()
	}
	return v.tenants[i], true, nil
}

// pathAt is a page of admins about a tenant, with further parameters in pairs.
func (v *visit) pathAt(page string, t tenant, more ...string) string {
	q := url.Values{v.service.Noun.Singular: {t.ID}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "/" + v.service.Noun.Singular + "/" + page + "?" + q.Encode()
}

// of is the tenant as a parameter of the API.
func (v *visit) of(t tenant) url.Values { return url.Values{v.service.Noun.Singular: {t.ID}} }

// readOnly says whether nothing can be changed, since the viewer looks at things as
// somebody else.
func (v *visit) readOnly() bool { return v.ask.As != "" }

// doneWords say what was done, by the word that the address has of it.
var doneWords = map[string]string{
	"granted": "It is granted, and opens within a second.", "narrowed": "The narrower grant opens in place of the wider one.",
	"revoked": "It opens nothing any more, within a second.", "dropped": "They cannot see this any more, within a second.",
	"key-revoked": "The key opens nothing any more, within a second.",
}

// done is what was done just now, after a redirect.
func (v *visit) done() string { return doneWords[v.r.URL.Query().Get("done")] }
