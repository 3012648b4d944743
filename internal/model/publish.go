package model

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/project"
)

// tenants looks for the columns of the table that lists the tenants.
func (c *checker) tenants(context.Context) error {
	t := c.project.Tenants
	if _, made := c.columns[t.Table]; !made {
		return nil
	}
	item := project.Item{Kind: project.KindProject}
	for _, f := range []struct{ field, column string }{{"key", t.Key}, {"label", t.Label}, {"timezone", t.Timezone}} {
		if f.column != "" {
			c.has(item, "tenant."+f.field, t.Table, f.column)
		}
	}
	return nil
}

// businessDate binds the query for the business date. It is asked when the
// copies are there and the models are not.
func (c *checker) businessDate(ctx context.Context) error {
	sql := c.project.BusinessDate
	if sql == "" {
		return nil
	}
	item, field := project.Item{Kind: project.KindProject}, "business_date"
	at := c.project.Complaint(item, field, "")
	reads, ok, err := c.relations(ctx, query{file: at.File, line: at.Line, field: field, sql: sql})
	if err != nil || !ok || c.readsBroken(reads) {
		return err
	}
	for _, r := range reads {
		if _, copied := c.project.Table(r); !copied {
			c.complain(item, field, "reads %s, but is asked before the models are refreshed; read copied tables only", r)
			return nil
		}
	}
	columns, err := c.sandbox.Describe(ctx, sql)
	if err != nil {
		return c.expression(err, item, field, c.columnsOf(reads...))
	}
	if len(columns) != 1 || columns[0].Type.Kind != archwire.Date {
		c.complain(item, field, "gives %s; it must give one date", shape(columns))
	}
	return nil
}

func shape(columns []archwire.Column) string {
	parts := make([]string, len(columns))
	for i, col := range columns {
		parts[i] = col.Name + " " + col.Type.String()
	}
	return strings.Join(parts, ", ")
}

// datasets looks for the columns of each dataset and fills in their types.
func (c *checker) datasets(context.Context) error {
	for i := range c.project.Datasets {
		d := &c.project.Datasets[i]
		if _, made := c.columns[d.From]; !made {
			c.unfit[d.Name] = true
			continue
		}
		item, before := project.Item{Kind: project.KindDataset, Name: d.Name}, len(c.complaints)
		c.has(item, "tenant", d.From, d.Tenant)
		for j := range d.Columns {
			if col, ok := c.has(item, "columns."+d.Columns[j].Name, d.From, d.Columns[j].Name); ok {
				d.Columns[j].Type = col.Type.String()
				c.pseudonym(item, d.Columns[j], col.Type)
			}
		}
		c.unfit[d.Name] = len(c.complaints) > before
	}
	return nil
}

// metrics binds the expressions of each metric over the columns of its dataset
// and nothing else.
func (c *checker) metrics(ctx context.Context) error {
	for _, m := range c.project.Metrics {
		d, ok := c.project.Dataset(m.Dataset)
		if !ok || c.unfit[d.Name] {
			continue
		}
		item := project.Item{Kind: project.KindMetric, Name: m.Name}
		c.date(item, m, d)
		for i, name := range m.Dimensions {
			c.dimension(item, fmt.Sprintf("dimensions[%d]", i), d, name)
		}
		for _, f := range []struct{ field, sql string }{{"numerator", m.Numerator}, {"denominator", m.Denominator}} {
			if f.sql == "" {
				continue
			}
			if err := c.aggregate(ctx, item, f.field, f.sql, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// date wants a calendar date: periods are cut along it.
func (c *checker) date(item project.Item, m archwire.Metric, d archwire.Dataset) {
	if col, ok := d.Column(m.Date); ok && col.Type != archwire.Date.String() {
		c.complain(item, "date", "%s of dataset %s is %s, not a date; publish the calendar date it falls on", m.Date, d.Name, col.Type)
	}
}

// dimension wants values that can be told apart and named in a filter.
func (c *checker) dimension(item project.Item, field string, d archwire.Dataset, name string) {
	col, ok := d.Column(name)
	unfit := []string{archwire.Float32.String(), archwire.Float64.String(), archwire.JSON.String(), archwire.Bytes.String()}
	if ok && slices.Contains(unfit, col.Type) {
		c.complain(item, field, "%s of dataset %s is %s, which values cannot be cut by; use another column", name, d.Name, col.Type)
	}
}

// aggregate binds an expression as the API will use it. What it reads besides
// the dataset would escape the tenant's slice.
func (c *checker) aggregate(ctx context.Context, item project.Item, field, expression string, d archwire.Dataset) error {
	over := "from (select " + quoted(published(d)) + " from " + archwire.QuoteName(d.From) + ") as slice"
	query := "select (" + expression + "\n) as value " + over
	reads, err := c.sandbox.Reads(ctx, query)
	if err != nil {
		return c.expression(err, item, field, published(d))
	}
	if !slices.Equal(reads, []string{d.From}) {
		c.complain(item, field, "reads more than dataset %s; write an aggregate over its columns", d.Name)
		return nil
	}
	// "group by ()" makes one group of all rows, so that a column outside an
	// aggregate does not bind.
	columns, err := c.sandbox.Describe(ctx, query+" group by ()")
	if err != nil {
		if _, plain := c.sandbox.Describe(ctx, query); plain == nil && archwire.CodeOf(err) == archwire.Invalid {
			c.complain(item, field, "is not an aggregate; write sum(...), count(...) or the like")
			return nil
		}
		return c.expression(err, item, field, published(d))
	}
	if len(columns) != 1 || !numeric(columns[0].Type.Kind) {
		c.complain(item, field, "gives %s; a metric is one number", shape(columns))
		return nil
	}
	return c.overPseudonyms(ctx, item, field, expression, d)
}

// expression turns the engine's verdict on SQL in a field into a complaint.
func (c *checker) expression(err error, item project.Item, field string, known []string) error {
	if archwire.CodeOf(err) != archwire.Invalid {
		return err
	}
	_, message := verdict(err, query{known: known})
	c.complain(item, field, "%s", message)
	return nil
}

// published lists the columns of a slice of d.
func published(d archwire.Dataset) []string {
	names := []string{d.Tenant}
	for _, col := range d.Columns {
		names = append(names, col.Name)
	}
	return names
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = archwire.Quote(name)
	}
	return strings.Join(out, ", ")
}

func numeric(k archwire.Kind) bool {
	return slices.Contains([]archwire.Kind{
		archwire.Int16, archwire.Int32, archwire.Int64, archwire.Decimal, archwire.Float32, archwire.Float64,
	}, k)
}

// checks binds each check.
func (c *checker) checks(ctx context.Context) error {
	for _, check := range c.project.Checks {
		q := query{file: check.File, line: check.Line, sql: check.SQL}
		reads, ok, err := c.relations(ctx, q)
		if err != nil {
			return err
		}
		if !ok || c.readsBroken(reads) {
			continue
		}
		if _, err := c.sandbox.Describe(ctx, check.SQL); err != nil {
			q.known = c.columnsOf(reads...)
			if err := c.statement(err, q); err != nil {
				return err
			}
		}
	}
	return nil
}
