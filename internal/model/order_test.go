package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/model"
)

func reading(name string, reads ...string) archwire.Model {
	return archwire.Model{Name: name, File: "models/" + strings.ReplaceAll(name, ".", "/") + ".sql", Line: 5, Reads: reads}
}

func TestOrderCutsIntoWaves(t *testing.T) {
	waves, err := model.Order([]archwire.Model{
		reading("m.top", "m.left", "m.right"), reading("m.right", "m.base"), reading("m.left", "rcm.payer", "m.base"),
		reading("m.base", "rcm.claim"), reading("m.alone"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, w := range waves {
		var names []string
		for _, m := range w {
			names = append(names, m.Name)
		}
		got = append(got, names)
	}
	want := [][]string{{"m.alone", "m.base"}, {"m.left", "m.right"}, {"m.top"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("waves (-want +got):\n%s", diff)
	}
}

func TestOrderNamesEachCircleOnce(t *testing.T) {
	_, err := model.Order([]archwire.Model{
		reading("m.c", "m.a"), reading("m.a", "m.b"), reading("m.b", "m.c"),
		reading("m.self", "m.self"), reading("m.reader", "m.a"), reading("m.fine"),
	})
	want := "models/m/a.sql:5: models read each other in a circle: m.a -> m.b -> m.c -> m.a; let one of them read something else\n" +
		"models/m/self.sql:5: models read each other in a circle: m.self -> m.self; let one of them read something else"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("got code %s", archwire.CodeOf(err))
	}
}

// Whatever models read: either every model comes after all it reads, in the
// earliest wave possible, or there is a circle, and each one named is one.
func TestOrderHoldsForAnyModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "models")
		models := make([]archwire.Model, n)
		edges := map[string][]string{}
		for i := range models {
			var reads []string
			for _, j := range rapid.SliceOfN(rapid.IntRange(0, n), 0, 2).Draw(t, "reads") {
				reads = append(reads, fmt.Sprintf("m.m%02d", j)) // one of them is no model
			}
			models[i] = reading(fmt.Sprintf("m.m%02d", i), reads...)
			edges[models[i].Name] = reads
		}
		waves, err := model.Order(models)
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				_, text, _ := strings.Cut(strings.TrimSpace(line), "circle: ")
				text, _, _ = strings.Cut(text, ";")
				circle := strings.Split(text, " -> ")
				if len(circle) < 2 || circle[0] != circle[len(circle)-1] {
					t.Fatalf("%s is no circle", text)
				}
				for i := range len(circle) - 1 {
					if !slices.Contains(edges[circle[i]], circle[i+1]) {
						t.Fatalf("%s does not read %s", circle[i], circle[i+1])
					}
				}
			}
			return
		}
		wave := map[string]int{}
		for i, w := range waves {
			for _, m := range w {
				wave[m.Name] = i + 1
			}
		}
		if len(wave) != n {
			t.Fatalf("%d of %d models are ordered", len(wave), n)
		}
		for name, reads := range edges {
			latest := 0
			for _, r := range reads {
				latest = max(latest, wave[r])
			}
			if wave[name] != latest+1 {
				t.Fatalf("%s is in wave %d, what it reads in %d", name, wave[name], latest)
			}
		}
	})
}
