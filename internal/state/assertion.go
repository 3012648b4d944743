package state

import (
	"context"
	"database/sql"
	"time"
)

// spentKept is how long a used assertion is remembered after its end. Servers whose
// clocks differ by less than that agree on which were used, and so does one whose
// clock is put back.
const spentKept = 24 * time.Hour

// Spend remembers that an assertion was used, for a day longer than until. It is
// not first when that is remembered already; of several at once, one is.
func (s *Store) Spend(ctx context.Context, assertion string, until time.Time) (first bool, err error) {
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "delete from used_assertion where expires_at < $1", timeText(s.now().Add(-spentKept))); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, "insert into used_assertion (id, expires_at) values ($1, $2) on conflict do nothing", assertion, timeText(until))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		first = n == 1
		return err
	})
	if err != nil {
		return false, s.classify("remembering a used assertion", err)
	}
	return first, nil
}
