package model

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/model/trace"
	"archwire/internal/project"
)

// A Way is how a model is refreshed.
type Way struct {
	// ByTenant says that the rows of some tenants can be recomputed alone: the
	// model's SQL, with the relations of Filter restricted to these tenants, gives
	// exactly their rows. It has been proven from the SQL; where it could not be, the
	// model is refreshed in full.
	ByTenant bool
	Filter   map[string]string // by tenanted relation read, schema.name in lower case: its tenant column
	Shared   []string          // relations read that touch every tenant when they move, sorted: those without a tenant column, or all

	Line   int    // of the model's file: what decides
	Reason string // one line for a person, without file and line
}

// An Engine takes SQL apart and knows the relations that it reads: a Sandbox
// that Check has filled, or a warehouse.
type Engine interface {
	archwire.Parser
	archwire.Describer
}

// Ways tells for each model of p, by name, how it is refreshed. It goes by the
// Tenant of tables and models.
func Ways(ctx context.Context, p *project.Project, e Engine) (map[string]Way, error) {
	known := relations{project: p, engine: e}
	out := make(map[string]Way, len(p.Models))
	for _, m := range p.Models {
		way, err := known.way(ctx, m)
		if err != nil {
			return nil, fmt.Errorf("analysing %s: %w", m.Name, err)
		}
		out[m.Name] = way
	}
	return out, nil
}

// way tells how one model is refreshed.
func (r *relations) way(ctx context.Context, m archwire.Model) (Way, error) {
	found, err := r.trace(ctx, m.SQL, m.Tenant)
	if err != nil {
		return Way{}, err
	}
	noun := r.project.Noun
	way := Way{ByTenant: found.Closed, Shared: found.Shared, Line: m.Line + max(found.Line, 1) - 1}
	switch {
	case m.Tenant == "":
		way.Line = m.Line
		way.Reason = fmt.Sprintf("in full: its rows belong to no %s", noun.Singular)
	case found.Closed:
		way.Filter = found.Tenanted
		way.Reason = fmt.Sprintf("by %s: %s", noun.Singular, found.Why)
		if len(found.Shared) > 0 {
			way.Reason += fmt.Sprintf("; for every %s when %s moves", noun.Singular, strings.Join(found.Shared, " or "))
		}
	case len(found.Tenanted) == 0:
		way.Reason = fmt.Sprintf("in full: it %s", found.Why)
	default:
		way.Reason = fmt.Sprintf("in full: line %d %s, so a row may depend on other %s' rows", way.Line, found.Why, noun.Plural)
	}
	if !way.ByTenant {
		way.Shared = slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(found.Tenanted)), found.Shared...)))
	}
	return way, nil
}

// relations knows the relations of a project.
type relations struct {
	project *project.Project
	engine  Engine
	known   map[string]trace.Relation
}

// trace traces a query.
func (r *relations) trace(ctx context.Context, sql, tenant string) (trace.Result, error) {
	reads, err := r.engine.Reads(ctx, sql)
	if err != nil {
		return trace.Result{}, err
	}
	for _, name := range reads {
		if err := r.learn(ctx, strings.ToLower(name)); err != nil {
			return trace.Result{}, err
		}
	}
	tree, err := r.engine.Tree(ctx, sql)
	if err != nil {
		return trace.Result{}, err
	}
	return trace.Query(tree, tenant, func(name string) (trace.Relation, bool) {
		known, ok := r.known[name]
		return known, ok
	})
}

// learn asks the engine for the columns of a relation.
func (r *relations) learn(ctx context.Context, name string) error {
	if _, ok := r.known[name]; ok {
		return nil
	}
	if r.known == nil {
		r.known = map[string]trace.Relation{}
	}
	columns, err := r.engine.Describe(ctx, "select * from "+archwire.QuoteName(name))
	if err != nil {
		return fmt.Errorf("looking at %s: %w", name, err)
	}
	relation := trace.Relation{Tenant: r.tenantOf(name)}
	for _, c := range columns {
		relation.Columns = append(relation.Columns, trace.Column{Name: c.Name, Type: c.Type.SQL()})
	}
	r.known[name] = relation
	return nil
}

// tenantOf is the tenant column of a relation.
func (r *relations) tenantOf(name string) string {
	for _, s := range r.project.Sources {
		for _, t := range s.Tables {
			if strings.EqualFold(t.ID(), name) {
				return t.Tenant
			}
		}
	}
	for _, m := range r.project.Models {
		if strings.EqualFold(m.Name, name) {
			return m.Tenant
		}
	}
	return ""
}
