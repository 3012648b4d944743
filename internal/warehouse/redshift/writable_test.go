package redshift

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// A cluster that is read only is waited for, whichever statement meets it first.
func TestWritable(t *testing.T) {
	t.Parallel()
	r := newRig(t, redshifttest.Options{})
	if err := r.Writable(t.Context()); err != nil {
		t.Errorf("a cluster that takes writes: %v", err)
	}
	empty := r.config
	empty.URL = r.server.Database(t)
	for match, ask := range map[string]func() error{
		"^DELETE": func() error { return r.Writable(t.Context()) },
		"^CREATE": func() error {
			w, err := Open(t.Context(), empty)
			if err == nil {
				closeIt(t, w)
			}
			return err
		},
	} {
		r.server.Inject(redshifttest.Fault{Match: match, Error: &pgconn.PgError{Severity: "ERROR", Code: "25006", Message: "cannot execute it in a read-only transaction"}})
		if err := ask(); archwire.CodeOf(err) != archwire.Unavailable {
			t.Errorf("%s: of a cluster that is read only it is said: %v", match, err)
		}
		if err := ask(); err != nil {
			t.Errorf("%s: when it is so no more: %v", match, err)
		}
	}
}
