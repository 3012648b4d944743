package web

import (
	"net/http"
	"strings"
)

// A page answers one path.
type page struct {
	path string // as net/http's ServeMux writes patterns; {noun} is the project's word for a tenant
	area area   // whose page it is: others are told that it does not exist
	nav  string // what the navigation calls it; "" is not there
	show func(*visit) error
	do   func(*visit) error // answers POST; nil takes none
}

// An area is whose a page is.
type area int

const (
	signedIn area = iota // everybody who has signed in
	open                 // everybody
	admins               // of a tenant; operators see them, too
	operators
)

// pageTable lists the pages. Those of an area stand in the navigation in this order.
func pageTable() []page {
	return []page{
		{path: "/{$}", show: showHome},
		{path: "/dashboards/{name}", show: showDashboard},
		{path: "/dashboards/{name}/{file}", show: exportTile},
		{path: "/metrics", nav: "All figures", show: showMetrics},
		{path: "/metrics/{metric}", show: showMetric},
		{path: "/metrics/{metric}/{file}", show: exportMetric},
		{path: "/rows", nav: "All rows", show: showDatasets},
		{path: "/rows/{dataset}", show: showRows},
		{path: "/switch", show: showSwitch},
		{path: "/{noun}/grants", area: admins, nav: "Who sees what", show: showGrants, do: doGrants},
		{path: "/{noun}/ledger", area: admins, nav: "Who read what", show: showLedger},
		{path: "/{noun}/keys", area: admins, nav: "Keys", show: showKeys, do: doKeys},
		{path: "/{noun}/people", area: admins, nav: "People", show: showPeople, do: doPeople},
		{path: "/operator/runs", area: operators, nav: "Runs", show: showRuns},
		{path: "/operator/runs/{run}", area: operators, show: showRun},
		{path: "/operator/freshness", area: operators, nav: "Freshness", show: showFreshness},
		{path: "/operator/models", area: operators, nav: "Models", show: showModels},
		{path: "/operator/verification", area: operators, nav: "Verification", show: showVerification},
		{path: publicationsPath, area: operators, nav: "Publications", show: showPublications, do: doPublications},
		{path: publicationsPath + "/{publication}", area: operators, show: showCompared},
		{path: "/operator/tenants", area: operators, nav: "{plural}", show: showTenants},
		{path: "/operator/clients", area: operators, nav: "Clients", show: showClients},
		{path: "/operator/contracts", area: operators, nav: "Contracts", show: showContracts},
		{path: "/operator/storage", area: operators, nav: "Storage and cost", show: showStorage},
		{path: "/operator/view-as", area: operators, show: showViewAs},
		{path: "/view-as", area: open, show: showHome, do: doViewAs},
		{path: "/sign-in", area: open, show: showSignIn, do: doSignIn},
		{path: "/sign-out", area: open, show: toSignIn, do: doSignOut},
		{path: "/accept", area: open, show: showAccept, do: doAccept},
		{path: "/theme", area: open, show: showHome, do: doTheme},
	}
}

// unserved says whether the page is there while nothing is in service: it tells of no
// tenant's data.
func (p page) unserved() bool { return p.area == open || p.area == operators || p.path == "/{$}" }

// mux finds pages by path.
func (h *Handler) mux() *http.ServeMux {
	mux := http.NewServeMux()
	ofTenants := map[string]page{}
	for _, p := range pageTable() {
		if name, ok := strings.CutPrefix(p.path, "/{noun}/"); ok {
			ofTenants[name] = p
			continue
		}
		mux.Handle(p.path, h.answering(func(*http.Request) (page, bool) { return p, true }))
	}
	mux.Handle("/{noun}/{page}", h.answering(func(r *http.Request) (page, bool) {
		p, ok := ofTenants[r.PathValue("page")]
		return p, ok
	}))
	mux.Handle("/", h.answering(func(*http.Request) (page, bool) { return page{}, false }))
	mux.HandleFunc("/static/{name}", h.assets.serve)
	mux.HandleFunc("/static/vendored/{name}", h.assets.serve)
	mux.HandleFunc("GET /auth/oidc/{issuer}/{step}", h.passOIDC)
	return mux
}

// answering answers by the page that find finds.
func (h *Handler) answering(find func(*http.Request) (page, bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := h.newVisit(w, r)
		p, ok := find(r)
		if err := v.answer(p, ok); err != nil {
			v.trouble(err)
		}
	})
}
