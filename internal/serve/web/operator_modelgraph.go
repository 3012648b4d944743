package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// modelPath is the page of the models with one of them chosen.
func modelPath(name string) string {
	return "/operator/models?" + url.Values{"model": {name}}.Encode()
}

// manyModels are more than a picture of all of them can be read with.
const manyModels = 16

// modelGraph adds a picture to the page of models: of the one that the address chooses
// with what it reads and what reads it, or of the folders, or of all where they are few
// or all are asked for. Lists beside it say the same.
func (v *visit) modelGraph(page *officePage, models []model) error {
	q := v.r.URL.Query()
	if len(models) == 0 {
		return nil
	}
	if name := q.Get("model"); name != "" {
		return v.chosenModel(page, models, name)
	}
	all := q.Get("graph") == "all"
	if len(models) > manyModels {
		page.Links = []link{
			{Title: "Folders", To: "/operator/models", Current: !all},
			{Title: "All " + strconv.Itoa(len(models)) + " models", To: "/operator/models?graph=all", Current: all},
		}
	}
	if all || len(models) <= manyModels {
		page.Picture = graph(nodesOf(models, v.service.Noun.Plural), v.service.Noun.Plural)
		return nil
	}
	folders := foldersOf(models)
	page.Picture = graph(folders, v.service.Noun.Plural)
	g := grid{Title: "Folders", About: "Choose a model below to see what it reads and what reads it.", Columns: headings("Folder", "#Models", "Reads")}
	for _, f := range folders {
		if f.count > 0 {
			g.Rows = append(g.Rows, line{Cells: []cell{text(f.name), numeral(strconv.Itoa(f.count)), {Text: dash(strings.Join(f.reads, ", ")), Class: "wide"}}})
		}
	}
	page.Tables = append([]grid{g}, page.Tables...)
	return nil
}

// chosenModel shows one model between what it reads and what reads it.
func (v *visit) chosenModel(page *officePage, models []model, name string) error {
	readers := map[string][]string{}
	known := map[string]bool{name: false}
	for _, m := range models {
		known[m.Model] = true
		for _, r := range m.Reads {
			readers[r] = append(readers[r], m.Model)
		}
	}
	if !known[name] && len(readers[name]) == 0 {
		return notThere()
	}
	page.Title, page.Crumbs = name, []link{{Title: "Models", To: "/operator/models"}, {Title: name}}
	reads := []string{}
	if i := slices.IndexFunc(models, func(m model) bool { return m.Model == name }); i >= 0 {
		reads, page.About = models[i].Reads, models[i].Description
	}
	var nodes []node
	for _, n := range nodesOf(models, v.service.Noun.Plural) {
		switch {
		case n.name == name:
		case slices.Contains(n.reads, name):
			n.reads = []string{name}
		case slices.Contains(reads, n.name):
			n.reads = nil
		default:
			continue
		}
		nodes = append(nodes, n)
	}
	page.Picture = graph(nodes, v.service.Noun.Plural)
	page.Tables = []grid{
		modelList("What it reads", "It reads nothing.", reads, known), modelList("What reads it", "Nothing reads it but what is published of it.", readers[name], known),
		onlyLine(page.Tables[len(page.Tables)-1], name),
	}
	return nil
}

// modelList names models and tables, each with its own page.
func modelList(title, empty string, names []string, models map[string]bool) grid {
	g := grid{Title: title, Empty: empty, Columns: headings("Name", "What it is")}
	for _, name := range slices.Sorted(slices.Values(names)) {
		what := "a copied table"
		if models[name] {
			what = "a model"
		}
		g.Rows = append(g.Rows, line{Cells: []cell{{Text: name, To: modelPath(name)}, text(what)}})
	}
	return g
}

// onlyLine is the table with the line of one model.
func onlyLine(g grid, id string) grid {
	g.Title, g.Empty = "How it is refreshed", "It is copied from its source: Freshness says as of when."
	g.Rows = slices.DeleteFunc(slices.Clone(g.Rows), func(l line) bool { return l.ID != id })
	return g
}

// nodesOf are models as a picture shows them.
func nodesOf(models []model, tenants string) (out []node) {
	for _, m := range models {
		_, class := m.way(tenants)
		out = append(out, node{name: m.Model, reads: m.Reads, class: class, to: modelPath(m.Model)})
	}
	return out
}

// foldersOf are the folders of models as a picture shows them, and what they read of
// other folders and sources. Folders that read each other stand in the order of their
// first models.
func foldersOf(models []model) (out []node) {
	place, whole := map[string]int{}, map[string]int{}
	for _, m := range models {
		whole[folder(m.Model)]++
	}
	for _, m := range models {
		name := folder(m.Model)
		i, ok := place[name]
		if !ok {
			i = len(out)
			place[name] = i
			out = append(out, node{name: name, count: whole[name], class: "all"})
		}
		for _, r := range m.Reads {
			if from := folder(r); from != name && !slices.Contains(out[i].reads, from) {
				out[i].reads = append(out[i].reads, from)
			}
		}
	}
	return out
}

// folder is that of a model, or the source of a table.
func folder(name string) string {
	first, _, _ := strings.Cut(name, ".")
	return first
}
