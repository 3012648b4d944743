package measure

import "testing"

func TestDimensionsNamedLikeMembersAreTold(t *testing.T) {
	if got := string(appendDimension(nil, "value")); got != `,"value_":` {
		t.Errorf("a dimension called value is %s", got)
	}
	if got := string(appendDimension(nil, "payer_kind")); got != `,"payer_kind":` {
		t.Errorf("a dimension called payer_kind is %s", got)
	}
}
