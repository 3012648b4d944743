package model_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/model"
)

func TestImpactOfAColumn(t *testing.T) {
	p, s := reference(t)
	for name, want := range map[string]model.ColumnImpact{
		// A column of a payer is used by the directory alone.
		"rcm.payer.name": {
			Uses:   []model.ColumnUse{{What: "model", Name: "people.directory", File: "models/people/directory.sql", Line: 17}},
			Impact: model.Impact{Models: []string{"people.directory"}, Datasets: []string{"directory"}, Metrics: []string{}},
		},
		// One of a published model is used by its readers, its dataset and metrics.
		"funnel.exams_daily.exams_kept": {
			Uses: []model.ColumnUse{
				{What: "dataset", Name: "exams_daily", File: "datasets/exams_daily.yaml", Line: 12},
				{What: "metric", Name: "exams_kept", File: "metrics/funnel.yaml", Line: 20},
				{What: "model", Name: "funnel.funnel_daily", File: "models/funnel/funnel_daily.sql", Line: 7},
			},
			Impact: model.Impact{
				Models: []string{"funnel.funnel_daily"}, Datasets: []string{"exams_daily", "funnel_daily"},
				Metrics: []string{"case_acceptance", "exams_kept", "same_day_start_rate_of_exams"},
			},
		},
		"rcm.practice.no_such_column": {Impact: model.Impact{Models: []string{}, Datasets: []string{}, Metrics: []string{}}},
	} {
		relation, column := splitLast(name)
		got, err := model.ImpactOfColumn(t.Context(), p, s, relation, column)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
