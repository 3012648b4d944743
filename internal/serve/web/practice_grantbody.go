package web

import (
	"net/http"
	"strings"

	"archwire/internal/serve/web/ask"
)

// What a form can open: all there is, or only what is chosen in it.
const (
	everything = "all"
	onlySome   = "some"
)

// grantBody is what the form asks for. What is not said is never taken for everything.
func (v *visit) grantBody(t tenant) (map[string]any, error) {
	body := map[string]any{
		v.service.Noun.Singular: t.ID, "client": strings.TrimSpace(v.form.Get("client")), "profile": v.form.Get("profile"), "purpose": strings.TrimSpace(v.form.Get("purpose")),
	}
	switch v.form.Get("what") {
	case everything:
	case onlySome:
		if len(v.form["datasets"])+len(v.form["metrics"]) == 0 {
			return nil, notGranted("Nothing is chosen that the grant would open.", `Choose at least one dataset or figure, or "Everything".`)
		}
		for _, name := range []string{"datasets", "metrics"} {
			if chosen := v.form[name]; len(chosen) > 0 {
				body[name] = chosen
			}
		}
	default:
		return nil, notGranted("It is not said what the grant opens.", `Choose "Everything" or "Only what is chosen here".`)
	}
	if text := v.form.Get("locations"); strings.TrimSpace(text) != "" {
		places := listOf(text)
		if len(places) == 0 {
			return nil, notGranted("No location is named.", "Write ids with commas between, or leave the locations empty for all.")
		}
		body["locations"] = places
	}
	if until := v.form.Get("until"); until != "" {
		body["until"] = until
	}
	return body, nil
}

// notGranted is why a form is not sent on.
func notGranted(says, do string) error {
	return &ask.Problem{Title: "Not granted", Status: http.StatusBadRequest, Detail: says, Hint: do}
}

// listOf reads names with commas between.
func listOf(s string) (out []string) {
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
