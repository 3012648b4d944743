package office

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/state"
)

// openedRequest is what a grant or a role is to open, as the body of a request says.
type openedRequest struct {
	Datasets  []string         `json:"datasets"`
	Metrics   []string         `json:"metrics"`
	Profile   archwire.Profile `json:"profile"`
	Locations []string         `json:"locations"`
	Purpose   string           `json:"purpose"`
	From      *string          `json:"from"`
	Until     *string          `json:"until"`
}

// newGrant is the grant that is asked for, if the caller may make it: nobody hands on
// more than they see, but operators.
func (h *Handler) newGrant(c *Call, tenant string, r openedRequest) (state.NewGrant, error) {
	n := state.NewGrant{
		Tenant: tenant, Datasets: r.Datasets, Metrics: r.Metrics, Profile: r.Profile, Locations: r.Locations, Purpose: strings.TrimSpace(r.Purpose), By: c.by(),
	}
	switch {
	case r.Profile == "":
		return n, problem.Wrong("profile", "A grant needs a profile.", "It takes "+problem.Either(archwire.Profiles())+".")
	case !slices.Contains(archwire.Profiles(), r.Profile):
		return n, problem.Wrong("profile", "There is no such profile.", "It takes "+problem.Either(archwire.Profiles())+".")
	case n.Purpose == "" || !request.Readable(n.Purpose):
		return n, problem.Wrong("purpose", "A grant needs a purpose.", "Say in a line what the client does with what it sees.")
	}
	if err := r.emptied(); err != nil {
		return n, err
	}
	var err error
	if n.From, err = request.Begin("from", r.From); err != nil {
		return n, err
	}
	if n.Until, err = request.End("until", r.Until); err != nil {
		return n, err
	}
	if !n.Until.IsZero() && !n.From.IsZero() && !n.Until.After(n.From) {
		return n, problem.Wrong("until", "The grant would end before it begins.", "Give an until after from.")
	}
	if !c.Scope.MayHandOn(tenant, r.Profile) {
		return n, forbidden()
	}
	return n, nil
}

// emptied refuses lists that are there and name nothing: whoever emptied a list asks for
// less, and without any the grant opens all.
func (r openedRequest) emptied() error {
	switch {
	case r.Datasets != nil && len(r.Datasets)+len(r.Metrics) == 0:
		return problem.Wrong("datasets", "The grant names nothing that it would open.", "Name at least one dataset or metric, or leave both lists out to open everything.")
	case r.Metrics != nil && len(r.Datasets)+len(r.Metrics) == 0:
		return problem.Wrong("metrics", "The grant names nothing that it would open.", "Name at least one dataset or metric, or leave both lists out to open everything.")
	case r.Locations != nil && len(r.Locations) == 0:
		return problem.Wrong("locations", "The grant names no location.", "Name at least one, or leave the list out for all.")
	}
	return nil
}

// opensNow refuses a grant that would open nothing as things are now.
func (h *Handler) opensNow(c *Call, n state.NewGrant) error {
	if err := h.yetToCome("until", n.Until); err != nil {
		return err
	}
	if err := c.knownResources(n); err != nil {
		return err
	}
	return h.knownLocations(c, n)
}

// yetToCome refuses an end that is over: what is made would be no good at once.
func (h *Handler) yetToCome(field string, end time.Time) error {
	if end.IsZero() || end.After(h.Now()) {
		return nil
	}
	return problem.Wrong(field, "It would have ended already: "+field+" is over.", "Give a day or an instant that is yet to come, or leave it out for no end.")
}

// mayName says whether the caller sees that there is such a resource.
func (c *Call) mayName(tenant string, what auth.Resource) bool {
	_, ok := c.Opens(c.Scope, tenant, what)
	return ok || c.Scope.Operates()
}

// knownResources refuses datasets and metrics that there are not, or not for the
// caller, and such as a grant in these words would not open.
func (c *Call) knownResources(n state.NewGrant) error {
	datasets := slices.Clone(n.Datasets)
	for _, name := range n.Metrics {
		what, ok := c.Resource(name)
		if !ok || !c.mayName(n.Tenant, what) {
			return problem.Wrong("metrics", "There is no metric "+problem.Clip(name)+".", "/v1/metrics lists them.")
		}
		datasets = append(datasets, what.Dataset)
	}
	m := c.Manifest
	for i, name := range datasets {
		family := archwire.Family(name)
		if i < len(n.Datasets) && family != name && c.Contracts.Named[family] != "" && c.mayName(n.Tenant, auth.Resource{Dataset: family}) {
			return problem.Wrong("datasets", problem.Clip(name)+" names a contract of a dataset.", "Name "+problem.Clip(family)+": a grant of a dataset opens all its contracts.")
		}
		at := slices.IndexFunc(m.Datasets, func(d archwire.Dataset) bool { return d.Name == name })
		if at < 0 || i < len(n.Datasets) && !c.mayName(n.Tenant, auth.Resource{Dataset: name}) {
			return problem.Wrong("datasets", "There is no dataset "+problem.Clip(name)+".", "/v1/datasets lists them.")
		}
		switch {
		case i < len(n.Datasets) && !m.Datasets[at].Opens(n.Profile):
			return problem.Wrong("profile", fmt.Sprintf("Profile %s opens nothing of dataset %s.", n.Profile, name), "Choose a wider profile, or grant metrics.")
		case len(n.Locations) > 0 && !m.Datasets[at].Located():
			return problem.Wrong("locations", fmt.Sprintf("A grant limited to locations opens nothing of dataset %s.", name), "The dataset does not say which location a row belongs to: grant it without locations.")
		}
	}
	return nil
}

// grantTenant is whose grant is asked for: of one practice, or, which operators
// alone may ask for, of all.
func (c *Call) grantTenant(tenant string) (string, error) {
	if tenant == auth.Everyone && c.Scope.Operates() {
		return tenant, nil
	}
	return c.practice(tenant)
}
