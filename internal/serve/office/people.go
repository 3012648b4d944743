package office

import (
	"context"
	"net/http"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/problem"
	"archwire/internal/state"
)

type personRequest struct {
	Name    string           `json:"name"`
	Role    auth.Role        `json:"role"`
	Client  string           `json:"client"`
	Profile archwire.Profile `json:"profile"`
}

// PersonDoc is a person as those see it who administer where the person has a
// role.
type PersonDoc struct {
	Person     string     `json:"person" doc:"Names the person."`
	Name       string     `json:"name" doc:"The person's e-mail address."`
	Invitation string     `json:"invitation,omitempty" doc:"By which the person chooses a password at /auth/accept, within a week. It is told this once: hand it to nobody else."`
	Roles      []RoleDoc  `json:"roles" doc:"The roles of the person that you administer."`
	TOTP       bool       `json:"totp" doc:"Whether the person must show a code, too."`
	CreatedAt  time.Time  `json:"created_at" doc:"When the person was invited."`
	DisabledAt *time.Time `json:"disabled_at" nullable:"true" doc:"Since when the person cannot sign in; null while they can."`
}

func personDocOf(p auth.Person, seen func(auth.Membership) bool) PersonDoc {
	roles := slices.DeleteFunc(slices.Clone(p.Roles), func(m auth.Membership) bool { return !seen(m) })
	return PersonDoc{Person: p.ID, Name: p.Name, Roles: RoleDocs(roles), TOTP: p.TOTP, CreatedAt: p.CreatedAt.UTC(), DisabledAt: optional(p.DisabledAt)}
}

// administers says whether the caller gives and takes that role.
func (c *Call) administers(m auth.Membership) bool {
	return c.Scope.Operates() || m.Role.OfPractice() && c.Scope.Administers(m.Tenant)
}

// AddPerson answers POST /v1/people.
func (h *Handler) AddPerson(c *Call) error {
	var ask personRequest
	body, tenant, err := c.posted(&ask)
	if err != nil {
		return err
	}
	role := state.NewRole{Role: ask.Role, Client: ask.Client, Profile: ask.Profile, By: c.by()}
	if !slices.Contains(auth.Roles(), ask.Role) {
		return problem.Wrong("role", "There is no such role.", "It takes "+problem.Either(auth.Roles())+".")
	}
	switch {
	case ask.Role.OfPractice():
		if role.Tenant, err = c.practice(tenant); err != nil {
			return err
		}
		if !c.Scope.MayHandOn(role.Tenant, role.Opens()) {
			return forbidden()
		}
	case !c.Scope.Operates():
		return forbidden()
	default:
		role.Tenant = tenant // which no other role has: the office says so
	}
	return h.once(c.Call, body, nil, func(ctx context.Context) (int, any, error) {
		p, invitation, err := h.Store.AddPerson(ctx, state.NewPerson{Name: ask.Name, By: c.by(), Roles: []state.NewRole{role}})
		if err != nil {
			return 0, nil, err
		}
		h.noted(c.Call, "person invited", p.ID)
		doc := personDocOf(p, c.administers)
		doc.Invitation = invitation
		return http.StatusCreated, doc, nil
	})
}

// ListPeople answers GET /v1/people.
func (h *Handler) ListPeople(c *Call) error {
	tenant, err := c.asked()
	if err != nil {
		return err
	}
	people, err := h.Store.People(c.Ctx, tenant)
	if err != nil {
		return err
	}
	out := []PersonDoc{}
	for _, p := range people {
		out = append(out, personDocOf(p, func(m auth.Membership) bool {
			return c.administers(m) && (tenant == "" || m.Tenant == tenant)
		}))
	}
	return c.listed(out, "")
}

// DropPerson answers DELETE /v1/people/{person}: it takes away the roles that the
// caller administers. Somebody with none left cannot sign in.
func (h *Handler) DropPerson(c *Call) error {
	tenant, err := c.asked()
	if err != nil {
		return err
	}
	err = h.Store.EndRoles(c.Ctx, c.Name, func(m auth.Membership) bool { return c.administers(m) && (tenant == "" || m.Tenant == tenant) })
	if archwire.CodeOf(err) == archwire.NotFound {
		return problem.NotFound("person", "There is no such person.", "/v1/people lists those that you administer.")
	}
	if err != nil {
		return err
	}
	h.noted(c.Call, "person removed", c.Name)
	return c.Told(http.StatusNoContent, nil)
}
