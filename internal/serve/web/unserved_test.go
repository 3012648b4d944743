package web_test

import (
	"net/http"
	"strings"
	"testing"

	"archwire/internal/serve/operator"
)

// unserved is an API of which nothing is in service.
func unserved() map[string]any {
	nothing := refused{"Not available now", http.StatusServiceUnavailable, "Nothing is published yet.", "archwire run makes the first publication."}
	answers := operated()
	for _, path := range []string{"/v1", "/v1/dashboards", "/v1/practices", "/v1/metrics", "/v1/datasets", "/v1/people"} {
		answers["GET "+path] = nothing
	}
	answers["GET /v1/operator/tenants"] = data([]operator.OperatedTenantDoc{})
	answers["GET /v1/operator/verification"] = data(operator.VerificationDoc{})
	answers["GET /v1/operator/freshness"] = data(operator.FreshnessDoc{LastRun: new(failed())})
	answers["GET /v1/operator/nights"] = data(nightsOf(0))
	return answers
}

// Operators need their pages most while nothing is in service (docs/reference/operator.md).
func TestOperatorsPages_AreThereWhileNothingIsInService(t *testing.T) {
	h, api := pages(t, operatorRoles(), unserved())
	for _, page := range []string{"runs", "freshness", "models", "verification", "publications", "tenants", "clients", "contracts", "storage"} {
		w := get(t, h, "/operator/"+page)
		text := w.Body.String()
		if w.Code != http.StatusOK || !strings.Contains(text, `<a href="/operator/storage"`) || !strings.Contains(text, "archwire ") {
			t.Errorf("%s answers %d: %s", page, w.Code, mainForm.FindString(text))
		}
	}
	if w := get(t, h, "/"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/operator/runs" {
		t.Errorf("an operator is led to %d %s", w.Code, w.Header().Get("Location"))
	}
	golden(t, "unserved", get(t, h, "/operator/clients"), http.StatusOK)
	w := get(t, h, "/metrics")
	if text := w.Body.String(); w.Code != http.StatusServiceUnavailable || !strings.Contains(text, "Nothing is published yet.") || !strings.Contains(text, `<a href="/operator/runs"`) {
		t.Errorf("a page of figures answers %d", w.Code)
	}

	api.answers["GET /v1/operator/tenants"] = refused{"Not available now", http.StatusServiceUnavailable, "The publication in service cannot be read: its manifest is gone.", "archwire publications lists those that are kept."}
	golden(t, "unreadable", get(t, h, "/operator/tenants"), http.StatusServiceUnavailable)
}

// Everybody else is told no more than that there is nothing.
func TestPages_SayThatNothingIsInService(t *testing.T) {
	h, _ := pages(t, admin(), unserved())
	for _, path := range []string{"/", "/metrics", "/practice/people", "/operator/runs"} {
		if w := get(t, h, path); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), `href="/operator/`) {
			t.Errorf("%s answers %d: %s", path, w.Code, w.Body.String())
		}
	}
}
