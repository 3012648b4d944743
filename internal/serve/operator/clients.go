package operator

import (
	"context"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/request"
)

// ClientDoc is a program that calls the API.
type ClientDoc struct {
	Client    string           `json:"client"`
	CreatedAt time.Time        `json:"created_at"`
	UsedAt    *time.Time       `json:"used_at" nullable:"true" doc:"About when one of its keys was last used."`
	Keys      []ClientKeyDoc   `json:"keys" doc:"Those that were revoked or have expired, too."`
	Grants    []ClientGrantDoc `json:"grants" doc:"In force or to come."`
}

// ClientKeyDoc is a key. Nobody is told its secret half.
type ClientKeyDoc struct {
	Key       string     `json:"key" doc:"Names the key."`
	Public    bool       `json:"public" doc:"The server does not have its secret half."`
	Networks  []string   `json:"networks" doc:"Where it may be used from; none is everywhere."`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at" nullable:"true"`
	ExpiresAt *time.Time `json:"expires_at" nullable:"true"`
	RevokedAt *time.Time `json:"revoked_at" nullable:"true"`
}

// ClientGrantDoc is what a client may see of a tenant.
type ClientGrantDoc struct {
	Grant     string           `json:"grant"`
	Tenant    string           `json:"tenant" doc:"* is every one."`
	Profile   archwire.Profile `json:"profile" enum:"aggregate,pseudonymous,identified"`
	Datasets  []string         `json:"datasets" doc:"Without datasets and metrics, everything."`
	Metrics   []string         `json:"metrics"`
	Locations []string         `json:"locations" doc:"Without any, all."`
	Purpose   string           `json:"purpose"`
	GrantedBy string           `json:"granted_by"`
	From      time.Time        `json:"from"`
	Until     *time.Time       `json:"until" nullable:"true"`
}

// Clients answers GET /v1/operator/clients.
func (h *Handler) Clients(c *request.Call) error {
	return plain(c, func(ctx context.Context) ([]ClientDoc, error) {
		clients, err := h.Access.Clients(ctx)
		if err != nil {
			return nil, err
		}
		keys, err := h.Access.Keys(ctx)
		if err != nil {
			return nil, err
		}
		grants, err := h.Access.Grants(ctx, "", "")
		docs, now := []ClientDoc{}, h.Now()
		for _, client := range clients {
			doc := ClientDoc{Client: client.Name, CreatedAt: client.CreatedAt.UTC(), Keys: []ClientKeyDoc{}, Grants: []ClientGrantDoc{}}
			for _, k := range keys {
				if k.Client == client.Name {
					doc.take(k)
				}
			}
			for _, g := range grants {
				if g.Client == client.Name && g.RevokedAt.IsZero() && (g.Until.IsZero() || now.Before(g.Until)) {
					doc.Grants = append(doc.Grants, clientGrantDocOf(g))
				}
			}
			docs = append(docs, doc)
		}
		return docs, err
	})
}

// take takes a key in.
func (d *ClientDoc) take(k auth.Key) {
	networks := []string{}
	for _, n := range k.Networks {
		networks = append(networks, n.String())
	}
	d.Keys = append(d.Keys, ClientKeyDoc{
		Key: k.ID, Public: len(k.PublicKey) > 0, Networks: networks, CreatedAt: k.CreatedAt.UTC(),
		UsedAt: optional(k.UsedAt), ExpiresAt: optional(k.ExpiresAt), RevokedAt: optional(k.RevokedAt),
	})
	if used := optional(k.UsedAt); used != nil && (d.UsedAt == nil || used.After(*d.UsedAt)) {
		d.UsedAt = used
	}
}

func clientGrantDocOf(g auth.Grant) ClientGrantDoc {
	return ClientGrantDoc{
		Grant: g.ID, Tenant: g.Tenant, Profile: g.Profile, Datasets: append([]string{}, g.Datasets...), Metrics: append([]string{}, g.Metrics...),
		Locations: append([]string{}, g.Locations...), Purpose: g.Purpose, GrantedBy: g.GrantedBy, From: g.From.UTC(), Until: optional(g.Until),
	}
}
