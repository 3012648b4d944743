package clustertest

import (
	"strings"
	"testing"

	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// The doctor tells what of a warehouse on Redshift works, and of what does not what to do.
func TestDoctorLooksAtTheCluster(t *testing.T) {
	t.Parallel()
	p := newSmall(t, s3test.Start(t), "doctor", "256MB")
	doctor := func(fails bool, wants ...string) {
		t.Helper()
		_, out, err := p.try(t, "doctor")
		if (err != nil) != fails {
			t.Errorf("archwire doctor ends with %v", err)
		}
		said := strings.Join(strings.Fields(out), " ")
		for _, want := range wants {
			if !strings.Contains(said, want) {
				t.Errorf("archwire doctor does not say %q:\n%s", want, out)
			}
		}
		if strings.Contains(out, redshifttest.Password) || strings.Contains(out, s3test.SecretKey) {
			t.Errorf("archwire doctor says a secret:\n%s", out)
		}
	}
	doctor(false, "ok warehouse: engine Redshift", "ok warehouse: rights", "ok warehouse: staging Redshift reads what archwire writes to s3://doctor")

	p.double.Inject(redshifttest.Fault{Match: "^COPY", S3: &redshifttest.S3Error{Status: 403, Code: "AccessDenied", Message: "Access Denied"}})
	doctor(true, "ok warehouse: engine", "!! warehouse: staging", "docs/reference/redshift.md")

	p.double.Expire(redshifttest.User)
	doctor(true, "ok shop", "!! warehouse", "warehouse.url in archwire.yaml")
}
