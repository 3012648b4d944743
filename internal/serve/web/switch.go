package web

import (
	"net/url"
	"strings"

	"archwire/internal/serve/web/view"
)

// A switchPage is where a tenant is looked for among many.
type switchPage struct {
	Noun   noun
	Search string
	To     string
	All    string
	Found  []link
	More   int // how many more there are
}

// mostFound is how many tenants are listed at once.
const mostFound = 100

func showSwitch(v *visit) error {
	q := v.r.URL.Query()
	page := switchPage{Noun: v.service.Noun, Search: strings.TrimSpace(q.Get("q")), To: local(q.Get("to"))}
	if page.To == "" {
		page.To = "/"
	}
	page.All = v.through(page.To, "")
	for _, t := range v.tenants {
		if !strings.Contains(strings.ToLower(t.Label+" "+t.ID), strings.ToLower(page.Search)) {
			continue
		}
		if len(page.Found) == mostFound {
			page.More++
			continue
		}
		page.Found = append(page.Found, link{Title: t.Label, To: v.through(page.To, t.ID)})
	}
	return v.render("switch", page)
}

// through is a path of ours looked at as a tenant's; filters are those of another one
// and are left out.
func (v *visit) through(to, tenant string) string {
	u, err := url.Parse(to)
	if err != nil {
		return "/"
	}
	now := view.Of(u.Query(), v.service.Noun.Singular)
	now.Tenant, now.Filters = tenant, nil
	if there := local(now.Link(u.EscapedPath())); there != "" {
		return there
	}
	return "/"
}

func escaped(text string) string { return url.QueryEscape(text) }
