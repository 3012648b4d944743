package serve_test

import (
	"os"
	"testing"

	"archwire"
)

func TestTheMainJob(t *testing.T) {
	b := setup(t)
	key := b.keys.mint(t, archwire.Identified)
	b.get(t, "/v1", key).want(t, 503)
	b.get(t, "/readyz", "").want(t, 503)
	b.published(t, nil)
	for _, p := range []string{"/v1", "/v1/practices", "/v1/metrics", "/v1/datasets", "/v1/metrics/net_collections?practice=p1&compare=previous_period,previous_year",
		"/v1/metrics/average_payment?by=practice&from=2026-10-01", "/v1/metrics/receivables?by=bucket&from=2026-08-01",
		"/v1/metrics/past_due_share?from=2026-08-01", "/v1/metrics/wait?from=2026-10-01", "/v1/datasets/patients/rows?limit=2", "/v1/datasets/collections/rows?filter[amount]=gte:100&filter[payer_kind]=patient&fields=amount,payer_kind"} {
		t.Log(p, b.get(t, p, key).want(t, 200).text)
	}

}

func TestDocs(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	t.Cleanup(func() { t.Log(b.log) })
	d := b.get(t, "/docs", "").want(t, 200)
	os.WriteFile("/tmp/docs.html", []byte(d.text), 0o644)
	d = b.get(t, "/openapi.json", "").want(t, 200)
	os.WriteFile("/tmp/openapi.json", []byte(d.text), 0o644)
}
