package web

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/web/ask"
)

// narrower makes sure that what a form asks for lies within the grant in whose place it
// is to come, and has it be of that grant's client and begin no sooner.
func (v *visit) narrower(t tenant, narrows string, body map[string]any) error {
	grants, _, err := asked[[]grant](v, "/v1/grants", v.of(t))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(grants, func(g grant) bool { return g.Grant == narrows })
	if i < 0 || grants[i].ended(v.h.Now()) {
		return &ask.Problem{Title: "Not narrowed", Status: http.StatusNotFound, Detail: "The grant that was to be narrowed opens nothing any more.", Hint: "Give a new grant instead."}
	}
	old := grants[i]
	body["client"] = old.Client
	if old.From.After(v.h.Now()) {
		body["from"] = old.From.UTC().Format(time.RFC3339Nano)
	}
	o, err := v.offeredOf(t)
	if err != nil {
		return err
	}
	if err := o.opensLess(old, body); err != nil {
		return err
	}
	return old.endsFirst(body)
}

// ended says whether g will never open anything again.
func (g grant) ended(now time.Time) bool {
	return g.RevokedAt != nil || g.Until != nil && !g.Until.After(now)
}

// opensLess refuses what old does not open.
func (o offered) opensLess(old grant, body map[string]any) error {
	rank := func(profile string) int { return slices.Index(archwire.Profiles(), archwire.Profile(profile)) }
	profile, _ := body["profile"].(string)
	datasets, _ := body["datasets"].([]string)
	metrics, _ := body["metrics"].([]string)
	places, _ := body["locations"].([]string)
	if rank(profile) < 0 || rank(profile) > rank(old.Profile) {
		return wider("Profile " + profile + " is wider than " + old.Profile + ", which is granted.")
	}
	if len(old.Locations) > 0 && len(places) == 0 {
		return wider("It would open all locations; granted are " + few(each(old.Locations, o.place)) + ".")
	}
	if more := beyond(places, old.Locations); more != "" && len(old.Locations) > 0 {
		return wider("Location " + o.place(more) + " is not among those that are granted.")
	}
	if len(old.Datasets)+len(old.Metrics) == 0 {
		return nil
	}
	if len(datasets)+len(metrics) == 0 {
		return wider("It would open everything, which is not granted.")
	}
	if more := beyond(datasets, old.Datasets); more != "" {
		return wider("Dataset " + o.dataset(more) + " is not among those that are granted.")
	}
	// A grant of a dataset opens the figures worked out from it.
	if more := beyond(metrics, slices.Concat(old.Metrics, o.workedOut(old.Datasets))); more != "" {
		return wider("Figure " + o.metric(more) + " is not among those that are granted.")
	}
	return nil
}

// workedOut are the metrics worked out from datasets.
func (o offered) workedOut(datasets []string) (out []string) {
	for _, m := range o.catalogue.Metrics {
		if slices.Contains(datasets, archwire.Family(m.Dataset)) {
			out = append(out, m.Name)
		}
	}
	return out
}

// endsFirst has the new grant end when g does where the same last day is written, and
// refuses a later end.
func (g grant) endsFirst(body map[string]any) error {
	if g.Until == nil {
		return nil
	}
	text, _ := body["until"].(string)
	if text == g.lastDay() {
		body["until"] = g.Until.UTC().Format(time.RFC3339Nano)
		return nil
	}
	last, err := time.Parse(time.DateOnly, text)
	if err != nil && text != "" {
		return notGranted("The last day is not a day.", "Write it as 2026-12-31.")
	}
	if text == "" || last.AddDate(0, 0, 1).After(*g.Until) {
		return wider("It would last longer than is granted, which is until " + g.lastDay() + ".")
	}
	return nil
}

// lastDay is the last day on which g opens something, by UTC; "" is open end.
func (g grant) lastDay() string {
	if g.Until == nil {
		return ""
	}
	return g.Until.Add(-time.Second).UTC().Format(time.DateOnly)
}

// beyond is the first of some that is not among others; "" is none.
func beyond(some, others []string) string {
	i := slices.IndexFunc(some, func(name string) bool { return !slices.Contains(others, name) })
	if i < 0 {
		return ""
	}
	return some[i]
}

// wider is why a grant is not narrowed.
func wider(says string) error {
	return notGranted(says, fmt.Sprintf("Choose less, or go back to %q and give a further grant.", "Who sees what"))
}
