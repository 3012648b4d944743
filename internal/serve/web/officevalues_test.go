package web_test

import (
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/operator"
)

// forPeople are texts as pages write them and files do not: cut short, a day of a month,
// digits in threes, a length of time, a size, a share.
var forPeople = regexp.MustCompile(` \d+ more$|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d|\b\d{1,3}(,\d{3})+\b|\d (ms|s|min|h|kB|MB|GB|%)$`)

// instants are the columns that hold nothing but instants, and what they say where there is none.
var instants = map[string]string{
	"Made": "", "Since": "", "Last used": "never", "Last read": "not within a week", "Data through": "", "All compared since": "", "Began": "", "First": "", "Last": "",
}

// crowded is what operators and admins are told, with more of it than pages show.
func crowded(answers map[string]any) map[string]any {
	out := maps.Clone(answers)
	many := []string{"10", "11", "12", "13", "14", "15", "16", "17", "18", "19"}
	partner := operator.ClientDoc{Client: "partner", CreatedAt: at(0, 0), Keys: []operator.ClientKeyDoc{
		{Key: "k1", Networks: []string{}, CreatedAt: at(0, 0), ExpiresAt: new(at(0, 0).AddDate(0, 1, 0))}, {Key: "k2", Networks: []string{}, CreatedAt: at(0, 0), ExpiresAt: new(at(0, 0))}, {Key: "k3", Networks: []string{}, CreatedAt: at(0, 0), RevokedAt: new(at(0, 0))},
	}}
	for _, id := range many {
		partner.Grants = append(partner.Grants, operator.ClientGrantDoc{Tenant: id, Profile: archwire.Aggregate, Purpose: "work " + id})
	}
	out["GET /v1/operator/clients"] = data([]operator.ClientDoc{partner})
	out["GET /v1/operator/publications/p1"] = data(operator.ComparedDoc{
		Publication: "p1", Since: "p0", AsOf: "2026-11-20", SinceAsOf: "2026-11-19", TenantsAdded: []operator.TenantNameDoc{}, TenantsRemoved: []operator.TenantNameDoc{}, Metrics: []operator.MetricMovedDoc{}, Breaks: []string{},
		Datasets: []operator.DatasetMovedDoc{{Dataset: "patients", State: "changed", Changed: many, Added: []string{}, Removed: []string{}, RowsBefore: 1_000_000, Rows: 1_400_000}},
	})
	if _, ok := out["GET /v1/grants"]; ok {
		g := object{"grant": "g1", "client": "partner", "profile": "aggregate", "purpose": "x", "datasets": many, "metrics": []string{}, "locations": many, "granted_by": "operator", "created_at": "2026-08-01T00:00:00Z", "from": "2026-08-01T00:00:00Z", "until": nil, "revoked_at": nil}
		out["GET /v1/grants"] = data([]object{g, with(g, "until", "2027-02-01T00:00:00Z"), with(g, "until", "2026-09-01T00:00:00Z"), with(g, "revoked_at", "2026-10-01T09:00:00Z"), with(g, "from", "2027-01-01T00:00:00Z")})
	}
	return out
}

func with(o object, name string, value any) object {
	out := maps.Clone(o)
	out[name] = value
	return out
}

// Files of all pages hold the values themselves: nothing is cut short, and nothing is
// written for people (docs/reference/pages.md).
func TestFilesOfTheOfficeHoldTheValuesThemselves(t *testing.T) {
	operators, _ := pages(t, operatorRoles(), crowded(operated()))
	admins, _ := pages(t, admin(), crowded(kept()))
	for path, h := range map[string]http.Handler{
		"/operator/runs?": operators, "/operator/runs/20261121T113000Z-cccc?": operators, "/operator/freshness?": operators, "/operator/models?": operators, "/operator/verification?": operators, "/operator/publications?": operators,
		"/operator/publications/p1?": operators, "/operator/tenants?": operators, "/operator/clients?": operators, "/operator/contracts?": operators, "/operator/storage?": operators,
		"/practice/grants?": admins, "/practice/ledger?": admins, "/practice/keys?": admins, "/practice/people?": admins,
	} {
		n := 1
		for ; get(t, h, path+"format=csv&table="+strconv.Itoa(n)).Code == http.StatusOK; n++ {
			table := path + "format=csv&table=" + strconv.Itoa(n)
			holdsValues(t, table, csvOf(t, h, table))
		}
		if n == 1 {
			t.Errorf("%s has no file", path)
		}
	}
}

func holdsValues(t *testing.T, table string, rows [][]string) {
	t.Helper()
	for i, row := range rows {
		for c, value := range row {
			column := rows[0][c]
			if forPeople.MatchString(value) {
				t.Errorf("%s, %s: %q", table, column, value)
			}
			none, ok := instants[column]
			if _, err := time.Parse(time.RFC3339, value); i > 0 && ok && err != nil && value != "" && value != none {
				t.Errorf("%s, %s: %q is no instant", table, column, value)
			}
		}
	}
}

// What pages leave blank or below a value is in files where it belongs.
func TestFilesOfTheOfficeLeaveNothingOut(t *testing.T) {
	h, _ := pages(t, operatorRoles(), crowded(operated()))
	if rows := csvOf(t, h, "/operator/contracts?format=csv&table=1"); len(rows) != 3 || rows[1][3] != "partner" || rows[2][3] != "ann@example.com" || rows[2][0] != rows[1][0] || rows[2][1] != "1" || rows[2][2] != rows[1][2] {
		t.Errorf("contracts are %q", rows)
	}
	if rows := csvOf(t, h, "/operator/tenants?format=csv"); rows[0][5] != "People: more" || rows[1][5] != "" || rows[2][5] != "no admin" {
		t.Errorf("tenants are %q", rows)
	}
	rows := csvOf(t, h, "/operator/publications?format=csv")
	if at := "2026-11-21T02:14:00Z"; rows[1][2] != at || rows[1][4] != "in service now, 2026-11-21T09:05:00Z by ann@example.com; 2026-11-21T05:40:00Z by kim, on the command line; 2026-11-21T05:35:00Z by the operator, on the command line; 2026-11-21T05:34:00Z by operator@example.com; 2026-11-21T05:30:00Z by hand; "+at+" by its run" {
		t.Errorf("the publication in service is %q", rows[1])
	}
	if last := rows[3]; last[5] != "" || last[6] != "" {
		t.Errorf("of a publication that cannot be read there are %q slices, and %q rows", last[5], last[6])
	}
	if rows := csvOf(t, h, "/operator/freshness?format=csv&table=1"); rows[0][1] != "2026-11-19" {
		t.Errorf("nights are of %q", rows[0])
	}
	admins, _ := pages(t, admin(), kept())
	reads := csvOf(t, admins, "/practice/ledger?format=csv")
	if reads[0][0] != "Day in America/Denver" || reads[1][6] != "2026-11-21T09:02:00Z" || reads[1][7] != "2026-11-21T09:03:00Z" {
		t.Errorf("the ledger is %q", reads)
	}
}
