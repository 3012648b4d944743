package redshift

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"archwire/internal/warehouse/redshift/redshifttest"
)

// Rows are given once, whatever becomes of the end of the transaction that read them.
func TestQuery_CutAtItsEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	for _, fault := range []redshifttest.Fault{{CutBefore: true}, {CutAfter: true}, {Error: redshifttest.Conflict}} {
		fault.Match = "^COMMIT$"
		r.server.Inject(fault)
		if diff := cmp.Diff([]string{"7"}, rowsOf(t, r, "select 7 as n")); diff != "" {
			t.Errorf("%+v (-want +got)\n%s", fault, diff)
		}
		if n := r.server.Waiting(); n > 0 {
			t.Errorf("%+v did not happen", fault)
		}
		r.server.Calm()
	}
}

// To read a materialized view that is stale, Redshift writes notes of its own, and refuses
// that in a transaction that is read-only (github.com/awslabs/mcp/issues/3273). It is read
// in one that is rolled back.
func TestQuery_OfAStaleView(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	r.server.Forget()
	r.server.Inject(redshifttest.Fault{Match: "^select 7", Error: &pgconn.PgError{Severity: "ERROR", Code: "25006", Message: "transaction is read-only"}})
	if diff := cmp.Diff([]string{"7"}, rowsOf(t, r, "select 7 as n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	want := []string{"BEGIN READ ONLY", "ROLLBACK", "BEGIN", "ROLLBACK"}
	if diff := cmp.Diff(want, r.server.Sent("^(BEGIN.*|COMMIT|ROLLBACK)$")); diff != "" {
		t.Errorf("transactions (-want +got)\n%s", diff)
	}
}
