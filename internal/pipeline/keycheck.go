package pipeline

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

// proveKeys makes sure, before anything is computed of them, that rows of files have
// keys of their own.
func (r *Runner) proveKeys(ctx context.Context, run *archwire.Run) error {
	keys := r.keyChecks()
	if len(keys) == 0 {
		return nil
	}
	return r.step(ctx, run, archwire.Verify, func(ctx context.Context) (int64, error) { return r.check(ctx, run, keys) })
}

// keyChecks are checks of the keys that nothing has held unique before: a database
// vouches for its keys, and files do not.
func (r *Runner) keyChecks() (checks []archwire.Check) {
	for _, s := range r.Project.Sources {
		for _, t := range s.Tables {
			if t.Form != "" && len(t.Key) > 0 {
				checks = append(checks, archwire.Check{Name: "key of " + t.ID(), File: s.File, SQL: twice(t.Table)})
			}
		}
	}
	return checks
}

// twice is a query for the keys that several rows have.
func twice(t archwire.Table) string {
	key := make([]string, len(t.Key))
	for i, name := range t.Key {
		key[i] = archwire.Quote(name)
	}
	list := strings.Join(key, ", ")
	return fmt.Sprintf("SELECT %s, count(*) AS archwire_rows FROM %s.%s GROUP BY %s HAVING count(*) > 1 LIMIT %d",
		list, archwire.Quote(t.Source), archwire.Quote(t.Name), list, shownRows)
}
