package project

import (
	"io/fs"
	"os"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"archwire"
)

// Load reads the project in dir. env looks up variables of the environment; it
// is asked by the Resolve methods only, so a project can be checked where its
// secrets are not known. What is wrong with the files comes back as Complaints,
// all of it at once.
func Load(dir string, env func(string) (string, bool)) (*Project, error) {
	l, err := newLoader(os.DirFS(dir), env)
	if err != nil {
		return nil, err
	}
	l.project.Dir = dir
	return l.load()
}

// LoadSources reads archwire.yaml and sources/ only, and does not ask whether the
// names in them exist: what a command needs that writes a source's file, before
// there are tables to refer to.
func LoadSources(dir string, env func(string) (string, bool)) (*Project, error) {
	l, err := newLoader(os.DirFS(dir), env)
	if err != nil {
		return nil, err
	}
	l.project.Dir = dir
	l.config()
	l.sources()
	return l.project, l.complaints.Err()
}

// A loader reads one project.
type loader struct {
	files
	project    *Project
	complaints Complaints
	incomplete bool // something could not be read so far that it has a name: what is missing may be that

	unnamedMetric bool // the same of a metric
}

// newLoader begins to read the project in fsys.
func newLoader(fsys fs.FS, env func(string) (string, bool)) (*loader, error) {
	l := &loader{project: defaults()}
	l.files = files{fsys: fsys, complaints: &l.complaints, read: map[string][]byte{}}
	l.project.env = env
	l.project.places = map[Item]place{}
	if _, err := fs.Stat(fsys, configFile); err != nil {
		l.unreadable(configFile, err)
		l.complaints[0].Message += "; a project is a folder with this file: archwire init makes one"
		return nil, l.complaints.Err()
	}
	return l, nil
}

// load reads all of the project.
func (l *loader) load() (*Project, error) {
	l.config()
	l.sources()
	l.models()
	l.checks()
	l.datasets()
	l.metrics()
	l.dashboards()
	l.tenantColumns()
	l.references()
	l.project.Version = l.version()
	if err := l.complaints.Err(); err != nil {
		return nil, err
	}
	return l.project, nil
}

// remember notes where an item was read; a second one of the same name is a
// complaint.
func (l *loader) remember(item Item, field string, at place) bool {
	if first, doubled := l.project.places[item]; doubled {
		l.complaints.add(at.file, at.line(field), field, "%s %s is there twice, first in %s on line %d; rename one",
			item.Kind, item.Name, first.file, first.line(field))
		return false
	}
	l.project.places[item] = at
	return true
}

// decode reads one item of a YAML file.
func (l *loader) decode(file string, n *yaml.Node, s spec) place {
	d := &decoder{file: file, complaints: &l.complaints}
	d.begin(n)
	object{s}.decode(d, n, "")
	return d.place()
}

func (l *loader) config() {
	for i, n := range l.single(configFile) {
		at := l.decode(configFile, n, projectSpec(l.project))
		if i == 0 {
			l.remember(Item{Kind: KindProject}, "", at)
		}
	}
	if noun := &l.project.Noun; noun.Plural == "" && noun.Singular != "" {
		noun.Plural = noun.Singular + "s"
	}
	l.issuerDomains()
	l.warehouse()
	l.cachePlace()
	l.capacity()
}

// single is the one document of a file, or a complaint.
func (l *loader) single(file string) []*yaml.Node {
	content, ok := l.content(file)
	if !ok {
		l.incomplete = true
		return nil
	}
	before := len(l.complaints)
	docs := documents(file, content, &l.complaints)
	switch {
	case len(docs) == 0 && len(l.complaints) == before:
		l.complaints.add(file, 0, "", "is empty")
	case len(docs) > 1:
		l.complaints.add(file, docs[1].Line, "", "holds a second document; keep one")
		docs = docs[:1]
	}
	l.incomplete = l.incomplete || len(docs) == 0
	return docs
}

