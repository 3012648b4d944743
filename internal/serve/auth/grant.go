package auth

import (
	"cmp"
	"slices"
	"time"

	"archwire"
)

// Everyone is the tenant of a grant that is every tenant's, those to come
// included.
const Everyone = "*"

// A Grant is what a tenant lets a client see, and why. It never changes, but for
// its revocation.
type Grant struct {
	ID        string           `json:"id"`
	Client    string           `json:"client"`
	Tenant    string           `json:"tenant"`   // or Everyone
	Datasets  []string         `json:"datasets"` // their rows, and the metrics that are computed from them
	Metrics   []string         `json:"metrics"`  // their answers; without datasets and metrics, everything
	Profile   archwire.Profile `json:"profile"`
	Locations []string         `json:"locations"` // the rows of these only; without any, of all
	Purpose   string           `json:"purpose"`
	GrantedBy string           `json:"granted_by"`
	CreatedAt time.Time        `json:"created_at"`
	From      time.Time        `json:"from"`
	Until     time.Time        `json:"until,omitzero"`      // from then on it opens nothing; zero is open end
	RevokedAt time.Time        `json:"revoked_at,omitzero"` // zero while it is not revoked
}

// ended says whether g will never be in force again.
func (g Grant) ended(now time.Time) bool {
	return !g.RevokedAt.IsZero() || !g.Until.IsZero() && !now.Before(g.Until)
}

// InForce says whether g opens what it says at that time.
func (g Grant) InForce(now time.Time) bool { return !g.ended(now) && !now.Before(g.From) }

// A Resource is what a caller asks to see: the rows of a dataset or, where Metric
// is set, that metric's answers, which are computed from them.
type Resource struct {
	Dataset string
	Metric  string
	Located bool // the dataset's rows tell their location; others are closed to grants limited to locations

	// Within is the widest profile in which it is to be seen, whatever opens it; "" is as
	// wide as it is opened. An answer about several tenants shows all of them alike.
	Within archwire.Profile

	// Whole says that a metric is not asked for as it is defined: any column of the rows
	// may be told.
	Whole bool
}

// Access is how a tenant opens a resource.
type Access struct {
	Profile   archwire.Profile
	Grant     string   // the id of the grant that opens it so; of several that do together, all with commas between
	Locations []string // the rows of these only, sorted; without any, of all
}

// terms are what a grant opens of its tenant. Many grants share theirs.
type terms struct {
	datasets, metrics, locations []string // sorted
	profile                      archwire.Profile
}

func termsOf(g Grant) terms {
	return terms{set(g.Datasets), set(g.Metrics), set(g.Locations), g.Profile}
}

func set(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

// covers says whether the resource is opened. A grant of a dataset opens all its
// contracts. Whoever may see the rows of a
// dataset may compute its metrics, so they are opened with it, and not the other
// way round.
func (t terms) covers(what Resource) bool {
	if what.Dataset == "" || len(t.locations) > 0 && !what.Located {
		return false
	}
	if len(t.datasets) == 0 && len(t.metrics) == 0 {
		return true
	}
	_, dataset := slices.BinarySearch(t.datasets, archwire.Family(what.Dataset))
	_, metric := slices.BinarySearch(t.metrics, what.Metric)
	return dataset || metric && what.Metric != ""
}

// compare orders terms so that the widest profile comes first, and in a profile
// those that no location limits.
func (t terms) compare(o terms) int {
	return cmp.Or(
		cmp.Compare(rank(o.profile), rank(t.profile)),
		slices.Compare(t.locations, o.locations),
		slices.Compare(t.datasets, o.datasets),
		slices.Compare(t.metrics, o.metrics))
}

// rank is the place of a profile among them, narrowest first; -1 of one that
// there is not.
func rank(p archwire.Profile) int { return slices.Index(archwire.Profiles(), p) }
