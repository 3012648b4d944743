package web

import "net/http"

// passOIDC lets a browser on its way to an issuer and back ask the API itself. What it
// is told of a journey that failed is shown on the page of signing in.
func (h *Handler) passOIDC(w http.ResponseWriter, r *http.Request) {
	v := h.newVisit(w, r)
	v.secure()
	a, err := v.ask.Get(r.Context(), r.URL.RequestURI(), nil)
	if err == nil || a.Header.Get("Location") != "" {
		v.takeCookies(a)
		v.endViewing()
		v.redirect(a.Header.Get("Location")) //nolint:errcheck // it only sets headers
		return
	}
	v.takeCookies(a)
	if err := v.refusedSignIn(v.signIn("/"), err); err != nil {
		v.trouble(err)
	}
}
