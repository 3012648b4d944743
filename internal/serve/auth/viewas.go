package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"archwire"
)

// A View names as whom an operator looks at things: as somebody of a tenant, or as a
// client. The zero View is as oneself.
type View struct {
	Noun   string // what tenants are called, as it was given
	Tenant string
	Role   Role // in the tenant

	Client string // instead of a tenant
}

// ParseView reads the words that name a view: client=NAME, NOUN=ID, which is as the
// tenant's admin, or NOUN=ID;role=practice_user.
func ParseView(text string) (v View, ok bool) {
	text, role, hasRole := strings.Cut(text, ";")
	name, value, _ := strings.Cut(text, "=")
	if name == "" || value == "" {
		return View{}, false
	}
	if name == "client" {
		return View{Client: value}, !hasRole
	}
	v = View{Noun: name, Tenant: value, Role: PracticeAdmin}
	if hasRole {
		word, given := strings.CutPrefix(role, "role=")
		v.Role = Role(word)
		if !given || !v.Role.OfPractice() {
			return View{}, false
		}
	}
	return v, value != Everyone
}

// String spells a view as ParseView reads it; "" is as oneself.
func (v View) String() string {
	switch {
	case v == View{}:
		return ""
	case v.Client != "":
		return "client=" + v.Client
	case v.Role == PracticeAdmin:
		return v.Noun + "=" + v.Tenant
	}
	return v.Noun + "=" + v.Tenant + ";role=" + string(v.Role)
}

// Viewing is as whom an operator looks at things; the zero View of everybody who does
// so as who they are.
func (s Scope) Viewing() View { return s.viewing }

// As is what the caller of s, an operator, sees who looks at things as somebody else:
// what that one sees, and of it no wider profile than the operator's own roles open. It
// is for reading only, which whoever takes requests sees to. For anybody but an
// operator, and for a client to whom nothing was ever granted, the error is of code
// NotFound.
//
// Who calls stays the operator: the scope has the operator's person, key and
// pseudonyms, and no client.
func (a *Authorizer) As(ctx context.Context, s Scope, v View) (Scope, error) {
	if !s.Operates() || s.viewing != (View{}) || v == (View{}) {
		return Scope{}, errNobody()
	}
	own := slices.DeleteFunc(slices.Clone(s.person.Roles), func(m Membership) bool { return m.Role != Operator })
	widest := widestOf(own)
	as := Scope{key: s.key, person: Person{ID: s.person.ID, Name: s.person.Name}, viewing: v}
	var grants []Grant
	var err error
	if v.Client != "" {
		if grants, err = a.keys.GrantsOf(ctx, v.Client); err != nil {
			return Scope{}, errUnavailable(err)
		}
	} else {
		// What is disclosed is disclosed by the operator's own role.
		m := Membership{ID: own[0].ID, Person: s.person.ID, Role: v.Role, Tenant: v.Tenant, Profile: widest, CreatedAt: own[0].CreatedAt}
		if g, ok := m.grant(); ok {
			as.person.Roles, grants = []Membership{m}, []Grant{g}
		}
	}
	if len(grants) == 0 {
		return Scope{}, errNobody()
	}
	as.reach, err = newReach(narrowed(grants, widest), a.now())
	if err != nil {
		return Scope{}, err
	}
	// What was answered to oneself, or as another, is not what is answered now.
	sum := sha256.Sum256([]byte(as.reach.digest + "\x00" + v.String()))
	as.reach.digest = hex.EncodeToString(sum[:16])
	return as, nil
}

// narrowed are grants that open no wider profile than that. One of a profile that
// there is not opens nothing, and stays.
func narrowed(grants []Grant, widest archwire.Profile) []Grant {
	grants = slices.Clone(grants)
	for i, g := range grants {
		if rank(g.Profile) > rank(widest) {
			grants[i].Profile = widest
		}
	}
	return grants
}

// widestOf is the widest profile that the roles of an operator open.
func widestOf(own []Membership) archwire.Profile {
	widest := archwire.Aggregate
	for _, m := range own {
		if g, ok := m.grant(); ok && rank(g.Profile) > rank(widest) {
			widest = g.Profile
		}
	}
	return widest
}

func errNobody() error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: "There is nobody here to look at things as.",
		Hint: "Operators name a tenant that there is, or a client that something was granted to.",
	}
}
