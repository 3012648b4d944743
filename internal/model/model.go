// Package model tells what the SQL of a project means: what each model reads,
// in which order models are refreshed, and whether every name in models,
// datasets, metrics and checks is there. It asks an engine, through a Sandbox
// of empty tables, and needs no database.
//
// How files are laid out is left to package project, refreshing to the
// warehouse.
package model

import (
	"context"
	"fmt"

	"archwire"
	"archwire/internal/project"
)

// A Sandbox is an engine without data, in which relations can be made empty to
// see whether queries over them bind. It has archwire.run. Wrong SQL is an error
// of code Invalid, with an archwire.SQLError below it where the line is known.
type Sandbox interface {
	archwire.Parser
	archwire.Describer

	// Table makes an empty table of that shape.
	Table(ctx context.Context, t archwire.Table) error

	// Model makes an empty table of the shape of the model's result, and returns
	// its columns.
	Model(ctx context.Context, m archwire.Model) ([]archwire.Column, error)
}

// runTable is the relation that holds the business date of the run.
const runTable = "archwire.run"

// Check has every statement of the project understood by the sandbox's engine.
// It fills in the Reads of models and the types of datasets' columns. What is
// wrong with the project comes back as Complaints, all of it at once; another
// error means that the sandbox could not be asked.
func Check(ctx context.Context, p *project.Project, s Sandbox) error {
	c := &checker{project: p, sandbox: s, columns: map[string][]archwire.Column{}, broken: map[string]bool{}, unfit: map[string]bool{}}
	for _, step := range []func(context.Context) error{
		c.tables, c.reads, c.models, c.layouts, c.tenants, c.businessDate, c.datasets, c.metrics, c.checks,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return c.complaints.Err()
}

// A checker goes through one project.
type checker struct {
	project    *project.Project
	sandbox    Sandbox
	complaints project.Complaints
	columns    map[string][]archwire.Column // of each relation that could be made
	broken     map[string]bool              // relations that could not, and were complained about
	unfit      map[string]bool              // datasets that were complained about
}

// complain files a complaint about a field of an item.
func (c *checker) complain(item project.Item, field, format string, args ...any) {
	c.complaints = append(c.complaints, c.project.Complaint(item, field, format, args...))
}

// tables makes every declared table.
func (c *checker) tables(ctx context.Context) error {
	for _, s := range c.project.Sources {
		for _, t := range s.Tables {
			if err := c.table(ctx, s, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checker) table(ctx context.Context, s project.Source, t project.Table) error {
	item, field := project.Item{Kind: project.KindSource, Name: s.Name}, "tables."+t.Name
	err := c.sandbox.Table(ctx, t.Table)
	if err == nil {
		c.columns[t.ID()], err = c.sandbox.Describe(ctx, "select * from "+archwire.QuoteName(t.ID()))
	}
	if err == nil {
		return nil
	}
	if archwire.CodeOf(err) != archwire.Invalid {
		return fmt.Errorf("making an empty table %s: %w", t.ID(), err)
	}
	c.broken[t.ID()] = true
	c.complain(item, field, "the warehouse has no table of this shape: %s", err)
	return nil
}

// models makes every model, in order.
func (c *checker) models(ctx context.Context) error {
	waves, circles := order(c.project.Models)
	c.complaints = append(c.complaints, circles...)
	for _, wave := range waves {
		for _, m := range wave {
			if err := c.model(ctx, m); err != nil {
				return err
			}
		}
	}
	for _, m := range c.project.Models { // those in a circle, and their readers
		if _, made := c.columns[m.Name]; !made {
			c.broken[m.Name] = true
		}
	}
	return nil
}

func (c *checker) model(ctx context.Context, m archwire.Model) error {
	if c.broken[m.Name] || c.readsBroken(m.Reads) {
		c.broken[m.Name] = true
		return nil
	}
	columns, err := c.sandbox.Describe(ctx, m.SQL)
	if err != nil {
		c.broken[m.Name] = true
		return c.statement(err, query{file: m.File, line: m.Line, sql: m.SQL, known: c.columnsOf(m.Reads...)})
	}
	c.columns[m.Name] = columns
	item, shape := project.Item{Kind: project.KindModel, Name: m.Name}, m
	for i, k := range m.Key {
		if _, ok := c.has(item, fmt.Sprintf("key[%d]", i), m.Name, k); !ok {
			shape.Key = nil // so that what reads the model can still be judged
		}
	}
	if m.Tenant != "" {
		if _, ok := c.has(item, "tenant", m.Name, m.Tenant); !ok {
			shape.Tenant = ""
		}
	}
	if _, err := c.sandbox.Model(ctx, shape); err != nil {
		c.broken[m.Name] = true
		return c.statement(err, query{file: m.File, line: m.Line, sql: m.SQL, known: c.columnsOf(m.Reads...)})
	}
	return nil
}

// readsBroken says whether a relation among reads was complained about: what
// reads it cannot be judged.
func (c *checker) readsBroken(reads []string) bool {
	for _, r := range reads {
		if c.broken[r] {
			return true
		}
	}
	return false
}

// has finds a column of a relation, or complains.
func (c *checker) has(item project.Item, field, relation, column string) (archwire.Column, bool) {
	for _, known := range c.columns[relation] {
		if known.Name == column {
			return known, true
		}
	}
	c.complain(item, field, "%s has no column %s%s", relation, column, project.DidYouMean(column, c.columnsOf(relation)))
	return archwire.Column{}, false
}
