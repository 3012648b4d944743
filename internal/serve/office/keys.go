package office

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/state"
)

type keyRequest struct {
	Client   string         `json:"client"`
	Expires  *string        `json:"expires"`
	Networks []string       `json:"networks"`
	Grant    *openedRequest `json:"grant"`
}

// KeyDoc is a key as those see it who give it.
type KeyDoc struct {
	Secret    string     `json:"secret,omitempty" doc:"The key itself. It is told this once: to whoever made it, and to a repetition of that request."`
	ID        string     `json:"key" doc:"Names the key."`
	Client    string     `json:"client" doc:"Whose it is. What it opens is what the client's grants say."`
	Networks  []string   `json:"networks" doc:"Where it may be used from; none is everywhere."`
	CreatedAt time.Time  `json:"created_at" doc:"When it was made."`
	ExpiresAt *time.Time `json:"expires_at" nullable:"true" doc:"From when on it opens nothing; null is never."`
	UsedAt    *time.Time `json:"used_at" nullable:"true" doc:"About when it was last used."`
	RevokedAt *time.Time `json:"revoked_at" nullable:"true" doc:"Since when it opens nothing; null while it is not revoked."`
}

func keyDocOf(k auth.Key) KeyDoc {
	doc := KeyDoc{
		ID: k.ID, Client: k.Client, Networks: []string{}, CreatedAt: k.CreatedAt.UTC(),
		ExpiresAt: optional(k.ExpiresAt), UsedAt: optional(k.UsedAt), RevokedAt: optional(k.RevokedAt),
	}
	for _, n := range k.Networks {
		doc.Networks = append(doc.Networks, n.String())
	}
	return doc
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// ownClient is the name of a tenant's own client: those of different tenants never
// have the same.
func ownClient(tenant, name string) string {
	if own := tenant + "/"; !strings.HasPrefix(name, own) {
		return own + name
	}
	return name
}

// AddKey answers POST /v1/keys: a key of a tenant's own client, with a grant of the
// tenant where one is asked for.
func (h *Handler) AddKey(c *Call) error {
	var ask keyRequest
	body, tenant, err := c.posted(&ask)
	if err != nil {
		return err
	}
	if tenant, err = c.practice(tenant); err != nil {
		return err
	}
	n := state.NewKey{Client: ownClient(tenant, ask.Client), Tenant: tenant}
	if ask.Client == "" || !request.Readable(ask.Client) {
		return problem.Wrong("client", "A key needs the name of a client.", "Choose one for the program that is to use it; a further key of the same client has the same name.")
	}
	if n.Expires, err = request.End("expires", ask.Expires); err != nil {
		return err
	}
	for _, text := range ask.Networks {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return problem.Wrong("networks", problem.Clip(text)+" is not a network.", "Write networks as 203.0.113.0/24 or 2001:db8::/32.")
		}
		n.Networks = append(n.Networks, network)
	}
	if ask.Grant != nil {
		g, err := h.newGrant(c, tenant, *ask.Grant)
		if err != nil {
			return problem.Within("grant", err)
		}
		n.Grants = []state.NewGrant{g}
	}
	if err := h.mayGiveKey(c, n); err != nil {
		return err
	}
	possible := func() error {
		if err := h.yetToCome("expires", n.Expires); err != nil || len(n.Grants) == 0 {
			return err
		}
		return problem.Within("grant", h.opensNow(c, n.Grants[0]))
	}
	return h.once(c.Call, body, possible, func(ctx context.Context) (int, any, error) {
		secret, k, _, err := h.Store.CreateKey(ctx, n)
		if archwire.CodeOf(err) == archwire.NotFound {
			return 0, nil, problem.NotFound("client", "There is no such client.", "To make it, say in grant what its first key opens.")
		}
		if err != nil {
			return 0, nil, err
		}
		h.noted(c.Call, "key made", k.ID)
		doc := keyDocOf(k)
		doc.Secret = secret
		return http.StatusCreated, doc, nil
	})
}

// mayGiveKey refuses a further key of a client that sees what the caller does not:
// it would open that to the caller.
func (h *Handler) mayGiveKey(c *Call, n state.NewKey) error {
	grants, err := h.Store.Grants(c.Ctx, n.Client, "")
	if err != nil {
		return err
	}
	for _, g := range grants {
		ended := !g.RevokedAt.IsZero() || !g.Until.IsZero() && !h.Now().Before(g.Until)
		if !ended && !c.Scope.MayHandOn(n.Tenant, g.Profile) {
			return forbidden()
		}
	}
	return nil
}

// keysOf are those that the caller gives: of a tenant's own clients, or of all where
// tenant is "".
func (h *Handler) keysOf(c *Call, tenant string) ([]auth.Key, error) {
	if tenant == "" {
		return h.Store.Keys(c.Ctx)
	}
	return h.Store.OwnKeys(c.Ctx, tenant)
}

// ListKeys answers GET /v1/keys.
func (h *Handler) ListKeys(c *Call) error {
	tenant, err := c.asked()
	if err != nil {
		return err
	}
	keys, err := h.keysOf(c, tenant)
	if err != nil {
		return err
	}
	out := []KeyDoc{}
	for _, k := range keys {
		out = append(out, keyDocOf(k))
	}
	return c.listed(out, "")
}

// DropKey answers DELETE /v1/keys/{key}.
func (h *Handler) DropKey(c *Call) error {
	tenants := c.Scope.Administered()
	if c.Scope.Operates() {
		tenants = []string{""}
	}
	for _, tenant := range tenants {
		keys, err := h.keysOf(c, tenant)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(keys, func(k auth.Key) bool { return k.ID == c.Name }) {
			continue
		}
		if err := h.Store.RevokeKey(c.Ctx, c.Name); err != nil {
			return err
		}
		h.noted(c.Call, "key revoked", c.Name)
		return c.Told(http.StatusNoContent, nil)
	}
	return problem.NotFound("key", "There is no such key.", "/v1/keys lists those of your own clients.")
}
