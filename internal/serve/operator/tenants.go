package operator

import (
	"context"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/request"
)

// Within is for how long back it is looked when a tenant's data was disclosed last.
const Within = 7 * 24 * time.Hour

// OperatedTenantDoc is a tenant of the publication in service.
type OperatedTenantDoc struct {
	ID          string     `json:"id"`
	Label       string     `json:"label"`
	Timezone    string     `json:"timezone"`
	Rows        int64      `json:"rows" doc:"Of all its datasets."`
	Bytes       int64      `json:"bytes" doc:"Of its slices."`
	DisclosedAt *time.Time `json:"disclosed_at" nullable:"true" doc:"When somebody was last told of its data, within a week; null when nobody was."`
	People      int        `json:"people" doc:"With a role in it."`
	Admins      int        `json:"admins" doc:"Of these, those who say who sees what."`
	Clients     []string   `json:"clients" doc:"With a grant of it in force, a grant of all included."`
}

// Tenants answers GET /v1/operator/tenants.
func (h *Handler) Tenants(c *request.Call) error { return plain(c, h.TenantDocs) }

// TenantDocs are the tenants of the publication in service.
func (h *Handler) TenantDocs(ctx context.Context) ([]OperatedTenantDoc, error) {
	done, err := h.slowly(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	m, err := h.current(ctx)
	if err != nil || m.ID == "" {
		return []OperatedTenantDoc{}, err
	}
	_, index, err := h.Publications.Held(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	w, err := h.who(ctx)
	if err != nil {
		return nil, err
	}
	lasts, err := h.Disclosures.Lasts(ctx, h.Now().Add(-Within))
	if err != nil {
		return nil, unreadable(err)
	}
	sizes := sizesOf(index)
	docs := []OperatedTenantDoc{}
	for _, t := range m.Tenants {
		doc := w.of(t.ID)
		doc.ID, doc.Label, doc.Timezone = t.ID, t.Label, t.Timezone
		doc.Rows, doc.Bytes, doc.DisclosedAt = sizes[t.ID].rows, sizes[t.ID].bytes, optional(lasts[t.ID])
		docs = append(docs, doc)
	}
	return docs, nil
}

// A who is who may see what of tenants.
type who struct {
	people []auth.Person
	grants []auth.Grant // in force
}

func (h *Handler) who(ctx context.Context) (w who, err error) {
	if w.people, err = h.Access.People(ctx, ""); err != nil {
		return w, err
	}
	all, err := h.Access.Grants(ctx, "", "")
	now := h.Now()
	w.grants = slices.DeleteFunc(all, func(g auth.Grant) bool { return !g.InForce(now) })
	return w, err
}

// of counts the people and clients of a tenant.
func (w who) of(tenant string) OperatedTenantDoc {
	doc := OperatedTenantDoc{Clients: []string{}}
	for _, p := range w.people {
		role := func(admin bool) bool {
			return p.DisabledAt.IsZero() && slices.ContainsFunc(p.Roles, func(m auth.Membership) bool {
				return m.Tenant == tenant && m.EndedAt.IsZero() && (!admin || m.Role == auth.PracticeAdmin)
			})
		}
		if role(false) {
			doc.People++
		}
		if role(true) {
			doc.Admins++
		}
	}
	for _, g := range w.grants {
		if g.Tenant == tenant || g.Tenant == auth.Everyone {
			doc.Clients = append(doc.Clients, g.Client)
		}
	}
	slices.Sort(doc.Clients)
	doc.Clients = slices.Compact(doc.Clients)
	return doc
}

// A size is how much of something there is.
type size struct{ rows, bytes int64 }

// sizesOf sums up an index by tenant. A file that several profiles see counts once,
// and so do the rows of a dataset.
func sizesOf(index []archwire.Slice) map[string]size {
	out, files, rows := map[string]size{}, map[string]bool{}, map[string]int64{}
	for _, s := range index {
		of, name := out[s.Tenant], strings.Join([]string{s.Dataset, s.Tenant}, "\x00")
		if file := name + "\x00" + s.SHA256; !files[file] {
			files[file], of.bytes = true, of.bytes+s.Bytes
		}
		if more := s.Rows - rows[name]; more > 0 {
			rows[name], of.rows = s.Rows, of.rows+more
		}
		out[s.Tenant] = of
	}
	return out
}
