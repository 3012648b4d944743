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
		if len(v.form["datasets"])+len(v.form["metrics"]) > 0 {
			return nil, notGranted("Everything is chosen, and single datasets or figures besides.", `Choose "Only what is chosen here", or take the single ones away.`)
		}
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
	places, err := v.placesAsked()
	if err != nil {
		return nil, err
	}
	if len(places) > 0 {
		body["locations"] = places
	}
	if until := v.form.Get("until"); until != "" {
		body["until"] = until
	}
	return body, nil
}

// placesAsked are the locations that the form asks for; none are all.
func (v *visit) placesAsked() ([]string, error) {
	places := v.placesSent()
	switch where := v.form.Get("where"); {
	case where == everything && len(places) > 0:
		return nil, notGranted("All locations are chosen, and single ones besides.", `Choose "Only those chosen here", or take the single ones away.`)
	case where == onlySome && len(places) == 0:
		return nil, notGranted("No location is chosen.", `Choose at least one, or "All locations".`)
	case where == everything, where == onlySome:
		return places, nil
	case v.form.Has("where"):
		return nil, notGranted("It is not said of which locations.", `Choose "All locations" or "Only those chosen here".`)
	case len(places) == 0 && strings.TrimSpace(v.form.Get("locations")) != "":
		return nil, notGranted("No location is named.", "Write ids with commas between, or leave the locations empty for all.")
	}
	return places, nil
}

// placesSent are the locations in the form: chosen by name, or written by id.
func (v *visit) placesSent() []string {
	if v.form.Has("where") {
		return v.form["location"]
	}
	return listOf(v.form.Get("locations"))
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
