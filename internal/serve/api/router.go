package api

import (
	"strings"

	"archwire/internal/serve/encode"
)

// A route answers one path. Its pattern has at most one variable, a whole
// segment in braces.
type route struct {
	pattern string
	open    bool // needs no key
	serve   func(h *Handler, c *call) error
}

// A router finds the route of a path. The tenant noun of the publication names
// one of the paths, so each edition has its own.
type router struct{ routes []route }

func newRouter(e *edition) *router {
	r := &router{[]route{
		{"/v1", false, (*Handler).service},
		{"/v1/" + e.manifest.Noun.Plural, false, (*Handler).tenants},
		{"/v1/metrics", false, (*Handler).metrics},
		{"/v1/metrics/{metric}", false, (*Handler).metric},
		{"/v1/datasets", false, (*Handler).datasets},
		{"/v1/datasets/{dataset}/rows", false, (*Handler).rows},
		{"/v1/grants", false, (*Handler).grants},
		{"/openapi.json", true, (*Handler).openAPI},
		{"/docs", true, (*Handler).docs},
	}}
	for _, f := range encode.Formats() {
		r.routes = append(r.routes, route{exportPath(f), false, exporting(f)})
	}
	return r
}

// match returns the route of a path and the value of its variable.
func (r *router) match(path string) (found route, variable string, ok bool) {
	for _, candidate := range r.routes {
		if variable, ok = matches(candidate.pattern, path); ok {
			return candidate, variable, true
		}
	}
	return route{}, "", false
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
