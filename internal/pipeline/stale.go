package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/model"
)

// The ways in which a model is refreshed in a run.
const (
	refreshNone    = "none"
	refreshTenants = "tenants"
	refreshAll     = "all"
)

// A todo is what a run does with a model, and why.
type todo struct {
	mode  string
	why   string
	scope archwire.RefreshScope
}

// mostTenants is up to which share of the tenants, in per cent, a model is
// recomputed for them only. Beyond, computing all is not much dearer, and leaves
// the rows in order.
const mostTenants = 30

// stale says what of m is to be recomputed, when this is what changed of what it reads.
func (r *Runner) stale(ctx context.Context, m archwire.Model, way model.Way, changed archwire.Pending) (todo, error) {
	var others []string // whose changes are everybody's
	for _, relation := range m.Reads {
		if _, ok := way.Filter[relation]; !ok || !way.ByTenant {
			others = append(others, relation)
		}
	}
	digest := r.definition(m)
	if changed.None() && changed.Mark == digest {
		return todo{mode: refreshNone, why: "nothing that it reads has changed"}, nil
	}
	// If none of the others changed up to a later moment, what did are closed ones.
	var whole archwire.Pending
	if len(others) > 0 {
		var err error
		if whole, err = r.Warehouse.Pending(ctx, m.Name, others); err != nil {
			return todo{}, err //nolint:wrapcheck // the caller names the model
		}
	}
	// The earlier of two readings: what changes between them is seen again.
	out := todo{mode: refreshAll, scope: archwire.RefreshScope{Seq: changed.Seq, Mark: digest}}
	switch {
	case changed.Never:
		out.why = "it was never computed"
	case changed.Mark == suspected:
		out.why = "it was not what a full computation gives"
	case changed.Mark != digest:
		out.why = "its definition changed, or the engine's functions did"
	case !whole.None():
		out.why = movedAs(m, whole, way)
	case len(changed.All) > 0:
		out.why = changed.All[0] + " changed as a whole"
	case len(changed.Tenants)*100 > r.tenantCount*mostTenants:
		out.why = fmt.Sprintf("%d %s changed, of %d", len(changed.Tenants), r.Project.Noun.Plural, r.tenantCount)
	default:
		out.mode, out.scope.Tenants, out.scope.Filter = refreshTenants, changed.Tenants, way.Filter
		out.why = fmt.Sprintf("rows of %d %s changed", len(changed.Tenants), r.Project.Noun.Plural)
	}
	return out, nil
}

// movedAs says why a model is refreshed in full though some relations changed for
// a few tenants only.
func movedAs(m archwire.Model, whole archwire.Pending, way model.Way) string {
	if slices.Contains(whole.All, "archwire.run") {
		return "the business date moved"
	}
	if !way.ByTenant && m.Tenant != "" {
		return way.Reason
	}
	if len(whole.All) > 0 {
		return whole.All[0] + " changed, which is everybody's"
	}
	return "it is not by tenant, and what it reads changed"
}

// definition is a digest of what m computes, in the warehouse as it is, and of the form
// in which it is kept.
func (r *Runner) definition(m archwire.Model) string {
	text := r.dialect + "\x00" + m.SQL + "\x00" + m.Tenant + "\x00" + strings.Join(m.Key, "\x00")
	if form := cmp.Or(m.Materialized, archwire.AsTable); form != archwire.AsTable || m.AutoRefresh {
		text += fmt.Sprintf("\x00\x00%s %t", form, m.AutoRefresh) // no key is ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// learnDialect asks the warehouse what queries mean to it, if it can tell.
func (r *Runner) learnDialect(ctx context.Context) error {
	engine, ok := r.Warehouse.(archwire.Dialect)
	if !ok {
		return nil
	}
	var err error
	if r.dialect, err = engine.Dialect(ctx); err != nil {
		return fmt.Errorf("asking the warehouse what it is: %w", err)
	}
	return nil
}
