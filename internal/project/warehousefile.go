package project

import (
	"path/filepath"

	"archwire"
)

// The engines of a warehouse.
const (
	DuckDB   = "duckdb"   // embedded: a file of this machine
	Redshift = "redshift" // a cluster or workgroup of Amazon Redshift
)

// A WarehouseConfig says where copies and models live.
type WarehouseConfig struct {
	Engine string // DuckDB or Redshift
	Memory string // 2GB; of the embedded engine, which writes slices for Redshift, too; "" leaves it to that

	// Of DuckDB.
	Path    string // the file, relative to the project, or absolute; "" with another engine
	Threads int    // 0 leaves it to the engine

	// Of Redshift.
	URL     string        // redshift://USER@HOST:5439/DATABASE, as written
	Staging string        // s3://BUCKET/PREFIX, as written: what is loaded and unloaded passes through it
	Role    string        // as which Redshift reads and writes Staging: an ARN, or "default"; as written
	Layout  []TableLayout // in the order of the file
}

// A TableLayout is how a relation lies on the nodes of a cluster, where that is not
// left to the planner. What is "" or nil is left to it.
type TableLayout struct {
	Relation        string // schema.name
	Distribution    Distribution
	DistributionKey string   // a column, with ByKey
	Sort            []string // columns, the first one first; empty for none
}

// A Distribution says on which node of a cluster a row lies.
type Distribution string

// The distributions, as Redshift's DISTSTYLE names them.
const (
	Auto  Distribution = "auto" // Redshift chooses, and changes it
	Even  Distribution = "even" // in turn
	All   Distribution = "all"  // on each node
	ByKey Distribution = "key"  // rows that are equal in a column lie together
)

func warehouseSpec(w *WarehouseConfig) spec {
	return spec{Name: "warehouse", Doc: "Where copies and models live.", Fields: []field{
		{"engine", "The engine.", false, w.Engine, choice[string]{&w.Engine, "warehouse engine", []string{DuckDB, Redshift}}},
		{"memory", "How much memory the embedded engine may take: DuckDB, which writes slices for Redshift, too.", false, "1GB", text{&w.Memory, memory()}},
		{"path", "duckdb: the warehouse's file, relative to the project.", false, w.Path, text{&w.Path, anyText()}},
		{"threads", "duckdb: how many threads the engine may use.", false, "the engine decides", integer{&w.Threads, 1}},
		{"url", "redshift: how it is reached; docs/reference/redshift.md lists the ways to sign in. Secrets as ${NAME} from the environment.", false, "", location{&w.URL, "warehouse", []string{"redshift"}}},
		{"staging", "redshift: where the files lie by which rows come in and go out.", false, "", location{&w.Staging, "place for files", []string{"s3"}}},
		{"role", "redshift: the role by which it reads and writes these files.", false, w.Role, text{&w.Role, role()}},
		{"layout", "redshift: how tables and models lie on the nodes, where that is not left to the planner, by source.table or folder.model.", false, "by tenant, key and size", entries[TableLayout]{
			&w.Layout, "table or model", relation(), func(name string, t *TableLayout) value {
				t.Relation = name
				return object{layoutSpec(t)}
			},
		}},
	}}
}

func layoutSpec(t *TableLayout) spec {
	return spec{Name: "layout", Doc: "How a table or model lies on the nodes.", Fields: []field{
		{"distribution", "On which node a row lies.", false, "the planner decides", choice[Distribution]{&t.Distribution, "distribution", []Distribution{Auto, Even, All, ByKey}}},
		{"distribution_key", "With distribution: key, the column; rows that are equal in it lie together.", false, "", text{&t.DistributionKey, anyText()}},
		{"sort", "The columns by which rows lie sorted, the first one first; [] for none.", false, "the planner decides", list{&t.Sort, "column"}},
	}}
}

