package fill

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"archwire/internal/serve/web/ask"
)

// Names are what ids stand for, by dimension: as the dataset "directory" has them,
// where it opens.
type Names map[string]*named

// named are the names of a dimension: in the order of their labels, and by their ids.
type named struct {
	list   []Name
	labels map[string]string
}

// Add adds a name, which is known by it from then on.
func (n Names) Add(dimension string, name Name) {
	if n[dimension] == nil {
		n[dimension] = &named{labels: map[string]string{}}
	}
	n[dimension].list = append(n[dimension].list, name)
	n[dimension].labels[name.ID] = name.Label
}

// has says whether a value of a dimension has a name.
func (n Names) has(dimension, value string) bool {
	if n[dimension] == nil {
		return false
	}
	_, ok := n[dimension].labels[value]
	return ok
}

// List are the names of a dimension.
func (n Names) List(dimension string) []Name {
	if n[dimension] == nil {
		return nil
	}
	return n[dimension].list
}

// A Name is what an id stands for.
type Name struct{ ID, Label string }

// directory is the dataset with the names of ids: dimension, id, label and, where it
// opens, person_name.
const directory = "directory"

// mostNames is how many names are asked for: of a tenant there are fewer.
const mostNames = "10000"

// ReadNames asks for the names of a tenant's ids; without a tenant for those of all. An
// id that stands for several things has none, and where there are more names than are
// asked for, so that this cannot be told, no id has any. Where nobody is named there are
// none.
func ReadNames(ctx context.Context, v *ask.Viewer, c Catalogue, noun, tenant string) Names {
	d, ok := c.Dataset(directory)
	if !ok || !slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Name == "label" }) {
		return Names{}
	}
	q := url.Values{"limit": {mostNames}}
	if tenant != "" {
		q.Set(noun, tenant)
	}
	a, err := v.Get(ctx, "/v1/datasets/"+directory+"/rows", q)
	if err != nil {
		return Names{}
	}
	var doc struct {
		Data []map[string]any `json:"data"`
		Page struct {
			Next string `json:"next"`
		} `json:"page"`
	}
	if a.Into(&doc) != nil || doc.Page.Next != "" {
		return Names{}
	}
	return namesOf(doc.Data)
}

// namesOf sorts rows of the directory by what they name.
func namesOf(rows []map[string]any) Names {
	type thing struct{ dimension, id string }
	labels, order := map[thing]string{}, []thing{}
	for _, row := range rows {
		label := textOf(row["label"])
		if person := textOf(row["person_name"]); person != "" {
			label = person
		}
		of := thing{textOf(row["dimension"]), textOf(row["id"])}
		is, known := labels[of]
		switch {
		case !known:
			labels[of], order = label, append(order, of)
		case is != label:
			labels[of] = ""
		}
	}
	slices.SortStableFunc(order, func(a, b thing) int { return strings.Compare(labels[a], labels[b]) })
	out := Names{}
	for _, of := range order {
		if labels[of] != "" {
			out.Add(of.dimension, Name{of.id, labels[of]})
		}
	}
	return out
}

// Of is what a value of a dimension is called.
func (n Names) Of(dimension, value string) string {
	if of := n[dimension]; of != nil {
		if label, ok := of.labels[value]; ok {
			return label
		}
	}
	switch {
	case value == "":
		return "Not known"
	case value == "0" && strings.HasSuffix(dimension, "_id"):
		return "None"
	case strings.HasSuffix(dimension, "_id"):
		return Words(dimension) + " " + value
	}
	if rest, ok := strings.CutPrefix(value, "over "); ok {
		return "Over " + rest
	}
	return spoken(value)
}

// spoken is a value as people say it, where it is a word of programs:
// responsible_party is Responsible party.
func spoken(value string) string {
	plain := func(r rune) bool { return r == '_' || r == ' ' || r >= 'a' && r <= 'z' }
	if value != "" && !strings.ContainsFunc(value, func(r rune) bool { return !plain(r) }) {
		return Words(value)
	}
	return value
}
