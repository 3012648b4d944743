package duckdb_test

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// A backslash in a pattern of LIKE is the escape of Redshift when none is named (Amazon
// Redshift Database Developer Guide, LIKE), and of DuckDB it is none.
func TestReads_RefusesBackslashesInLike(t *testing.T) {
	s, err := duckdb.NewSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	for _, condition := range []string{`x like '10\%'`, `x not like '10\%'`, `x ilike 'a\_b'`, `not (x ilike 'a' or x not ilike 'a\\')`} {
		_, err := s.Reads(t.Context(), "select x from rcm.payer where "+condition)
		if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(archwire.HintOf(err)+archwire.MessageOf(err), "escape") {
			t.Errorf("%s: %v", condition, err)
		}
	}
	for _, condition := range []string{`x like '10!%' escape '!'`, `x like 'a%' and y = 'a\b'`, `x not ilike 'a_b'`} {
		if _, err := s.Reads(t.Context(), "select x from rcm.payer where "+condition); err != nil {
			t.Errorf("%s: %v", condition, err)
		}
	}
}
