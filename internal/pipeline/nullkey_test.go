package pipeline_test

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// TestANullInAKeyIsSaid has a row come in that no key finds, so that it cannot be
// read again: the run says which column is at fault.
func TestANullInAKeyIsSaid(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.sales().Sync, b.sales().Cursor = "checksum", ""
	_, err := b.run(t)
	check(t, err)
	before := b.current(t).ID
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Rows = append(s.Rows, []any{nil, int64(1), archwire.Number("5.00")})
	})
	_, err = b.run(t)
	if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(archwire.MessageOf(err), "app.sale: column id of its key is NULL in a row of the source") {
		t.Errorf("%v, want a sentence about the key", err)
	}
	if b.current(t).ID != before {
		t.Error("another publication is in service")
	}
}
