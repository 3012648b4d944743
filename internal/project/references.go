package project

import (
	"slices"
	"strings"

	"archwire"
)

// references looks at what one item says about others, once all are read.
func (l *loader) references() {
	for _, s := range l.project.Sources {
		l.schemaName(Item{KindSource, s.Name}, "source", s.Name)
		l.fileSource(s)
		if s.ReadCommitted && s.Engine != "sqlserver" {
			l.complain(Item{KindSource, s.Name}, "isolation", "is for sources of engine sqlserver; leave it out")
		}
		for _, t := range s.Tables {
			l.table(s, t)
		}
	}
	for _, m := range l.project.Models {
		l.model(m)
	}
	l.tenants()
	l.layouts()
	for _, d := range l.project.Datasets {
		l.dataset(d)
	}
	ids := map[string]string{}
	for _, m := range l.project.Metrics {
		l.metric(m)
		if other, doubled := ids[m.ID]; doubled && m.ID != "" {
			l.complain(Item{KindMetric, m.Name}, "id", "%s is the id of %s already; give each metric its own", m.ID, other)
		}
		ids[m.ID] = m.Name
	}
	l.dashboardReferences()
}

func (l *loader) complain(item Item, field, format string, args ...any) {
	l.complaints = append(l.complaints, l.project.Complaint(item, field, format, args...))
}

// schemaName refuses schemas that belong to the product or to engines.
func (l *loader) schemaName(item Item, field, schema string) {
	owned := []string{"archwire", "information_schema", "main", "public", "system", "temp", "sys"}
	if slices.Contains(owned, schema) || strings.HasPrefix(schema, "pg_") || strings.HasPrefix(schema, "archwire_") {
		l.complain(item, field, "the schema %s belongs to the warehouse; choose another name", schema)
	}
}

func (l *loader) model(m archwire.Model) {
	folder, file, _ := strings.Cut(m.Name, ".")
	item := Item{KindModel, m.Name}
	l.schemaName(item, "", folder)
	l.materialized(m)
	if _, ok := l.project.Source(folder); ok {
		l.complain(item, "", "the folder %s has the name of a source; rename it, so that %s.%s cannot be taken for a copy", folder, folder, file)
	}
}

func (l *loader) tenants() {
	item, t := Item{Kind: KindProject}, l.project.Tenants
	for field, noun := range map[string]string{"tenant.noun": l.project.Noun.Singular, "tenant.plural": l.project.Noun.Plural} {
		if slices.Contains(taken(), noun) {
			l.complain(item, field, "the API uses the word %s already; choose another", noun)
		}
	}
	if l.project.Noun.Singular != "" && l.project.Noun.Singular == l.project.Noun.Plural {
		l.complain(item, "tenant.plural", "is the same as the noun; the API needs two words")
	}
	if len(l.project.Sources) == 0 && len(l.project.Models) == 0 {
		return // a project just begun: the table cannot be there yet
	}
	if t.Table == "" || !l.relation(item, "tenant.table", t.Table) {
		return
	}
	if table, ok := l.project.Table(t.Table); ok {
		for _, c := range []struct{ field, column string }{{"key", t.Key}, {"label", t.Label}, {"timezone", t.Timezone}} {
			if c.column != "" {
				l.copied(item, "tenant."+c.field, table, c.column)
			}
		}
	}
}

// relation complains about a name that is neither a copied table nor a model.
func (l *loader) relation(item Item, field, name string) bool {
	known := l.project.Relations()
	if slices.Contains(known, name) {
		return true
	}
	if l.incomplete {
		return false
	}
	l.complain(item, field, "there is no copied table or model %s%s", name, DidYouMean(name, known))
	return false
}

// Relations lists the copied tables and the models.
func (p *Project) Relations() []string {
	var names []string
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			names = append(names, t.ID())
		}
	}
	for _, m := range p.Models {
		names = append(names, m.Name)
	}
	return names
}

