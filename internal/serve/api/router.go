package api

import (
	"net/http"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/door"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/ledger"
	"archwire/internal/serve/office"
	"archwire/internal/serve/operator"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
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
		{http.MethodGet, catalogue.StatusPath, (*Handler).status},
		{http.MethodGet, catalogue.DashboardsPath, (*Handler).dashboards},
		{http.MethodGet, "/v1/metrics", (*Handler).metrics},
		{http.MethodGet, "/v1/metrics/{metric}", (*Handler).metric},
		{http.MethodGet, describe.ExplainPath, (*Handler).explain},
		{http.MethodGet, "/v1/datasets", (*Handler).datasets},
		{http.MethodGet, "/v1/datasets/{dataset}/rows", (*Handler).rows},
		{http.MethodGet, describe.ChangesPath, (*Handler).changes},
		{http.MethodGet, "/v1/grants", (*Handler).grants},
		{http.MethodPost, "/v1/grants", changing((*office.Handler).AddGrant)},
		{http.MethodDelete, "/v1/grants/{grant}", changing((*office.Handler).DropGrant)},
		{http.MethodGet, "/v1/keys", changing((*office.Handler).ListKeys)},
		{http.MethodPost, "/v1/keys", changing((*office.Handler).AddKey)},
		{http.MethodDelete, "/v1/keys/{key}", changing((*office.Handler).DropKey)},
		{http.MethodGet, "/v1/people", changing((*office.Handler).ListPeople)},
		{http.MethodPost, "/v1/people", changing((*office.Handler).AddPerson)},
		{http.MethodDelete, "/v1/people/{person}", changing((*office.Handler).DropPerson)},
		{http.MethodGet, "/v1/ledger", atOffice((*office.Handler).ListDisclosures)},
		{http.MethodGet, describe.PublicationsPath, (*Handler).publications},
		{http.MethodGet, describe.ManifestPath, (*Handler).manifest},
		{http.MethodGet, describe.SlicePath, (*Handler).slice},
		{http.MethodGet, openAPIPath, (*Handler).openAPI},
		{http.MethodGet, docsPath, (*Handler).docs},
	}}
	for _, f := range encode.Formats() {
		r.routes = append(r.routes, route{http.MethodGet, describe.ExportPath(f), exporting(f)})
	}
	return r
}

// alone is the router of what is answered without a publication. A path is either
// here or in an edition's router, with all its methods.
func alone(signIn bool) *router {
	r := &router{append(slices.Concat(webhookRoutes(), operatorRoutes()),
		route{http.MethodPost, door.TokenPath, atDoor((*door.Handler).Token)},
		route{http.MethodGet, door.MetadataPath, atDoor((*door.Handler).Metadata)},
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

// webhookRoutes are those of the caller's own webhooks. They tell nothing of any
// tenant's data.
func webhookRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/webhooks", ofClient((*office.Handler).ListWebhooks)},
		{http.MethodPost, "/v1/webhooks", ofClient((*office.Handler).AddWebhook)},
		{http.MethodDelete, "/v1/webhooks/{webhook}", ofClient((*office.Handler).RemoveWebhook)},
		{http.MethodPost, "/v1/webhooks/{webhook}/test", ofClient((*office.Handler).TryWebhook)},
		{http.MethodGet, "/v1/webhooks/{webhook}/deliveries", ofClient((*office.Handler).Deliveries)},
		{http.MethodPost, "/v1/webhooks/{webhook}/replay", ofClient((*office.Handler).ReplayWebhook)},
	}
}

// operatorRoutes are those of whoever runs the product, who asks for them when nothing
// is published, too. They tell of runs and of what there is, and nothing of any row.
func operatorRoutes() []route {
	get := func(path string, serve func(*operator.Handler, *request.Call) error) route {
		return route{http.MethodGet, describe.OperatorPath + path, ofOperator(serve)}
	}
	return []route{
		get("/runs", (*operator.Handler).Runs),
		get("/runs/{run}", (*operator.Handler).Run),
		get("/freshness", (*operator.Handler).Freshness),
		get("/nights", (*operator.Handler).Nights),
		get("/models", (*operator.Handler).Models),
		get("/verification", (*operator.Handler).Verification),
		get("/publications", (*operator.Handler).ListPublications),
		get("/publications/{publication}", (*operator.Handler).Compare),
		{http.MethodPost, describe.OperatorPath + "/service", ofOperator((*operator.Handler).Switch)},
		get("/tenants", (*operator.Handler).Tenants),
		get("/clients", (*operator.Handler).Clients),
		get("/contracts", (*operator.Handler).Contracts),
		get("/storage", (*operator.Handler).Storage),
	}
}

// ofOperator is a route that is there for operators only.
func ofOperator(serve func(*operator.Handler, *request.Call) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		if h.Operator == nil || !c.Scope.Operates() {
			return problem.NotFound("", "There is nothing at this path.", "/docs lists the paths.")
		}
		return serve(h.Operator, &c.Call)
	}
}

// ofClient makes sure that there is a client whose webhooks a request is about:
// without one the store would mean everybody's.
func ofClient(serve func(h *office.Handler, c *request.Call, client string) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		client := c.Scope.Client()
		if client == "" || h.Webhooks == nil {
			return problem.NotFound("", "There is nothing at this path.", "/docs lists the paths.")
		}
		return serve(h.office, &c.Call, client)
	}
}

// changing is a route of the office: there is none where there is no office.
func changing(serve func(*office.Handler, *office.Call) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		if h.Office == nil {
			return problem.NotFound("", "There is nothing at this path.", "/docs lists the paths.")
		}
		return atOffice(serve)(h, c)
	}
}

// atOffice is a route that the office answers.
func atOffice(serve func(*office.Handler, *office.Call) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error { return serve(h.office, h.atOffice(c)) }
}

func (h *Handler) atOffice(c *call) *office.Call {
	return &office.Call{
		Call: &c.Call, Edition: c.ed.Edition,
		Locations: func(tenant string) ([]string, error) { return c.pub.Locations(c.Ctx, c.Scope, tenant) },
		Disclose: func(told ledger.Part) error {
			return h.disclose(c, disclosure{resource: "locations", profile: archwire.Aggregate, parts: []ledger.Part{told}})
		},
	}
}

// signInRoutes are those of signing in. They need no publication.
func signInRoutes() []route {
	return []route{
		{http.MethodPost, "/auth/sign-in", atDoor((*door.Handler).SignIn)},
		{http.MethodPost, "/auth/sign-out", atDoor((*door.Handler).SignOut)},
		{http.MethodPost, "/auth/accept", atDoor((*door.Handler).Accept)},
		{http.MethodGet, "/auth/me", atDoor((*door.Handler).Me)},
		{http.MethodGet, "/auth/oidc/{issuer}/start", atDoor((*door.Handler).StartOIDC)},
		{http.MethodGet, "/auth/oidc/{issuer}/callback", atDoor((*door.Handler).FinishOIDC)},
	}
}

// atDoor is a route of those who have yet to show who they are.
func atDoor(serve func(*door.Handler, *door.Call) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		return serve(h.door, &door.Call{
			Call:  &c.Call,
			Admit: func() error { return h.admit(c) },
			Count: func(key string) error { return h.limited(c, key) },
			Tell:  func(key string) { c.trip.key = key },
			Trust: func(secret string) { h.guesses.Of(request.Address(c.R), secret).WasRight() },
		})
	}
}
