package redshifttest_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"archwire"
	"archwire/examples/orthodontics"
	"archwire/internal/project"
)

// TestModelsOfTheReferenceProjectRun makes a table of every model, over tables without
// rows, so that names, types and functions are those that the double knows.
func TestModelsOfTheReferenceProjectRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(dir, orthodontics.Files); err != nil {
		t.Fatal(err)
	}
	p, err := project.Load(dir, func(string) (string, bool) { return "postgres://nobody@127.0.0.1/none", true })
	if err != nil {
		t.Fatal(err)
	}
	_, conn := open(t)
	schemas := map[string]bool{}
	schema := func(relation string) {
		name, _, _ := strings.Cut(relation, ".")
		if !schemas[name] {
			exec(t, conn, "create schema "+name)
		}
		schemas[name] = true
	}
	schema("archwire.run")
	exec(t, conn, "create table archwire.run (as_of date not null, run_id varchar(64) not null, loaded_at timestamptz not null)")
	for _, source := range p.Sources {
		for _, table := range source.Tables {
			name := table.ID()
			schema(name)
			exec(t, conn, "create table "+name+" ("+columns(table.Columns)+")")
		}
	}
	for _, m := range inOrder(p.Models) {
		schema(m.Name)
		exec(t, conn, "create table "+m.Name+" as "+m.SQL)
	}
}

func columns(of []archwire.Column) string {
	var out []string
	for _, c := range of {
		typ := c.Type.SQL()
		if typ == "VARCHAR" {
			typ = "VARCHAR(65535)"
		}
		out = append(out, c.Name+" "+typ)
	}
	return strings.Join(out, ", ")
}

// inOrder puts models behind those that they read.
func inOrder(models []archwire.Model) []archwire.Model {
	names, done, out := map[string]bool{}, map[string]bool{}, []archwire.Model(nil)
	for _, m := range models {
		names[m.Name] = true
	}
	relation := regexp.MustCompile(`[a-z_]+\.[a-z_0-9]+`)
	for len(out) < len(models) {
		before := len(out)
		for _, m := range models {
			waits := done[m.Name]
			for _, name := range relation.FindAllString(m.SQL, -1) {
				waits = waits || names[name] && name != m.Name && !done[name]
			}
			if !waits {
				done[m.Name], out = true, append(out, m)
			}
		}
		if len(out) == before {
			return append(out, models...)
		}
	}
	return out
}
