package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/serve/web/fill"
)

// The page of rows says which filters of the page before do not reach it, does not ask
// the API for them, and tells of which day the number was that led there.
func TestRowsSayHowTheyDifferFromTheNumber(t *testing.T) {
	h := handler(t, canned{roles: owner, tenants: 1, dashboard: cannedDashboards})
	page := visited(t, h, "/rows/accounts?metric=net_collections&of=2026-08-31&filter%5Bprovider_id%5D=9&filter%5Blocation_id%5D=3", nil).Body.String()
	for _, want := range []string{"These rows are not kept by provider, so they are for all of them.", "These rows are as of Nov 20, 2026. The number is of Aug 31, 2026: they need not come to it.", `/metrics/net_collections?filter%5Blocation_id%5D=3&amp;filter%5Bprovider_id%5D=9`} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %s", want)
		}
	}
	accounts := rowsQuery{noun: "practice", values: url.Values{"filter[provider_id]": {"9"}, "filter[location_id]": {"3"}}}
	accounts.dataset.Columns = []fill.Column{{Name: "location_id"}}
	want := url.Values{"filter[location_id]": {"3"}}
	if diff := cmp.Diff(want, accounts.ask()); diff != "" {
		t.Errorf("the API is asked otherwise (-want +got):\n%s", diff)
	}
}