func (l *loader) dataset(d archwire.Dataset) {
	item := Item{KindDataset, d.Name}
	if d.From != "" {
		l.relation(item, "from", d.From)
	}
	for i, k := range d.Key {
		field := element("key", i)
		if _, ok := d.Column(k); k == d.Tenant {
			l.complain(item, field, "%s is the tenant column, which is part of every key; leave it out", k)
		} else if !ok {
			l.complain(item, field, "%s is not among the columns; publish it%s", k, didYouMeanColumn(k, d))
		}
	}
	if d.Person != "" {
		l.person(item, d)
	}
	if d.Location != "" {
		l.location(item, d)
	}
	if d.Older() {
		l.older(item, d)
	}
	for _, c := range d.Columns {
		if c.Name == d.Tenant {
			l.complain(item, "columns."+c.Name, "is the tenant column, which is always published; leave it out")
		}
		if c.Pseudonym != "" && c.Class != archwire.ClassPseudonymous {
			l.complain(item, "columns."+c.Name+".pseudonym",
				"has a meaning for columns of class pseudonymous only: readers of profile identified are given the values; leave it out, or correct the class")
		}
		if c.Pseudonym != "" && len(c.Labels) > 0 {
			l.complain(item, "columns."+c.Name+".labels", "cannot be told of pseudonyms, which are other texts for each reader; leave it out")
		}
		if c.Class == archwire.ClassIdentified && len(c.Labels) > 0 {
			l.complain(item, "columns."+c.Name+".labels", "would write what identifies people into the project; leave it out, or correct the class")
		}
	}
}

// location complains about a column by which grants could not be limited.
func (l *loader) location(item Item, d archwire.Dataset) {
	switch c, ok := d.Column(d.Location); {
	case !ok:
		l.complain(item, "location", "%s is not among the columns; publish it%s", d.Location, didYouMeanColumn(d.Location, d))
	case c.Class != archwire.ClassPublic:
		l.complain(item, "location", "%s says where a row belongs to every reader, so its class is public, not %s", d.Location, c.Class)
	}
}

// person complains about a key of persons that is none.
func (l *loader) person(item Item, d archwire.Dataset) {
	switch c, ok := d.Column(d.Person); {
	case !ok:
		l.complain(item, "person", "%s is not among the columns; publish it%s", d.Person, didYouMeanColumn(d.Person, d))
	case c.Class == archwire.ClassPublic:
		l.complain(item, "person", "%s tells persons apart, so its class is pseudonymous or identified, not public", d.Person)
	case c.Class == archwire.ClassPseudonymous && c.Pseudonym == "":
		l.complain(item, "person", "%s would leave as it is, the same for every client; add pseudonym: person, or another domain, to the column", d.Person)
	}
}

func (l *loader) metric(m archwire.Metric) {
	item := Item{KindMetric, m.Name}
	switch {
	case m.Additivity == archwire.Ratio && m.Denominator == "":
		l.complain(item, "denominator", "missing; additivity: ratio divides by it")
	case m.Additivity == archwire.NonAdditive && m.Denominator == "":
		l.complain(item, "denominator", "missing; additivity: none publishes the number of rows the value is taken over, such as count(*)")
	case (m.Additivity == archwire.Additive || m.Additivity == archwire.Semi) && m.Denominator != "":
		l.complain(item, "denominator", "has no meaning with additivity: %s; leave it out, or use ratio", m.Additivity)
	}
	switch {
	case m.Additivity == archwire.Semi && m.Basis != "" && m.Basis != archwire.BasisSnapshot:
		l.complain(item, "basis", "is %s, but additivity: semi is for states at the end of a day; use snapshot, or additivity: additive", m.Basis)
	case m.Additivity == archwire.Additive && m.Basis == archwire.BasisSnapshot:
		l.complain(item, "additivity", "is additive, but states at the end of a day must not be summed over time; use semi, or another basis")
	}
	if m.Matures != "" && m.Basis != "" && m.Basis != archwire.BasisCohort {
		l.complain(item, "matures", "is for what is followed for some time, which basis: %s is not; leave it out, or use cohort", m.Basis)
	}
	if m.Rows != nil {
		l.behind(item, *m.Rows)
	}
	if m.Dataset == "" {
		return
	}
	d, ok := l.known(item, "dataset", m.Dataset)
	if !ok {
		return
	}
	if m.Date != "" {
		l.published(item, "date", d, m.Date)
	}
	for i, c := range m.Dimensions {
		l.published(item, element("dimensions", i), d, c)
	}
}

// published complains about a column that a dataset does not publish.
func (l *loader) published(item Item, field string, d archwire.Dataset, column string) {
	if _, ok := d.Column(column); !ok && len(d.Columns) > 0 {
		l.complain(item, field, "dataset %s has no column %s%s", d.Name, column, didYouMeanColumn(column, d))
	}
}

func didYouMeanColumn(column string, d archwire.Dataset) string {
	names := make([]string, len(d.Columns))
	for i, c := range d.Columns {
		names[i] = c.Name
	}
	return DidYouMean(column, names)
}

func columnNames(columns []archwire.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

func datasetNames(datasets []archwire.Dataset) []string {
	names := make([]string, len(datasets))
	for i, d := range datasets {
		names[i] = d.Name
	}
	return names
}
