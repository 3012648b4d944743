package web

import (
	"cmp"
	"strings"

	"archwire/internal/serve/web/fill"
)

// whoOf names who was told something.
func whoOf(e disclosure, people map[string]string) string {
	person := people[e.Person]
	switch {
	case e.ViewedAs != "":
		return cmp.Or(person, "the operator") + ", looking at things as " + viewedWords(e.ViewedAs)
	case person == "" && e.Person != "" && e.Client == "":
		person = "the operator, or somebody who had a role here"
	case person == "" && e.Person != "":
		person = "somebody of theirs"
	}
	if e.Client != "" && person != "" {
		return e.Client + " (" + person + ")"
	}
	return e.Client + person
}

// viewedWords say as whom an operator looked.
func viewedWords(as string) string {
	if client, ok := strings.CutPrefix(as, "client="); ok {
		return client
	}
	if strings.HasSuffix(as, ";role=practice_user") {
		return "one of your people"
	}
	return "your admin"
}

func resourceWords(resource string) string {
	words := map[string]string{
		"rows": "rows", "metric": "figures", "explain": "why a figure changed", "export": "all rows, as a file", "slice": "all rows, as a file",
		"manifest": "a list of files", "changes": "rows that changed", "locations": "which locations there are",
	}
	if text, ok := words[resource]; ok {
		return text
	}
	return resource
}

// nameOfThing is what was told of, as pages call it.
func (s *sums) nameOfThing(e disclosure) string {
	if e.Name == "" {
		return "several datasets"
	}
	if e.Resource == "metric" || e.Resource == "explain" {
		return cmp.Or(s.metrics[e.Name], fill.Words(e.Name))
	}
	dataset, contract, former := strings.Cut(e.Name, "@")
	name := cmp.Or(s.datasets[e.Name], s.datasets[dataset], fill.Words(dataset))
	if former {
		name += ", contract " + contract
	}
	return name
}

// namesOfThings are what datasets and figures are called.
func (v *visit) namesOfThings(t tenant) (datasets, metrics map[string]string, err error) {
	datasets, metrics = map[string]string{}, map[string]string{}
	named, _, err := asked[[]fill.Dataset](v, "/v1/datasets", v.of(t))
	if err != nil {
		return nil, nil, err
	}
	for _, d := range named {
		datasets[d.Name] = d.Called()
	}
	labelled, _, err := asked[[]fill.Metric](v, "/v1/metrics", v.of(t))
	for _, m := range labelled {
		metrics[m.Name] = m.Label
	}
	return datasets, metrics, err
}

// purposesOf is what the grants were made for by which it was told.
func purposesOf(grants string, purposes map[string]string) string {
	var out []string
	for id := range strings.SplitSeq(grants, ",") {
		if p := purposes[id]; p != "" {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return "their own role"
	}
	return strings.Join(unique(out), "; ")
}
