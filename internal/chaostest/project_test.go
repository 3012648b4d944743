package chaostest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An edition is the project as its people have it now: which way of writing each
// of its options they have chosen.
type edition map[string]int

// An option is something about the project that people change between runs.
type option struct {
	name string
	ways []way
}

// A way writes an option: pieces of files that are put in the place of others, and
// files that are there with it alone.
type way struct {
	pieces []piece
	files  map[string]string
	server bool // only where the source is SQL Server; such ways come last
}

type piece struct{ file, from, to string }

const (
	configFile = "archwire.yaml"
	sourceFile = "sources/shop.yaml"
	postFile   = "sources/post.yaml"
	dataFile   = "datasets/all.yaml"
)

func in(file, from, to string) way { return way{pieces: []piece{{file, from, to}}} }

// tracked writes that a table's changes are tracked by SQL Server.
func tracked(from, rest string) way {
	return way{pieces: []piece{{sourceFile, from, "sync: tracking" + rest}}, server: true}
}

// engineOption is the option that nobody changes: the source's engine. What else SQL
// Server does not have is written with it.
const engineOption = "engine"

// options lists them. The first way of each is that of the files in testdata.
func options() []option {
	sale := "sync: cursor\n    cursor: updated_at\n    overlap: 30s\n    deletes: sweep\n    columns:\n      sale_id"
	event := "sync: append\n    cursor: event_id\n    overlap: 20\n    deletes: sweep"
	visit := "sync: cursor\n    cursor: updated_at\n    overlap: 30s\n    deletes: sweep\n    columns: {visit_id"
	return []option{
		{engineOption, []way{{}, {pieces: []piece{
			{sourceFile, "engine: postgres", "engine: sqlserver"}, {sourceFile, "payload: json}", "payload: text}"},
		}}}},
		{"mode", []way{{}, in(sourceFile, "mode: consistent", "mode: gentle")}},
		{"verify", []way{{}, in(configFile, "{days: 2}", "{days: 30}"), in(configFile, "{days: 2}", "{days: 1}")}},
		{"sale", []way{
			{},
			in(sourceFile, sale, "sync: checksum\n    columns:\n      sale_id"), in(sourceFile, sale, "sync: full\n    columns:\n      sale_id"),
			tracked(sale, "\n    columns:\n      sale_id"),
		}},
		{"event", []way{
			{},
			in(sourceFile, event, "sync: append\n    cursor: event_id\n    overlap: 20\n    deletes: none"),
			in(sourceFile, event, "sync: checksum"), in(sourceFile, event, "sync: full"), tracked(event, ""),
		}},
		{"visit", []way{{}, in(sourceFile, visit, "sync: checksum\n    columns: {visit_id"), in(sourceFile, visit, "sync: full\n    columns: {visit_id"), tracked(visit, "\n    columns: {visit_id")}},
		{"stock", []way{{}, in(sourceFile, "[shop_id, item_code]\n    sync: checksum", "[shop_id, item_code]\n    sync: full"), {
			pieces: []piece{{sourceFile, "[shop_id, item_code]\n    sync: checksum", "[shop_id, item_code]\n    sync: tracking"}}, server: true,
		}}},
		{"paper", []way{{}, in(sourceFile, "[paper_id]\n    sync: full", "[paper_id]\n    sync: checksum")}},
		{"parcel", []way{{}, in(postFile, "sync: checksum", "sync: full")}},
		{"daily", []way{{}, in("models/sales/daily.sql", "from shop.sale\n", "from shop.sale\nwhere amount > 0\n")}},
		{"events", []way{{}, {pieces: []piece{
			{"models/sales/events.sql", "max(event_id) as last_id", "max(event_id) as last_id, min(event_id) as first_id"},
			{dataFile, "  last_id: {class: identified}\n", "  last_id: {class: identified}\n  first_id: {class: pseudonymous}\n"},
		}}}},
		{"ranked", []way{{}, in(dataFile, "  place: {class: pseudonymous}\n", "")}},
		{"best", []way{{}, {
			files: map[string]string{"models/sales/best.sql": bestModel, "datasets/best.yaml": bestDataset},
		}}},
		{"spares", []way{{}, {files: map[string]string{"datasets/spares.yaml": sparesDataset}}}},
	}
}

const (
	bestModel = `/* archwire
description: The best day of each shop.
key: [shop_id]
tenant: shop_id
*/
select shop_id, max(amount) as amount, count(*) as days from sales.daily group by shop_id
`
	bestDataset = `dataset: best
from: sales.best
tenant: shop_id
key: []
columns: {amount: {class: public}, days: {class: public}}
contract: 1
`
	sparesDataset = `dataset: spares
from: shop.spare
tenant: shop_id
key: [spare_id]
columns: {spare_id: {class: public}, body: {class: public}}
contract: 1
`
)

// edit changes one option, and says what it did.
func (e edition) edit(a *author) string {
	all := options()[1:]
	o := all[a.rng.IntN(len(all))]
	n := len(o.ways)
	for n > 0 && o.ways[n-1].server && e[engineOption] == 0 {
		n--
	}
	e[o.name] = (e[o.name] + 1 + a.rng.IntN(n-1)) % n
	return fmt.Sprintf("%s: %d", o.name, e[o.name])
}

// String tells the options that are not as they are in testdata.
func (e edition) String() string {
	var changed []string
	for _, name := range sorted(e) {
		if e[name] > 0 {
			changed = append(changed, fmt.Sprintf("%s:%d", name, e[name]))
		}
	}
	return "[" + strings.Join(changed, " ") + "]"
}

// write writes the project's files into a folder.
func (e edition) write(t *testing.T, folder string) {
	t.Helper()
	for _, part := range []string{"sources", "models", "datasets", "checks"} {
		if err := os.RemoveAll(filepath.Join(folder, part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(filepath.Join(folder, configFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "project"))); err != nil {
		t.Fatal(err)
	}
	for _, o := range options() {
		w := o.ways[e[o.name]]
		for _, p := range w.pieces {
			rewrite(t, filepath.Join(folder, p.file), p.from, p.to)
		}
		for name, text := range w.files {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func rewrite(t *testing.T, file, from, to string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), from); n != 1 {
		t.Fatalf("%s has %q %d times", file, from, n)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newProject makes a project folder.
func newProject(t *testing.T, e edition) string {
	t.Helper()
	folder := t.TempDir()
	e.write(t, folder)
	return folder
}
