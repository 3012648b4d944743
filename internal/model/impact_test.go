package model_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/model"
	"archwire/internal/project"
)

func TestImpactFollowsReadersAtAnyDistance(t *testing.T) {
	p := &project.Project{
		Models: []archwire.Model{reading("m.b", "m.a"), reading("m.a", "rcm.claim"), reading("m.c", "rcm.payer")},
		Datasets: []archwire.Dataset{
			{Name: "claims", From: "rcm.claim"}, {Name: "aged", From: "m.b"}, {Name: "payers", From: "m.c"},
		},
		Metrics: []archwire.Metric{{Name: "age", Dataset: "aged"}, {Name: "count", Dataset: "payers"}},
	}
	want := model.Impact{Models: []string{"m.a", "m.b"}, Datasets: []string{"aged", "claims"}, Metrics: []string{"age"}}
	if diff := cmp.Diff(want, model.ImpactOf(p, "rcm.claim")); diff != "" {
		t.Errorf("impact (-want +got):\n%s", diff)
	}
}