// several are the documents of a file, or the elements of its list.
func (l *loader) several(file string) []*yaml.Node {
	content, ok := l.content(file)
	if !ok {
		l.incomplete = true
		return nil
	}
	before := len(l.complaints)
	var out []*yaml.Node
	for _, n := range documents(file, content, &l.complaints) {
		if n.Kind == yaml.SequenceNode {
			out = append(out, n.Content...)
		} else {
			out = append(out, n)
		}
	}
	if len(out) == 0 && len(l.complaints) == before {
		l.complaints.add(file, 0, "", "is empty")
	}
	l.incomplete = l.incomplete || len(out) == 0
	return out
}

func (l *loader) sources() {
	for _, file := range l.names("sources", ".yaml") {
		for _, n := range l.single(file) {
			s := newSource(file)
			at := l.decode(file, n, sourceSpec(&s))
			for i := range s.Tables {
				s.Tables[i].complete(s)
			}
			if base := strings.TrimSuffix(path.Base(file), ".yaml"); s.Name != "" && s.Name != base {
				l.complaints.add(file, at.line("source"), "source", "is %s, but the file is %s.yaml; make them the same", s.Name, base)
			}
			l.incomplete = l.incomplete || s.Name == ""
			if s.Name != "" && l.remember(Item{KindSource, s.Name}, "source", at) {
				l.project.Sources = append(l.project.Sources, s)
			}
		}
	}
}

func (l *loader) models() {
	for _, folder := range l.folders("models") {
		for _, file := range l.names(folder, ".sql") {
			m := archwire.Model{Name: path.Base(folder) + "." + strings.TrimSuffix(path.Base(file), ".sql"), File: file}
			if !relation().ok(m.Name) {
				l.complaints.add(file, 0, "", "%q does not name a model; give folder and file names of %s", m.Name, name().says)
				continue
			}
			at, sql, ok := l.sql(file, modelSpec(&m))
			l.incomplete = l.incomplete || !ok
			if m.SQL, m.Line = sql.sql, sql.line; ok && l.remember(Item{KindModel, m.Name}, "", at) {
				l.project.Models = append(l.project.Models, m)
			}
		}
	}
}

func (l *loader) checks() {
	for _, file := range l.names("checks", ".sql") {
		c := archwire.Check{Name: strings.TrimSuffix(path.Base(file), ".sql"), File: file}
		if !name().ok(c.Name) {
			l.complaints.add(file, 0, "", "%q does not name a check; use %s", c.Name, name().says)
			continue
		}
		at, sql, ok := l.sql(file, checkSpec(&c))
		if c.SQL, c.Line = sql.sql, sql.line; ok && l.remember(Item{KindCheck, c.Name}, "", at) {
			l.project.Checks = append(l.project.Checks, c)
		}
	}
}

// sql reads a SQL file with a header of spec s.
func (l *loader) sql(file string, s spec) (place, sqlFile, bool) {
	content, ok := l.content(file)
	if !ok {
		return place{}, sqlFile{}, false
	}
	f, ok := takeApart(file, content, &l.complaints)
	if !ok {
		return place{}, sqlFile{}, false
	}
	return l.decode(file, f.header, s), f, true
}

func (l *loader) datasets() {
	for _, file := range l.names("datasets", ".yaml") {
		for _, n := range l.several(file) {
			var d archwire.Dataset
			at := l.decode(file, n, datasetSpec(&d))
			l.incomplete = l.incomplete || d.Name == ""
			if d.Name != "" && l.remember(Item{KindDataset, d.Name}, "dataset", at) {
				l.project.Datasets = append(l.project.Datasets, d)
			}
		}
	}
}

func (l *loader) metrics() {
	for _, file := range l.names("metrics", ".yaml") {
		for _, n := range l.several(file) {
			m := archwire.Metric{Version: 1, Dimensions: []string{}}
			at := l.decode(file, n, metricSpec(&m))
			l.unnamedMetric = l.unnamedMetric || m.Name == ""
			if m.Name != "" && l.remember(Item{KindMetric, m.Name}, "metric", at) {
				l.project.Metrics = append(l.project.Metrics, m)
			}
		}
	}
}
