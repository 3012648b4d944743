package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"

	"archwire"
	"archwire/internal/serve/web/ask"
)

// A visit is one request for a page on its way.
type visit struct {
	h   *Handler
	w   http.ResponseWriter
	r   *http.Request
	ctx context.Context //nolint:containedctx // lives as long as the request it belongs to

	id      string
	ask     *ask.Viewer
	me      person  // who looks; nobody on pages that are open
	service service // the front page of the API; empty where nobody has signed in
	status  status  // of what is in service; the zero one until a page looks at figures
	form    url.Values

	dashboards []archwire.Dashboard
	tenants    []tenant     // that open to the viewer
	unserved   *ask.Problem // why nothing is in service, told to operators; nil while something is

	page page
}

func (h *Handler) newVisit(w http.ResponseWriter, r *http.Request) *visit {
	id := rand.Text()[:16]
	v := &visit{h: h, w: w, r: r, ctx: r.Context(), id: id, ask: ask.For(h.API, r, id)}
	v.ask.As = v.viewingAs()
	return v
}

// maxForm is how many bytes of a form are read.
const maxForm = 64 << 10

// answer answers by p, once it is clear that the viewer may.
func (v *visit) answer(p page, found bool) error {
	v.page = p
	v.secure()
	switch v.r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		if p.do == nil || !found {
			return notThere()
		}
		if err := v.checkForm(); err != nil {
			return err
		}
	default:
		return &ask.Problem{Title: "Not allowed", Status: http.StatusMethodNotAllowed, Detail: "Pages are read and forms are sent; this was neither.", Hint: "Go back to the page that you came from."}
	}
	if !found || p.area != open {
		if err := v.recognize(); err != nil {
			return err
		}
	}
	if !found || !v.sees(p) {
		return notThere()
	}
	if v.unserved != nil && !p.unserved() {
		return v.unserved
	}
	if v.r.Method == http.MethodPost {
		return p.do(v)
	}
	return p.show(v)
}

// sees says whether p exists for the viewer.
func (v *visit) sees(p page) bool {
	if noun := v.r.PathValue("noun"); noun != "" && noun != v.service.Noun.Singular {
		return false
	}
	return v.me.sees(p.area)
}

// checkForm reads the form of a POST, and refuses what another site had a browser send.
func (v *visit) checkForm() error {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		return &ask.Problem{Title: "The form is not readable", Status: http.StatusBadRequest, Detail: "The form did not arrive whole.", Hint: "Go back and send it again."}
	}
	v.form = v.r.PostForm
	if v.h.crossing.Check(v.r) != nil || !v.h.tokens.good(v.form.Get("token"), v.bound()) {
		return &ask.Problem{
			Title: "The form has expired", Status: http.StatusForbidden, Detail: "The form does not belong to this sign-in.",
			Hint: "Go back, load the page again, and send it once more.",
		}
	}
	return nil
}

// redirect sends the browser to a path of ours, with GET.
func (v *visit) redirect(to string) error {
	v.w.Header().Set("Location", to)
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}

func notThere() error {
	return &ask.Problem{
		Title: "There is nothing here", Status: http.StatusNotFound, Detail: "This page does not exist, or it is not open to you.",
		Hint: "Look for it in the navigation, or ask whoever sent you the link.",
	}
}
