package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strings"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/signin"
	"archwire/internal/state"
)

// demoPeople are who can sign in to a demo, with the password of all of them.
type demoPeople struct {
	Owner    string `json:"owner"`    // the admin of the first practice
	Operator string `json:"operator"` // of the vendor
	Password string `json:"password"`
}

// demoPeople lets an admin of the first practice and an operator in, with a new
// password. Those of an earlier demo keep their roles.
func (a *app) demoPeople(ctx context.Context, p *project.Project) (people demoPeople, err error) {
	st, err := a.openState(ctx, p)
	if err != nil {
		return people, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	const letters = 20
	people = demoPeople{Owner: "owner@example.com", Operator: "operator@example.com", Password: strings.ToLower(rand.Text()[:letters])}
	hash := signin.DefaultCost().HashPassword(people.Password)
	for name, role := range map[string]state.NewRole{
		people.Owner:    {Role: auth.PracticeAdmin, Tenant: "1", By: state.Operator(a.User)},
		people.Operator: {Role: auth.Operator, By: state.Operator(a.User)},
	} {
		person, _, err := st.AddPerson(ctx, state.NewPerson{Name: name, By: state.Operator(a.User), Roles: []state.NewRole{role}})
		if archwire.CodeOf(err) == archwire.Conflict {
			person, err = st.Person(ctx, name)
		}
		if err != nil {
			return people, err
		}
		if err := st.SetPassword(ctx, person.ID, hash); err != nil {
			return people, err
		}
	}
	return people, nil
}

// link opens a page for one of the people; / is their first. What follows the # stays in
// the browser, which fills the form of signing in with it.
func (d demoPeople) link(base, page, name string) string {
	to := ""
	if page != "/" {
		to = "?" + url.Values{"to": {page}}.Encode()
	}
	return base + "/sign-in" + to + "#" + url.Values{"name": {name}, "password": {d.Password}}.Encode()
}
