package fill

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An id that stands for several things, as in several practices, has no name.
func TestNamesOf_NamesWhatIsOneThing(t *testing.T) {
	row := func(dimension, id, label string, person any) map[string]any {
		return map[string]any{"dimension": dimension, "id": id, "label": label, "person_name": person}
	}
	names := namesOf([]map[string]any{
		row("location_id", "1", "Oak Street", nil), row("location_id", "2", "Birch", nil), row("location_id", "1", "Maple", nil),
		row("location_id", "3", "Ash", nil), row("location_id", "3", "Ash", nil), row("provider_id", "9", "p_77", "Dr Ann"),
	})
	if diff := cmp.Diff([]Name{{"3", "Ash"}, {"2", "Birch"}}, names.List("location_id")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for value, want := range map[string]string{"1": "Location 1", "2": "Birch", "3": "Ash"} {
		if got := names.Of("location_id", value); got != want {
			t.Errorf("location %s is %q", value, got)
		}
	}
	if got := names.Of("provider_id", "9"); got != "Dr Ann" {
		t.Errorf("the provider is %q", got)
	}
	if names.List("nothing") != nil || names.Of("nothing", "") != "Not known" {
		t.Error("there is a name of nothing")
	}
}
