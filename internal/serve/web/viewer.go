package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
)

// A person is who looks, as /auth/me tells it.
type person struct {
	ID    string `json:"person"`
	Name  string `json:"name"`
	Roles []role `json:"roles"`
}

// A role is what a person is, and where.
type role struct {
	Role    string `json:"role"`
	Tenant  string `json:"tenant"`
	Client  string `json:"client"`
	Profile string `json:"profile"`
}

func (p person) has(name string) bool {
	return slices.ContainsFunc(p.Roles, func(r role) bool { return r.Role == name })
}

// sees says whether pages of that area exist for the person.
func (p person) sees(a area) bool {
	switch a {
	case open, signedIn:
		return true
	case admins:
		return p.has("practice_admin") || p.has("operator")
	case operators:
		return p.has("operator")
	}
	return false
}

// A noun is the project's word for a tenant.
type noun struct {
	Singular string `json:"noun"`
	Plural   string `json:"plural"`
}

// A service is the front page of the API.
type service struct {
	Project   string `json:"project"`
	Noun      noun   `json:"tenant"`
	Profile   string `json:"profile"`
	Published string `json:"published_at"`
	meta      meta
}

// A meta is where an answer comes from.
type meta struct {
	Publication string   `json:"publication"`
	AsOf        string   `json:"as_of"`
	DataThrough string   `json:"data_through"`
	Verified    verified `json:"verified"`
}

// verified is what was proved about the copy before it was published.
type verified struct {
	Method string `json:"method"`
	Tables int    `json:"tables"`
	Checks int    `json:"checks"`
	At     string `json:"at"`
}

// A tenant is one that opens to the viewer.
type tenant struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Timezone string `json:"timezone"`
}

// recognize finds out who looks and what there is: dashboards and tenants. Operators are
// recognized while nothing is in service, too.
func (v *visit) recognize() error {
	if err := v.meet(); err != nil || v.unserved != nil {
		return err
	}
	a, err := v.ask.Get(v.ctx, "/v1/"+url.PathEscape(v.service.Noun.Plural), nil)
	if err != nil {
		return err
	}
	doc := struct {
		Data *[]tenant `json:"data"`
	}{&v.tenants}
	return a.Into(&doc)
}

func (v *visit) meet() error {
	var front, boards error
	err := ask.Do(
		v.whoLooks,
		func() error { front = v.frontPage(); return nil },
		func() error { v.dashboards, boards = fill.Dashboards(v.ctx, v.ask); return nil },
	)
	if err != nil {
		return err
	}
	err = cmp.Or(front, boards)
	if p, ok := errors.AsType[*ask.Problem](err); ok && p.Status == http.StatusServiceUnavailable && v.me.sees(operators) {
		v.unserved = p
		v.service = service{Project: v.h.Project, Noun: noun(v.h.Noun)}
		return nil
	}
	return err
}

func (v *visit) whoLooks() error {
	a, err := v.ask.Get(v.ctx, "/auth/me", nil)
	if err != nil {
		return err
	}
	if err := a.Into(&v.me); err != nil {
		return err
	}
	v.me = v.me.as(v.ask.As)
	return nil
}

func (v *visit) frontPage() error {
	a, err := v.ask.Get(v.ctx, "/v1", nil)
	if err != nil {
		return err
	}
	doc := struct {
		Data *service `json:"data"`
		Meta *meta    `json:"meta"`
	}{&v.service, &v.service.meta}
	return a.Into(&doc)
}
