package publish_test

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

// columns are those of the relation "slice".
func columns(t *testing.T, batches archwire.Batches) string {
	t.Helper()
	for batch, err := range batches {
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, batch.NumCols())
		for i := range names {
			names[i] = batch.ColumnName(i)
		}
		return strings.Join(names, " ")
	}
	return ""
}

func TestQuery_ShowsOfSeveralTenantsWhatAllOpen(t *testing.T) {
	_, p := opened(t)
	grants := authtest.Everything(archwire.Identified, "1")
	grants = append(grants, authtest.Everything(archwire.Pseudonymous, "2")...)
	s := granted(t, grants...)
	for _, c := range []struct {
		tenants []string
		want    string
	}{
		{nil, "practice_id visit_id day amount patient"},
		{[]string{"1", "2"}, "practice_id visit_id day amount patient"},
		{[]string{"2"}, "practice_id visit_id day amount patient"},
		{[]string{"1"}, "practice_id visit_id day amount patient name"},
	} {
		if got := columns(t, p.Query(t.Context(), s, of("visit"), c.tenants, archwire.Query{SQL: "select * from slice"})); got != c.want {
			t.Errorf("of %v it sees %q, want %q", c.tenants, got, c.want)
		}
	}
}

func TestQuery_AsksTheGrantsOfEachTenant(t *testing.T) {
	_, p := opened(t)
	s := granted(t,
		auth.Grant{Tenant: "1", Metrics: []string{"net"}, Profile: archwire.Identified},
		auth.Grant{Tenant: "2", Datasets: []string{"visit"}, Profile: archwire.Aggregate},
		auth.Grant{Tenant: "3", Datasets: []string{"another"}, Profile: archwire.Identified})
	answers := auth.Resource{Dataset: "visit", Metric: "net"}
	for name, c := range map[string]struct {
		what    auth.Resource
		tenants []string
		slices  string // whose; "" is that there is no such thing
	}{
		"rows":                         {of("visit"), nil, "2"},
		"rows behind a metric":         {of("visit"), []string{"1"}, ""},
		"rows of both":                 {of("visit"), []string{"2", "1"}, ""},
		"answers":                      {answers, nil, "1 2"},
		"answers of a dataset's grant": {answers, []string{"2"}, "2"},
		"answers of another":           {answers, []string{"3"}, ""},
		"a metric of another dataset":  {auth.Resource{Dataset: "another", Metric: "net"}, []string{"1"}, ""},
		"a metric that is not there":   {auth.Resource{Dataset: "visit", Metric: "gross"}, []string{"2"}, ""},
		"no dataset":                   {auth.Resource{Metric: "net"}, []string{"1"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			slices, err := p.Slices(t.Context(), s, c.what, c.tenants)
			if c.slices == "" {
				wantCode(t, err, archwire.NotFound)
				return
			}
			var got []string
			for _, slice := range slices {
				got = append(got, slice.Tenant)
			}
			if err != nil || strings.Join(got, " ") != c.slices {
				t.Errorf("slices of %v, %v; want %s", got, err, c.slices)
			}
		})
	}
}
