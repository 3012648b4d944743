package project

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestDatasetsSayWhatThingsAreCalled(t *testing.T) {
	files := valid(t)
	files["datasets/denials.yaml"] = &fstest.MapFile{Data: []byte(`dataset: denials
title: Denials by reason
from: finance.collections_daily
tenant: practice_id
key: [business_date]
columns:
  business_date: {class: public}
  carc: {class: public, labels: {45: Above the agreed fee, none: "No reason, given"}}
contract: 1
`)}
	d, ok := mustLoad(t, files).Dataset("denials")
	if !ok || d.Title != "Denials by reason" {
		t.Fatalf("dataset %+v", d)
	}
	c, _ := d.Column("carc")
	if diff := cmp.Diff(map[string]string{"45": "Above the agreed fee", "none": "No reason, given"}, c.Labels); diff != "" {
		t.Error(diff)
	}
}
