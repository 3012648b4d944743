package fill

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A code is known by people and stands beside its label, a word of programs is not.
// What two columns of one name call otherwise has no name among dimensions.
func TestValuesAreCalledByTheirLabels(t *testing.T) {
	denials := Dataset{Columns: []Column{
		{Name: "carc", Labels: map[string]string{"45": "Above the agreed fee", "none": "No reason given"}},
		{Name: "status", Labels: map[string]string{"open": "Not paid"}},
		{Name: "location_id", Labels: map[string]string{"3": "Bay"}},
	}}
	patients := Dataset{Columns: []Column{{Name: "status", Labels: map[string]string{"open": "In treatment", "lead": "Asked"}}}}
	names := Names{}
	names.Add("location_id", Name{"3", "Maple Street"})
	names = names.Labelled(Catalogue{Datasets: []Dataset{denials, patients}})
	for dimension, want := range map[string][]Name{
		"location_id": {{"3", "Maple Street"}}, "carc": {{"45", "Above the agreed fee (45)"}, {"none", "No reason given"}}, "status": {{"lead", "Asked"}},
	} {
		if diff := cmp.Diff(want, names.List(dimension)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", dimension, diff)
		}
	}
	for _, test := range []struct {
		column int
		value  any
		want   string
	}{{0, "45", "Above the agreed fee (45)"}, {0, "46", "46"}, {1, "open", "Not paid"}, {1, "part_paid", "Part paid"}} {
		if got := CellOf(denials.Columns[test.column], test.value, names).Text; got != test.want {
			t.Errorf("%v is called %q, not %q", test.value, got, test.want)
		}
	}
}
