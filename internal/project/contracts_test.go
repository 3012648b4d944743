package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
)

func TestOn_LeavesOutWhatIsAfterItsSunset(t *testing.T) {
	p := &Project{
		Datasets: []archwire.Dataset{
			{Name: "a", Contract: 2},
			{Name: "a@1", Contract: 1, Retirement: archwire.Retirement{Sunset: "2027-06-30"}},
			{Name: "b", Contract: 1, Retirement: archwire.Retirement{Sunset: "2027-07-20"}},
		},
		Metrics: []archwire.Metric{
			{Name: "of_a", Dataset: "a", Retirement: archwire.Retirement{Sunset: "2027-07-10"}},
			{Name: "of_b", Dataset: "b"},
		},
	}
	for _, c := range []struct {
		on                       archwire.Day
		published, ended, ending string
	}{
		{"2027-05-30", "a a@1 b of_a of_b", "", ""},
		{"2027-06-30", "a a@1 b of_a of_b", "", "a@1 of_a b"},
		{"2027-07-01", "a b of_a of_b", "a@1", "of_a b"},
		{"2027-07-11", "a b of_b", "a@1 of_a", "b"},
		{"2027-07-21", "a", "a@1 b of_a of_b", ""},
	} {
		datasets, metrics, ended := p.On(c.on)
		var published []string
		for _, d := range datasets {
			published = append(published, d.Name)
		}
		for _, m := range metrics {
			published = append(published, m.Name)
		}
		got := []string{strings.Join(published, " "), endedNames(ended), endedNames(p.Ending(c.on, 30))}
		if diff := cmp.Diff([]string{c.published, c.ended, c.ending}, got); diff != "" {
			t.Errorf("on %s: %s", c.on, diff)
		}
	}
}

func TestDashboardsOn_LeavesOutTilesOfWhatHasEnded(t *testing.T) {
	ends := archwire.Retirement{Sunset: "2027-06-30"}
	tile := func(kind archwire.TileKind, dataset string, metrics ...string) archwire.Tile {
		return archwire.Tile{Kind: kind, Dataset: dataset, Metrics: metrics, Width: 6}
	}
	ageing, funnel := tile(archwire.TileAgeing, "", "stays"), tile(archwire.TileFunnel, "", "stays", "goes")
	rows, gone := tile(archwire.TileTable, "b"), tile(archwire.TileTable, "b@1")
	p := &Project{
		Datasets: []archwire.Dataset{{Name: "b", Contract: 2}, {Name: "b@1", Contract: 1, Retirement: ends}},
		Metrics: []archwire.Metric{
			{Name: "stays", Dataset: "b", Rows: &archwire.Behind{Dataset: "b@1"}}, {Name: "goes", Dataset: "b", Retirement: ends},
		},
		Dashboards: []archwire.Dashboard{
			{Name: "mixed", Tiles: []archwire.Tile{ageing, funnel, rows, gone}},
			{Name: "old", Tiles: []archwire.Tile{gone}},
		},
	}
	if diff := cmp.Diff(p.Dashboards, p.DashboardsOn("2027-06-30")); diff != "" {
		t.Errorf("on the last day: %s", diff)
	}
	want := []archwire.Dashboard{{Name: "mixed", Tiles: []archwire.Tile{ageing, rows}}}
	if diff := cmp.Diff(want, p.DashboardsOn("2027-07-01")); diff != "" {
		t.Errorf("after it: %s", diff)
	}
	if _, metrics, _ := p.On("2027-07-01"); len(metrics) != 1 || metrics[0].Rows != nil || p.Metrics[0].Rows == nil {
		t.Errorf("metrics after it: %+v", metrics)
	}
}

func endedNames(ended []Ended) string {
	var names []string
	for _, e := range ended {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

func TestWriteDataset_ReadsBackAsItWas(t *testing.T) {
	d := archwire.Dataset{
		Name: "visits@2", Description: `Said "so": # no comment`, From: "care.visits", Tenant: "practice_id", Key: []string{"id", "on day"},
		Columns: []archwire.DatasetColumn{
			{Name: "id", Class: archwire.ClassPseudonymous, Pseudonym: "visit"},
			{Name: "on day", Class: archwire.ClassPublic, Unit: "day", Description: "yes, {the} day"},
		},
		Person: "id", Location: "on day", Contract: 2, Retirement: archwire.Retirement{Sunset: "2027-06-30"},
	}
	text, err := WriteDataset(d)
	if err != nil {
		t.Fatal(err)
	}
	var complaints Complaints
	var got archwire.Dataset
	l := &loader{}
	for _, n := range documents("datasets/visits@2.yaml", text, &complaints) {
		l.decode("datasets/visits@2.yaml", n, datasetSpec(&got))
	}
	complaints = append(complaints, l.complaints...)
	if diff := cmp.Diff(d, got, cmpopts.EquateEmpty()); diff != "" || len(complaints) > 0 {
		t.Errorf("%s\n%v\n%s", diff, complaints, text)
	}
}

func TestOlderContractsGoWithNewerOnes(t *testing.T) {
	const shape = "from: a.b\ntenant: t\nkey: [k]\ncolumns: {k: {class: public}}\n"
	for name, c := range map[string]struct{ older, want string }{
		"right":          {"dataset: x@1\n" + shape + "contract: 1\nsunset: 2027-06-30\n", ""},
		"no number":      {"dataset: x@\n" + shape + "contract: 1\nsunset: 2027-06-30\n", `"x@" will not do`},
		"zero":           {"dataset: x@0\n" + shape + "contract: 1\nsunset: 2027-06-30\n", `"x@0" will not do`},
		"of nothing":     {"dataset: y@1\n" + shape + "contract: 1\nsunset: 2027-06-30\n", "there is no dataset y that it is an older contract of"},
		"another number": {"dataset: x@1\n" + shape + "contract: 2\nsunset: 2027-06-30\n", "is 2, but the dataset is called x@1; make them the same"},
		"not older":      {"dataset: x@3\n" + shape + "contract: 3\nsunset: 2027-06-30\n", "is 3, and that of x is 3; an older contract has a lower number"},
		"no sunset":      {"dataset: x@1\n" + shape + "contract: 1\n", "missing; say until when an older contract is served"},
		"no day":         {"dataset: x@1\n" + shape + "contract: 1\nsunset: 2027-02-30\n", "is not a date such as 2027-06-30"},
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{
			"archwire.yaml":      "name: p\ntenant: {noun: shop, table: a.b, key: k, label: k}\nwarehouse: {engine: duckdb, path: w}\n",
			"datasets/x.yaml":    "dataset: x\n" + shape + "contract: 3\n",
			"datasets/old.yaml":  c.older,
			"models/a/b.sql":     "/* archwire\ndescription: One.\nkey: [k]\n*/\nselect 1 as k\n",
			"datasets/README.md": "",
		} {
			path := filepath.Join(dir, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Load(dir, os.LookupEnv)
		var said string
		if err != nil {
			said = err.Error()
		}
		if c.want == "" && strings.Contains(said, "old.yaml") || !strings.Contains(said, c.want) {
			t.Errorf("%s: %s", name, said)
		}
	}
}
