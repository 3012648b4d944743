package web

import (
	"errors"
	"net/http"
	"net/url"

	"archwire/internal/serve/web/ask"
)

// fault is an error of ours: its cause is for the log.
func fault(doing string, err error) error {
	return &ask.Problem{
		Title: "A fault of ours", Status: http.StatusInternalServerError, Detail: "The page could not be made.",
		Hint: "Try again; if it stays so, tell whoever runs this server.", Cause: errors.Join(errors.New(doing), err),
	}
}

// trouble answers with what is wrong: whoever is not known signs in first, and comes
// back to where they wanted to go.
func (v *visit) trouble(err error) {
	if v.ctx.Err() != nil {
		return // nobody is there to read an answer
	}
	p, ok := errors.AsType[*ask.Problem](err)
	if !ok {
		p, _ = errors.AsType[*ask.Problem](fault("answering", err))
	}
	if p.Status == http.StatusUnauthorized && v.page.area != open {
		v.redirect("/sign-in?" + url.Values{"to": {v.back()}}.Encode()) //nolint:errcheck // it only sets headers
		return
	}
	if p.Status >= http.StatusInternalServerError && p.Cause != nil {
		v.h.Log.ErrorContext(v.ctx, "page not made", "err", p.Cause, "request_id", v.id)
	}
	v.w.Header().Del("Content-Disposition")
	if err := v.renderStatus(p.Status, "trouble", p); err != nil {
		v.h.Log.ErrorContext(v.ctx, "problem not told", "err", err, "request_id", v.id)
		http.Error(v.w, "The page could not be made.", http.StatusInternalServerError)
	}
}
