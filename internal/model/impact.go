package model

import (
	"slices"

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
