package sqlserver

import (
	"context"
	"fmt"
	"strconv"

	"archwire"
)

var _ archwire.Settler = (*view)(nil)

// Settled is known of rowversions. A transaction takes them as it writes, and others
// that took greater ones may commit before it: whatever has not committed is at or above
// MIN_ACTIVE_ROWVERSION. That was asked for before the view's snapshot began; what had
// committed by then the view has.
func (v *view) Settled(ctx context.Context, t archwire.Table, column string) (from int64, ok bool, err error) {
	rel, err := v.relation(ctx, t)
	if err != nil {
		return 0, false, err
	}
	a, ok := rel.attribute(column)
	if !ok {
		return 0, false, missingColumn(t, column)
	}
	if a.typ.name != "rowversion" || v.least == "" {
		return 0, false, nil
	}
	if from, err = strconv.ParseInt(v.least, 10, 64); err != nil {
		return 0, false, fmt.Errorf("reading the least active rowversion: %w", err)
	}
	return from, true, nil
}

// notBeyond is a version of change tracking that the view lacks nothing of. The one that
// is asked for within a snapshot may be of a later moment: nothing says that
// CHANGE_TRACKING_CURRENT_VERSION tells of the snapshot, as CHANGETABLE does. What was
// committed behind the earlier one may come twice.
func (v *view) notBeyond(current string) string {
	asked, err := strconv.ParseInt(v.asked, 10, 64)
	now, err2 := strconv.ParseInt(current, 10, 64)
	if err != nil || err2 != nil {
		return ""
	}
	return strconv.FormatInt(min(asked, now), 10)
}
