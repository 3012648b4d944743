package redshift

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

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

// Each thing that is wrong is told by itself, with what to do.
func TestDoctor_TellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	w := c.open(t, t.TempDir())
	for what, fault := range map[string]redshifttest.Fault{
		"warehouse: engine":  {Match: "VERSION", Error: &pgconn.PgError{Severity: "ERROR", Code: "57014", Message: "canceling statement"}},
		"warehouse: rights":  {Match: "^CREATE SCHEMA", Error: &pgconn.PgError{Severity: "ERROR", Code: "42501", Message: "permission denied for database dev"}},
		"warehouse: staging": {Match: "^COPY", S3: &redshifttest.S3Error{Status: 403, Code: "AccessDenied"}},
	} {
		c.Inject(fault)
		for _, d := range w.Doctor(t.Context()) {
			if d.OK != (d.What != what) || !d.OK && (d.Says == "" || d.Do == "") {
				t.Errorf("with %s wrong, %s is %v: %q, do %q", what, d.What, d.OK, d.Says, d.Do)
			}
		}
	}
}
