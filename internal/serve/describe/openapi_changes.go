package describe

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/problem"
)

// feed describes the feed of a dataset.
func (d *describer) feed() *huma.Operation {
	n := d.noun()
	op := &huma.Operation{
		Method: http.MethodGet, Path: ChangesPath, OperationID: "changes", Summary: "What has changed in a dataset since a publication",
		Description: "What turns the rows of the publication since, as /rows showed them to you, into those of meta.publication: delete the row of " +
			"the key that a delete names, and put an upsert in the place of the row of its key, or beside the others. The key of a row is the column of the " + n.Singular +
			" and the dataset's key; a dataset without a key has one row for each " + n.Singular + ". Rows whose values are what they were do not come. " +
			"Sorted by " + n.Singular + " and key. Follow page.next until it is null: a page may hold fewer rows than limit, or none, and still have a next one. " +
			"Then keep meta.publication: it is the next since. It works in both directions, so a publication that was rolled back is followed, too.",
		Parameters: append([]*huma.Param{
			inPath("dataset", "The dataset's name.", datasetNames(d.e)),
			{Name: "since", In: "query", Required: true, Description: "meta.publication of the rows or changes that you read last.", Schema: &huma.Schema{Type: huma.TypeString}},
			d.tenantParam(),
			listed("fields", "The columns wanted, separated by commas; all by default. The column of the "+n.Singular+" and the key are always there. "+
				"Rows in which nothing else has changed do not come.", &huma.Schema{Type: huma.TypeString}),
			query("limit", "How many changes a page has at most. It ends earlier at 16 MiB, and when very many rows were compared.",
				&huma.Schema{Type: huma.TypeInteger, Minimum: number64(1), Maximum: number64(MaxLimit), Default: DefaultLimit}),
			query("cursor", "page.next of the page before, with everything but limit unchanged.", &huma.Schema{Type: huma.TypeString}),
		}, d.headers()...),
		Security:  security(),
		Responses: d.responses(d.envelope("changes", arrayOf(d.change())), []int{http.StatusGone}),
	}
	for _, k := range problem.Kinds() {
		if k.Anchor == problem.KindStartOver {
			op.Responses["410"].Description = k.Title + ". " + k.About
		}
	}
	return op
}

// change is the schema of a change of any dataset. Those of each dataset are among the
// components, change_ and the dataset's name, as those of rows are.
func (d *describer) change() *huma.Schema {
	for _, ds := range d.e.Manifest.Datasets {
		d.named("change_"+componentName(ds), d.changeOf(ds))
	}
	return d.named("Change", &huma.Schema{
		Type: huma.TypeObject, Description: "A change: its other members are columns of the dataset. A dataset's own are the component change_ and its name.",
		Required: []string{"op"}, Properties: map[string]*huma.Schema{"op": opSchema()}, AdditionalProperties: anyValue("A column."),
	})
}

func opSchema() *huma.Schema {
	s := choice(nil, "delete", "upsert")
	s.Description = "delete: the row of this key is gone. upsert: the row of this key is new, or is this one from now on."
	return s
}

// changeOf is the schema of a change of a dataset.
func (d *describer) changeOf(ds archwire.Dataset) *huma.Schema {
	row := d.rowOf(ds)
	s := &huma.Schema{
		Type: huma.TypeObject, Description: ds.Description, AdditionalProperties: false,
		Required: []string{"op", MemberOf(ds.Tenant)}, Properties: map[string]*huma.Schema{},
	}
	for name, column := range row.Properties {
		s.Properties[MemberOf(name)] = column
	}
	for _, k := range ds.Key {
		s.Required = append(s.Required, MemberOf(k))
	}
	s.Properties["op"] = opSchema()
	return s
}

// MemberOf is the name that a column has in a change, where "op" is taken.
func MemberOf(column string) string {
	if strings.TrimRight(column, "_") == "op" {
		return column + "_"
	}
	return column
}

// exampleChanges are changes as they might be.
func exampleChanges(ds archwire.Dataset) []any {
	upsert, gone := exampleRow(ds), map[string]any{"op": "delete", MemberOf(ds.Tenant): "18"}
	for _, k := range ds.Key {
		gone[MemberOf(k)] = upsert[k]
	}
	changed := map[string]any{"op": "upsert"}
	for name, value := range upsert {
		changed[MemberOf(name)] = value
	}
	return []any{changed, gone}
}
