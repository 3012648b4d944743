package duckdb

import (
	"context"
	"strings"

	"archwire"
)

// CompareModel computes m in full beside what is kept of it; both stay as they
// are.
func (w *Warehouse) CompareModel(ctx context.Context, m archwire.Model) (archwire.ModelComparison, error) {
	kept := archwire.QuoteName(m.Name)
	fresh := "(" + strings.TrimRight(m.SQL, "; \n\t") + "\n)"
	query := "SELECT (SELECT count(*) FROM " + kept + ")," +
		" (SELECT count(*) FROM (SELECT * FROM " + kept + " EXCEPT ALL SELECT * FROM " + fresh + ") a) +" +
		" (SELECT count(*) FROM (SELECT * FROM " + fresh + " b EXCEPT ALL SELECT * FROM " + kept + ") c)"
	if err := w.checkReadOnly(ctx, query); err != nil {
		return archwire.ModelComparison{}, inModel(m, err)
	}
	var c archwire.ModelComparison
	err := w.db.QueryRowContext(ctx, query).Scan(&c.Rows, &c.Differ)
	return c, classify("comparing "+m.Name, err)
}
