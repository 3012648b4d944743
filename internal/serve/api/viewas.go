package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/problem"
)

// viewAs has an operator who asks for it look at things as somebody else. Nothing is
// changed so.
func (h *Handler) viewAs(c *call) error {
	given := c.R.Header.Values(describe.ViewAs)
	if len(given) == 0 {
		return nil
	}
	v, ok := auth.ParseView(given[0])
	if !ok || len(given) > 1 {
		return problem.Wrong(describe.ViewAs, describe.ViewAs+" does not name one whom to look at things as.",
			"Send a tenant by its noun, such as practice=17 or practice=17;role=practice_user, or client=NAME.")
	}
	scope, err := h.seenAs(c.Ctx, c.Scope, v)
	if err != nil {
		return err
	}
	if c.R.Method != http.MethodGet && c.R.Method != http.MethodHead {
		p := problem.New(problem.KindForbidden, "Whoever looks at things as somebody else changes nothing.")
		p.Field, p.Hint = describe.ViewAs, "Leave the header out to do it as who you are."
		return p
	}
	c.Scope = scope
	c.W.Header().Set(describe.ViewingAs, v.String())
	return nil
}

// seenAs is what a caller sees as somebody else; as oneself where v is zero.
func (h *Handler) seenAs(ctx context.Context, s auth.Scope, v auth.View) (auth.Scope, error) {
	if v == (auth.View{}) {
		return s, nil
	}
	return h.Authorizer.As(ctx, s, v)
}

// viewable makes sure that there is such a tenant as is looked at.
func (c *call) viewable() error {
	v, noun := c.Scope.Viewing(), c.ed.Manifest.Noun
	if v.Tenant == "" {
		return nil
	}
	if _, known := slices.BinarySearch(c.ed.Tenants, v.Tenant); known && v.Noun == noun.Singular {
		return nil
	}
	return problem.NotFound(describe.ViewAs, "There is nobody here to look at things as.",
		fmt.Sprintf("Send %s=ID; /v1/operator/tenants lists them.", noun.Singular))
}
