package model

import (
	"slices"

	"archwire"
	"archwire/internal/project"
)

// An Impact is what depends on a relation, at any distance: what breaks, or goes
// stale, with it. Each list is sorted.
type Impact struct {
	Models   []string `json:"models"`
	Datasets []string `json:"datasets"`
	Metrics  []string `json:"metrics"`
}

// ImpactOf tells what depends on a relation of p: a copied table or a model. It
// goes by what Check filled in.
func ImpactOf(p *project.Project, relation string) Impact {
	touched := map[string]bool{relation: true}
	out := Impact{Models: []string{}, Datasets: []string{}, Metrics: []string{}}
	for grown := true; grown; {
		grown = false
		for _, m := range p.Models {
			if !touched[m.Name] && readsAny(m.Reads, touched) {
				touched[m.Name], grown = true, true
				out.Models = append(out.Models, m.Name)
			}
		}
	}
	published := map[string]bool{}
	for _, d := range p.Datasets {
		if touched[d.From] {
			published[d.Name] = true
			out.Datasets = append(out.Datasets, d.Name)
		}
	}
	for _, m := range p.Metrics {
		if published[m.Dataset] {
			out.Metrics = append(out.Metrics, m.Name)
		}
	}
	for _, names := range [][]string{out.Models, out.Datasets, out.Metrics} {
		slices.Sort(names)
	}
	return out
}

func readsAny(reads []string, touched map[string]bool) bool {
	return slices.ContainsFunc(reads, func(r string) bool { return touched[r] })
}

// A Place is where a model stands in a refresh.
type Place struct {
	Model  string   `json:"model"`
	Wave   int      `json:"wave"` // from 1; models of one wave are refreshed side by side
	Reads  []string `json:"reads"`
	Tenant string   `json:"tenant,omitempty"`
}

// Places lists the models in the order in which they are refreshed.
func Places(models []archwire.Model) ([]Place, error) {
	waves, err := Order(models)
	if err != nil {
		return nil, err
	}
	var out []Place
	for i, wave := range waves {
		for _, m := range wave {
			out = append(out, Place{Model: m.Name, Wave: i + 1, Reads: m.Reads, Tenant: m.Tenant})
		}
	}
	return out, nil
}
