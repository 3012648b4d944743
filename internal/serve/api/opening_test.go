package api

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/measure"
)

// recorder is a publication without rows that remembers what it was asked.
type recorder struct {
	fakePublication
	asked map[string]string // the statement, by tenant
}

func (p *recorder) Query(_ context.Context, _ auth.Scope, _ auth.Resource, tenants []string, q archwire.Query) archwire.Batches {
	for _, t := range tenants {
		if p.asked[t] == "" {
			p.asked[t] = q.SQL
		}
	}
	return func(func(archwire.Batch, error) bool) {}
}

// shown are the classes of the columns of the recorder's datasets; the names say
// which dataset a column is of.
func shown() map[string]map[string]archwire.Class {
	public, pseudonymous, identified := archwire.ClassPublic, archwire.ClassPseudonymous, archwire.ClassIdentified
	return map[string]map[string]archwire.Class{
		"open": {"open_day": public, "open_n": public, "open_s": pseudonymous, "open_i": identified},
		"shut": {"shut_day": pseudonymous, "shut_n": pseudonymous, "shut_i": identified},
	}
}

func newRecorder() *recorder {
	p := &recorder{fakePublication: fakePublication{manifest: archwire.Manifest{
		ID: "20261121T021400Z-4f9c", AsOf: "2026-11-20", Noun: archwire.Noun{Singular: "practice", Plural: "practices"},
		Tenants: []archwire.Tenant{{ID: "p1"}, {ID: "p2"}, {ID: "p3"}},
	}}}
	for name, classes := range shown() {
		d := archwire.Dataset{Name: name, Tenant: "practice_id", Key: []string{name + "_day"}, Contract: 1}
		for _, column := range slices.Sorted(maps.Keys(classes)) {
			typ := "int64"
			if strings.HasSuffix(column, "_day") {
				typ = "date"
			}
			d.Columns = append(d.Columns, archwire.DatasetColumn{Name: column, Type: typ, Class: classes[column]})
		}
		p.manifest.Datasets = append(p.manifest.Datasets, d)
		p.manifest.Metrics = append(p.manifest.Metrics, archwire.Metric{
			Name: "sum_" + name, Dataset: name, Numerator: "sum(" + name + "_n)", Additivity: archwire.Additive,
			Basis: archwire.BasisEvent, Date: name + "_day", Dimensions: []string{name + "_i"}, Version: 1,
		})
	}
	return p
}

// width is how many classes a tenant opens of a resource, by the words of the
// documentation: 0 is none.
func width(grants []auth.Grant, tenant, dataset, metric string) int {
	most := 0
	for _, g := range grants {
		covers := len(g.Datasets)+len(g.Metrics) == 0 || slices.Contains(g.Datasets, dataset) || metric != "" && slices.Contains(g.Metrics, metric)
		if covers && (g.Tenant == tenant || g.Tenant == "*") {
			most = max(most, map[archwire.Profile]int{"aggregate": 1, "pseudonymous": 2, "identified": 3}[g.Profile])
		}
	}
	if dataset == "shut" && most < 2 {
		return 0 // its key is pseudonymous
	}
	return most
}

func TestAnswersHoldWhatTheGrantsOpen(t *testing.T) {
	f := fake(t, nil)
	f.handler.cache, f.handler.cubes = newCache[cacheKey, *body](0), newCache[cubeKey, *measure.Cube](0) // each question is to be asked
	rapid.Check(t, func(t *rapid.T) {
		pub, keys := newRecorder(), authtest.New()
		f.reader.pub, f.handler.editions = pub, nil
		f.handler.Authorizer = auth.NewAuthorizer(keys, time.Now)
		var grants []auth.Grant
		some := func(label string, names ...string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID).Draw(t, label)
		}
		for range rapid.IntRange(0, 4).Draw(t, "grants") {
			grants = append(grants, auth.Grant{
				Tenant:   rapid.SampledFrom([]string{"p1", "p2", "p3", "*"}).Draw(t, "tenant"),
				Profile:  rapid.SampledFrom(archwire.Profiles()).Draw(t, "profile"),
				Datasets: some("datasets", "open", "shut"), Metrics: some("metrics", "sum_open", "sum_shut"),
			})
		}
		f.key = keys.Mint(t, auth.Key{}, grants...)
		for range 4 {
			dataset := rapid.SampledFrom([]string{"open", "shut"}).Draw(t, "dataset")
			named := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p1", "p2", "p3"}), 0, 3, rapid.ID).Draw(t, "named")
			path, metric := "/v1/datasets/"+dataset+"/rows", ""
			if rapid.Bool().Draw(t, "metric") {
				metric = "sum_" + dataset
				path = "/v1/metrics/" + metric
			}
			pub.asked = map[string]string{}
			query := ""
			for _, p := range named {
				query += "&practice=" + p
			}
			w := f.get(path + "?" + query)
			narrowest, of := 4, named
			if len(named) == 0 {
				of = slices.DeleteFunc([]string{"p1", "p2", "p3"}, func(p string) bool { return width(grants, p, dataset, metric) == 0 })
			}
			for _, p := range of {
				narrowest = min(narrowest, width(grants, p, dataset, metric))
			}
			if len(of) == 0 || narrowest == 0 {
				if w.Code != http.StatusNotFound || len(pub.asked) > 0 {
					t.Fatalf("%s of %v: %d, asked %v; want 404 without a question", path, named, w.Code, pub.asked)
				}
				continue
			}
			slices.Sort(of)
			if got := slices.Sorted(maps.Keys(pub.asked)); w.Code != http.StatusOK || !slices.Equal(got, of) {
				t.Fatalf("%s of %v: %d, rows of %v were asked for, want of %v", path, named, w.Code, got, of)
			}
			if metric != "" {
				continue // its columns are not the caller's to choose
			}
			for _, sql := range pub.asked {
				for column, class := range shown()[dataset] {
					opens := map[archwire.Class]int{"public": 1, "pseudonymous": 2, "identified": 3}[class] <= narrowest
					if strings.Contains(sql, `"`+column+`"`) != opens {
						t.Fatalf("%s of %v, of whom all open %d classes: column %s, %t, in %s", path, named, narrowest, column, opens, sql)
					}
				}
			}
		}
		for _, p := range []string{"p1", "p2", "p3"} {
			text := f.get("/v1/datasets?practice="+p).Body.String() + f.get("/v1/metrics?practice="+p).Body.String()
			for dataset, columns := range shown() {
				for column, class := range columns {
					opens := map[archwire.Class]int{"public": 1, "pseudonymous": 2, "identified": 3}[class] <= width(grants, p, dataset, "")
					if strings.Contains(text, `"name":"`+column+`"`) != opens {
						t.Fatalf("the catalogue of %s tells of %s: %s", p, column, text)
					}
				}
				if opens := width(grants, p, dataset, "sum_"+dataset) > 0; strings.Contains(text, `"metric":"sum_`+dataset+`"`) != opens {
					t.Fatalf("the catalogue of %s tells of the metric of %s: %s", p, dataset, fmt.Sprint(text))
				}
			}
		}
	})
}
