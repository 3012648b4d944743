package api

import (
	"net/http"
	"slices"
	"strings"

	"archwire/internal/serve/encode"
)

// A route answers one path and method. Its pattern has at most one variable, a
// whole segment in braces or a part of one.
type route struct {
	method  string // GET stands for HEAD, too
	pattern string
	serve   func(h *Handler, c *call) error
}

// A router finds the route of a request.
type router struct{ routes []route }

// newRouter is the router of an edition: the tenant noun of the publication names
// one of the paths.
func newRouter(e *edition) *router {
	r := &router{[]route{
		{http.MethodGet, "/v1", (*Handler).service},
		{http.MethodGet, "/v1/" + e.Manifest.Noun.Plural, (*Handler).tenants},
		{http.MethodGet, "/v1/metrics", (*Handler).metrics},
		{http.MethodGet, "/v1/metrics/{metric}", (*Handler).metric},
		{http.MethodGet, explainPath, (*Handler).explain},
		{http.MethodGet, "/v1/datasets", (*Handler).datasets},
		{http.MethodGet, "/v1/datasets/{dataset}/rows", (*Handler).rows},
		{http.MethodGet, changesPath, (*Handler).changes},
		{http.MethodGet, "/v1/grants", (*Handler).grants},
		{http.MethodPost, "/v1/grants", changing((*Handler).addGrant)},
		{http.MethodDelete, "/v1/grants/{grant}", changing((*Handler).dropGrant)},
		{http.MethodGet, "/v1/keys", changing((*Handler).listKeys)},
		{http.MethodPost, "/v1/keys", changing((*Handler).addKey)},
		{http.MethodDelete, "/v1/keys/{key}", changing((*Handler).dropKey)},
		{http.MethodGet, "/v1/people", changing((*Handler).listPeople)},
		{http.MethodPost, "/v1/people", changing((*Handler).addPerson)},
		{http.MethodDelete, "/v1/people/{person}", changing((*Handler).dropPerson)},
		{http.MethodGet, "/v1/ledger", (*Handler).disclosures},
		{http.MethodGet, publicationsPath, (*Handler).publications},
		{http.MethodGet, manifestPath, (*Handler).manifest},
		{http.MethodGet, slicePath, (*Handler).slice},
		{http.MethodGet, "/openapi.json", (*Handler).openAPI},
		{http.MethodGet, "/docs", (*Handler).docs},
	}}
	for _, f := range encode.Formats() {
		r.routes = append(r.routes, route{http.MethodGet, exportPath(f), exporting(f)})
	}
	return r
}

// alone is the router of what is answered without a publication. A path is either
// here or in an edition's router, with all its methods.
func alone(signIn bool) *router {
	r := &router{append(webhookRoutes(),
		route{http.MethodPost, tokenPath, (*Handler).token},
		route{http.MethodGet, metadataPath, (*Handler).metadata},
	)}
	if signIn {
		r.routes = append(r.routes, signInRoutes()...)
	}
	return r
}

// A match is what a router finds for a request.
type match struct {
	route
	variable string   // the value of the pattern's variable
	allowed  []string // the methods of the path, where the request's is none of them
}

// match finds the route of a path and a method; not ok when there is none of that
// path.
func (r *router) match(method, path string) (m match, ok bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, candidate := range r.routes {
		variable, fits := matches(candidate.pattern, path)
		if !fits {
			continue
		}
		if candidate.method == method {
			return match{route: candidate, variable: variable}, true
		}
		m.allowed = append(m.allowed, candidate.method)
		m.pattern = candidate.pattern
	}
	if slices.Contains(m.allowed, http.MethodGet) {
		m.allowed = append(m.allowed, http.MethodHead)
	}
	return m, len(m.allowed) > 0
}

func matches(pattern, path string) (variable string, ok bool) {
	before, rest, found := strings.Cut(pattern, "{")
	if !found {
		return "", pattern == path
	}
	_, after, _ := strings.Cut(rest, "}")
	variable, ok = strings.CutPrefix(path, before)
	if !ok {
		return "", false
	}
	variable, ok = strings.CutSuffix(variable, after)
	return variable, ok && variable != "" && !strings.Contains(variable, "/")
}