// role is the form of a role, or of several of which each assumes the next.
func role() form {
	return form{
		pattern: `^(default|\$\{[A-Za-z_][A-Za-z0-9_]*\}|arn:[a-z-]+:iam::[0-9]{12}:role/[^\s,']+(,arn:[a-z-]+:iam::[0-9]{12}:role/[^\s,']+)*)$`,
		says:    "default, arn:aws:iam::ACCOUNT:role/NAME, or ${NAME} for a variable of the environment",
	}
}

// warehouse looks at what one field of the warehouse says about others.
func (l *loader) warehouse() {
	w, item := &l.project.Warehouse, Item{Kind: KindProject}
	for _, of := range []struct {
		engine string
		fields []string
	}{{DuckDB, []string{"path", "threads"}}, {Redshift, []string{"url", "staging", "role", "layout"}}} {
		for _, name := range of.fields {
			if _, written := l.project.places[item].lines["warehouse."+name]; written && w.Engine != "" && w.Engine != of.engine {
				l.complain(item, "warehouse."+name, "has no meaning with engine: %s; leave it out, or use engine: %s", w.Engine, of.engine)
			}
		}
	}
	if w.Engine != Redshift {
		return
	}
	w.Path = ""
	if w.URL == "" && !l.complained("warehouse.url") {
		l.complain(item, "warehouse.url", "missing; engine: redshift is reached by it: write redshift://USER@HOST:5439/DATABASE")
	}
	if w.Staging == "" && !l.complained("warehouse.staging") {
		l.complain(item, "warehouse.staging", "missing; engine: redshift loads and unloads by files in S3: write s3://BUCKET/PREFIX")
	}
}

// complained says whether there is a complaint about a field of archwire.yaml.
func (l *loader) complained(field string) bool {
	for _, c := range l.complaints {
		if c.File == configFile && c.Field == field {
			return true
		}
	}
	return false
}

// layouts looks whether what layouts name is there. The columns of models are known
// when they are understood.
func (l *loader) layouts() {
	item := Item{Kind: KindProject}
	for _, t := range l.project.Warehouse.Layout {
		at := join("warehouse.layout", t.Relation)
		known := l.relation(item, at, t.Relation)
		switch {
		case t.Distribution == ByKey && t.DistributionKey == "":
			l.complain(item, at+".distribution_key", "missing; distribution: key goes by a column: name it, or use auto, even or all")
		case t.Distribution != ByKey && t.DistributionKey != "" && !l.complained(at+".distribution"):
			l.complain(item, at+".distribution_key", "has a meaning with distribution: key only; add that, or leave it out")
		}
		table, ok := l.project.Table(t.Relation)
		if !known || !ok {
			continue
		}
		if t.DistributionKey != "" {
			l.copied(item, at+".distribution_key", table, t.DistributionKey)
		}
		for i, c := range t.Sort {
			l.copied(item, element(at+".sort", i), table, c)
		}
	}
}

// materialized complains about a model that is to be refreshed by the warehouse and
// is none of its views.
func (l *loader) materialized(m archwire.Model) {
	if m.AutoRefresh && m.Materialized == archwire.AsTable {
		l.complain(Item{KindModel, m.Name}, "auto_refresh", "has no meaning with materialized: table; leave it out, or use materialized: view or auto")
	}
}

// ResolveWarehouse is the warehouse's configuration with its references to the
// environment filled in. A variable that is not set is a Complaint.
func (p *Project) ResolveWarehouse() (WarehouseConfig, error) {
	w := p.Warehouse
	for _, f := range []struct {
		name string
		into *string
	}{{"warehouse.url", &w.URL}, {"warehouse.staging", &w.Staging}, {"warehouse.role", &w.Role}} {
		s, err := p.resolve(Item{Kind: KindProject}, f.name, *f.into)
		if err != nil {
			return w, err
		}
		*f.into = s
	}
	return w, nil
}

// Scratch is the folder of this machine for what does not fit into memory, and for
// files on their way.
func (p *Project) Scratch() string {
	if p.Warehouse.Path == "" {
		return p.Path(filepath.Join("data", "tmp"))
	}
	return filepath.Join(filepath.Dir(p.Path(p.Warehouse.Path)), "tmp")
}
