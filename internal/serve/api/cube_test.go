package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
)

// asked is a handler over months(60) that counts the queries, a key of another
// caller and one of another profile.
func asked(t *testing.T) (f *fakes, queries *int, other, narrower string) {
	t.Helper()
	queries = new(int)
	f = fake(t, func(context.Context, archwire.Query) (archwire.Batch, error) {
		*queries++
		return months(60), nil
	})
	f.key, other, narrower = f.keys.Open(t, archwire.Aggregate), f.keys.Open(t, archwire.Aggregate), f.keys.Open(t, archwire.Identified)
	f.handler.Authorizer = auth.NewAuthorizer(f.keys, f.handler.Now)
	return f, queries, other, narrower
}

func TestACubeAnswersEveryQuestionAboutItsSlice(t *testing.T) {
	f, queries, other, narrower := asked(t)
	ask := func(key string, want int, paths ...string) {
		t.Helper()
		f.key = key
		for _, path := range paths {
			if w := f.get(path); w.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
		}
		if *queries != want {
			t.Errorf("after %v there were %d queries, want %d", paths, *queries, want)
		}
	}
	ask(f.key, 1, "/v1/metrics/m?from=2022-01-01", "/v1/metrics/m?grain=year", "/v1/metrics/m?by=practice", "/v1/metrics/m?practice=p1&compare=previous_year")
	ask(other, 1, "/v1/metrics/m?grain=quarter")
	ask(narrower, 2, "/v1/metrics/m?grain=quarter", "/v1/metrics/m?grain=week")

	next := *f.pub
	next.manifest.ID = "20261122T021400Z-4f9c"
	f.reader.pub = &next
	ask(other, 2, "/v1/metrics/m?grain=quarter") // the same slice in another publication
	f.pub.altered, next.altered = "-altered", "-altered"
	ask(other, 3, "/v1/metrics/m?grain=year")
	next.manifest.Metrics[0].Numerator = "sum(n + 1)"
	again := next
	again.manifest.ID = "20261123T021400Z-4f9c"
	f.reader.pub = &again
	ask(other, 4, "/v1/metrics/m?grain=day&from=2022-01-01&to=2022-01-02")
}

func TestACubeIsMadeForThoseItsSliceIsOpenTo(t *testing.T) {
	f, queries, _, _ := asked(t)
	if w := f.get("/v1/metrics/m?practice=p1"); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	f.pub.refuses = true // as a publication does whose slice the scope does not open
	if w := f.get("/v1/metrics/m?practice=p1&grain=week"); w.Code == http.StatusOK || *queries != 1 {
		t.Errorf("a cube was found without its slice: %d %s", w.Code, w.Body)
	}
}

func TestMetricsWithoutFoldAreAskedEachTime(t *testing.T) {
	f, queries, _, _ := asked(t)
	f.pub.manifest.Metrics[0].Numerator = "median(n)"
	for i, path := range []string{"/v1/metrics/m?from=2022-01-01", "/v1/metrics/m?from=2022-02-01"} {
		if w := f.get(path); w.Code != http.StatusOK || *queries != i+1 {
			t.Errorf("%s: %d, %d queries", path, w.Code, *queries)
		}
	}
}

func BenchmarkCube(b *testing.B) {
	f := fake(b, func(context.Context, archwire.Query) (archwire.Batch, error) { return days(4, 1305), nil })
	f.pub.manifest.Metrics[0].Dimensions = []string{"place"}
	f.pub.manifest.Datasets[0].Columns = append(f.pub.manifest.Datasets[0].Columns, archwire.DatasetColumn{Name: "place", Type: "int64", Class: archwire.ClassPublic})
	f.handler.Log = slog.New(slog.DiscardHandler)
	f.handler.cache = newCache[cacheKey, *body](0)
	for _, path := range []string{"/v1/metrics/m?grain=quarter&from=2023-01-01&to=2025-12-31", "/v1/metrics/m?grain=month&from=2023-01-01&to=2025-12-31&by=place"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest(http.MethodGet, path+"&filter[place]=gte:-12345", nil)
			r.Header.Set("Authorization", "Bearer "+f.key)
			for b.Loop() {
				w := httptest.NewRecorder()
				if f.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
