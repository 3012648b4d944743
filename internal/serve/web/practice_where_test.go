package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// located is what the API tells an admin of a practice whose locations have names.
func located() map[string]any {
	answers := kept()
	answers["GET /v1/datasets"] = data([]object{
		{"dataset": "patients", "title": "Patients in treatment", "location": "location_id"},
		{"dataset": "directory", "columns": []object{{"name": "dimension"}, {"name": "id"}, {"name": "label"}}},
	})
	answers["GET /v1/datasets/directory/rows"] = data([]object{
		{"dimension": "location_id", "id": "L2", "label": "Oak Street"}, {"dimension": "location_id", "id": "L1", "label": "Bay"}, {"dimension": "provider_id", "id": "P1", "label": "Dr. Ray"},
	})
	answers["POST /v1/grants"], answers["DELETE /v1/grants/g1"] = object{"grant": "g9"}, object{}
	return answers
}

// Locations are chosen and told by their names; the API is asked by their ids.
func TestLocationsHaveNames(t *testing.T) {
	h, api := pages(t, admin(), located())
	golden(t, "grants_located", get(t, h, "/practice/grants?practice=17&narrow=g1"), http.StatusOK)
	form := url.Values{
		"practice": {"17"}, "client": {"partner"}, "profile": {"aggregate"}, "purpose": {"x"}, "what": {"some"}, "datasets": {"patients"}, "where": {"some"}, "location": {"L2"},
	}
	w := send(t, h, "/practice/grants", "/practice/grants", form)
	want := []string{`POST /v1/grants {"client":"partner","datasets":["patients"],"locations":["L2"],"practice":"17","profile":"aggregate","purpose":"x"}`}
	if w.Code != http.StatusSeeOther || !slices.Equal(api.asked, want) {
		t.Errorf("%d, asked %v", w.Code, api.asked)
	}
	form.Set("narrows", "g1") // which is of L1
	if w = send(t, h, "/practice/grants", "/practice/grants", form); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Location Oak Street is not among those that are granted.") {
		t.Errorf("%d: %s", w.Code, mainForm.FindString(w.Body.String()))
	}
	form["where"], form["location"] = []string{"all"}, nil
	if w = send(t, h, "/practice/grants", "/practice/grants", form); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "granted are Bay.") {
		t.Errorf("%d: %s", w.Code, mainForm.FindString(w.Body.String()))
	}
	if len(api.asked) != 1 {
		t.Errorf("asked %v", api.asked)
	}
	answers := located()
	answers["GET /v1/datasets/directory/rows"] = data([]object{{"dimension": "location_id", "id": "L1", "label": "Bay"}, {"dimension": "location_id", "id": "L2", "label": "Bay"}})
	twins, _ := pages(t, admin(), answers)
	page := get(t, twins, "/practice/grants").Body.String()
	for _, box := range []string{`value="L1"> Bay (L1)<`, `value="L2"> Bay (L2)<`} {
		if !strings.Contains(page, box) {
			t.Errorf("there is no %s", box)
		}
	}
	file := csvOf(t, h, "/practice/grants?format=csv")
	if !slices.ContainsFunc(file, func(row []string) bool { return slices.Contains(row, "patients, collections_daily, of L1") }) {
		t.Errorf("the file says %q", file)
	}
}
