package verify_test

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/verify"
)

func TestCounts(t *testing.T) {
	equal := archwire.VerifiedTable{Table: "rcm.payer", SourceRows: 25, WarehouseRows: 25}
	short := archwire.VerifiedTable{Table: "rcm.claim", SourceRows: 40, WarehouseRows: 8}
	surplus := archwire.VerifiedTable{Table: "pms.visit", SourceRows: 0, WarehouseRows: 1}

	if err := verify.Counts([]archwire.VerifiedTable{equal}); err != nil {
		t.Errorf("equal counts: %v", err)
	}
	if err := verify.Counts(nil); err != nil {
		t.Errorf("no table: %v", err)
	}
	err := verify.Counts([]archwire.VerifiedTable{equal, short, surplus})
	if archwire.CodeOf(err) != archwire.Mismatch {
		t.Fatalf("code of %v is %q, want mismatch", err, archwire.CodeOf(err))
	}
	for _, want := range []string{
		"rcm.claim: the warehouse has 8 rows, the source has 40",
		"pms.visit: the warehouse has 1 rows, the source has 0",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "rcm.payer") {
		t.Errorf("%q names a table that is equal", err)
	}
}
