package project

import "time"

// newSource is a source before its file is read.
func newSource(file string) Source {
	return Source{File: file, Connections: 2, Drift: DriftIgnore, MostDeletes: 10, Settle: time.Minute}
}

// tenantColumns finds the tenant column of tables that name none.
func (l *loader) tenantColumns() {
	p := l.project
	for _, s := range p.Sources {
		for i := range s.Tables {
			t := &s.Tables[i]
			candidates := []string{p.Noun.Singular + "_id", p.Tenants.Key}
			if t.ID() == p.Tenants.Table {
				candidates = []string{p.Tenants.Key}
			} else if p.Tenants.Key == "id" {
				candidates = candidates[:1] // every table has its own id
			}
			for _, name := range candidates {
				if _, ok := t.Column(name); ok && t.Tenant == "" {
					t.Tenant = name
				}
			}
		}
	}
}

// complete fills in what a table's file may leave out.
func (t *Table) complete(s Source) {
	t.Source = s.Name
	if t.Files != nil {
		t.Schema, t.Origin, t.Form = EngineFiles, t.Name, t.Files.Default().String()
	}
	if t.Origin == "" {
		t.Schema, t.Origin = "public", t.Name
		if s.Engine == "sqlserver" {
			t.Schema = "dbo"
		}
	}
	if t.Deletes == "" {
		t.Deletes = "sweep"
		if t.Sync == "append" || t.Sync == "tracking" {
			t.Deletes = "none"
		}
	}
	t.Rows, t.Bytes = -1, -1
}
