package office

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/problem"
	"archwire/internal/state"
)

type grantRequest struct {
	Client string `json:"client"`
	openedRequest
}

// AddGrant answers POST /v1/grants.
func (h *Handler) AddGrant(c *Call) error {
	var ask grantRequest
	body, tenant, err := c.posted(&ask)
	if err != nil {
		return err
	}
	if tenant, err = c.grantTenant(tenant); err != nil {
		return err
	}
	n, err := h.newGrant(c, tenant, ask.openedRequest)
	if err != nil {
		return err
	}
	if strings.Contains(ask.Client, "/") && !strings.HasPrefix(ask.Client, tenant+"/") && !c.Scope.Operates() {
		return noSuchClient() // another tenant's own, whether it is there or not
	}
	return h.once(c.Call, body, func() error { return h.opensNow(c, n) }, func(ctx context.Context) (int, any, error) {
		made, err := h.Store.Grant(ctx, ask.Client, []state.NewGrant{n})
		if archwire.CodeOf(err) == archwire.NotFound {
			return 0, nil, noSuchClient()
		}
		if err != nil {
			return 0, nil, err
		}
		if len(made) == 1 {
			h.noted(c.Call, "grant made", made[0].ID)
			return http.StatusCreated, c.officeGrant(made[0]), nil
		}
		same, err := h.sameGrant(ctx, ask.Client, n)
		return http.StatusOK, c.officeGrant(same), err
	})
}

func noSuchClient() *problem.Problem {
	return problem.NotFound("client", "There is no client of that name.", "Ask the client how it is called here.")
}

// sameGrant finds the grant in force that says what n does.
func (h *Handler) sameGrant(ctx context.Context, client string, n state.NewGrant) (auth.Grant, error) {
	all, err := h.Store.Grants(ctx, client, n.Tenant)
	i := slices.IndexFunc(all, func(g auth.Grant) bool { return n.Says(g) && g.InForce(h.Now()) })
	if i < 0 && err == nil {
		err = &archwire.Error{Code: archwire.Conflict, Message: "The grant was revoked at the same time.", Hint: "Send the request again."}
	}
	if err != nil {
		return auth.Grant{}, err
	}
	return all[i], nil
}

// officeGrant is a grant as those see it who make it: with its client.
func (c *Call) officeGrant(g auth.Grant) map[string]any {
	doc := GrantDoc(c.Manifest.Noun, g)
	doc["client"], doc["granted_by"], doc["created_at"], doc["revoked_at"] = g.Client, g.GrantedBy, g.CreatedAt.UTC(), orNull(g.RevokedAt)
	return doc
}

func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}

// DropGrant answers DELETE /v1/grants/{grant}: the tenant takes it back, or the
// client gives it up. Whoever may do neither is told that there is none.
func (h *Handler) DropGrant(c *Call) error {
	g, err := h.Store.FindGrant(c.Ctx, c.Name)
	if err != nil && archwire.CodeOf(err) != archwire.NotFound {
		return err
	}
	ours := g.Tenant != auth.Everyone && c.Scope.Administers(g.Tenant) || c.Scope.Operates()
	theirs := g.Client != "" && g.Client == c.Scope.Client()
	if err != nil || !ours && !theirs {
		return problem.NotFound("grant", "There is no such grant.", "/v1/grants lists those that you hold or gave.")
	}
	if err := h.Store.RevokeGrants(c.Ctx, []string{g.ID}); err != nil {
		return err
	}
	h.noted(c.Call, "grant revoked", g.ID)
	return c.Told(http.StatusNoContent, nil)
}

// GrantsGiven answers /v1/grants for whoever administers the tenant, or all: the
// grants to all clients.
func (h *Handler) GrantsGiven(c *Call, tenant string) error {
	all, err := h.Store.Grants(c.Ctx, "", tenant)
	if err != nil {
		return err
	}
	out := []any{}
	for _, g := range all {
		out = append(out, c.officeGrant(g))
	}
	return c.listed(out, "")
}

// GivesGrants says whether a list of grants is about those that the caller gives,
// and of which tenant: not about those that it holds.
func (h *Handler) GivesGrants(c *Call) (tenant string, ok bool) {
	if h.Store == nil || !c.Scope.Operates() && len(c.Scope.Administered()) == 0 {
		return "", false
	}
	tenant, err := c.asked()
	return tenant, err == nil
}
