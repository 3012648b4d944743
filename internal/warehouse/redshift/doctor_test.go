package redshift

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

func TestDoctor_FindsWhatWorks(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	for range 2 { // what the first has made must be gone
		for _, d := range w.Doctor(t.Context()) {
			if !d.OK {
				t.Errorf("%s: %s %s", d.What, d.Says, d.Do)
			}
		}
	}
}

// In the read-only time of a resize a statement that writes is refused as in a
// transaction that is read-only: SQLSTATE 25006 (PostgreSQL, Error Codes).
func TestDoctor_TellsReadOnlyFromDenied(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	for _, test := range []struct {
		error *pgconn.PgError
		code  archwire.Code
	}{
		{&pgconn.PgError{Severity: "ERROR", Code: "25006", Message: "cannot execute CREATE SCHEMA in a read-only transaction"}, archwire.Unavailable},
		{&pgconn.PgError{Severity: "ERROR", Code: "42501", Message: "permission denied for database dev"}, archwire.Denied},
	} {
		c.Inject(redshifttest.Fault{Match: "^CREATE SCHEMA", Error: test.error})
		err := w.Writable(t.Context())
		if archwire.CodeOf(err) != test.code || archwire.HintOf(err) == "" {
			t.Errorf("%s: %v of code %s, hint %q", test.error.Code, err, archwire.CodeOf(err), archwire.HintOf(err))
		}
		if err := w.Writable(t.Context()); err != nil {
			t.Errorf("after %s: %v", test.error.Code, err)
		}
	}
}
