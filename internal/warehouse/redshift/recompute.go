package redshift

import (
	"slices"
	"strings"

	"archwire"
)

// A recompute is how the rows of a model are computed, checked and put in the place
// of the old ones.
type recompute struct {
	archwire.Model
	columns []archwire.Column // what the embedded engine says that the query gives
	query   string            // spelt for Redshift
	part    bool              // it gives the rows of the tenants in wantedTable
}

// kept is the table that holds the model.
func (r recompute) kept() string { return archwire.QuoteName(r.Name) }

// tenantColumn is the column of the tenant. ok is false where the model has none.
func (r recompute) tenantColumn() (archwire.Column, bool) { return columnNamed(r.columns, r.Tenant) }

// columnNamed finds a column by its name, in whatever case that is written: queries do not
// tell columns apart by it, nor do the engines.
func columnNamed(columns []archwire.Column, name string) (archwire.Column, bool) {
	for _, c := range columns {
		if folded(c.Name) == folded(name) {
			return c, true
		}
	}
	return archwire.Column{}, false
}

// withSpelling is m with tenant and key spelt as its columns are.
func withSpelling(m archwire.Model, columns []archwire.Column) archwire.Model {
	if c, ok := columnNamed(columns, m.Tenant); ok {
		m.Tenant = c.Name
	}
	m.Key = slices.Clone(m.Key)
	for i, k := range m.Key {
		if c, ok := columnNamed(columns, k); ok {
			m.Key[i] = c.Name
		}
	}
	return m
}

// create makes a table for the model's rows.
func (r recompute) create(name, attributes string) (string, error) {
	list := make([]string, len(r.columns))
	for i, c := range r.columns {
		t, err := columnType(c.Type)
		if err != nil {
			return "", err
		}
		list[i] = archwire.Quote(c.Name) + " " + t
	}
	return "CREATE TABLE " + name + " (" + strings.Join(list, ", ") + ")" + attributes, nil
}

// compute are the statements that compute the new rows, out of sight. The query's
// columns are named by their place: what it calls them depends on how the engine
// folds names.
func (r recompute) compute() ([]string, error) {
	create, err := r.create(recomputedTable, r.spread())
	if err != nil {
		return nil, err
	}
	create = strings.Replace(create, "CREATE TABLE", "CREATE TEMP TABLE", 1)
	names := quotedColumns(r.columns)
	return []string{create, "INSERT INTO " + recomputedTable + " (" + names + ") SELECT " + names + " FROM (" + r.query + "\n) AS computed (" + names + ")"}, nil
}

// spread lays the rows of one tenant onto one node, where they are compared.
func (r recompute) spread() string {
	if c, ok := r.tenantColumn(); ok && sortable(c.Type) {
		return " DISTKEY (" + archwire.Quote(c.Name) + ")"
	}
	return ""
}

func quotedColumns(columns []archwire.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = archwire.Quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// checks is one query that counts rows of the model, those without a key, the different
// keys, and of a part the rows of others and those whose keys others have.
func (r recompute) checks(from string) string {
	missing, keys := "0", "COUNT(*)"
	if len(r.Key) > 0 {
		null, each := make([]string, len(r.Key)), make([]string, len(r.Key))
		for i, k := range r.Key {
			c, _ := columnNamed(r.columns, k) // a key that is no column is an error of the statement
			null[i] = archwire.Quote(k) + " IS NULL"
			each[i] = exact(archwire.Quote(k), c.Type)
		}
		missing = "COALESCE(SUM(CASE WHEN " + strings.Join(null, " OR ") + " THEN 1 ELSE 0 END), 0)"
		keys = "(SELECT COUNT(*) FROM (SELECT 1 AS one FROM " + from + " GROUP BY " + strings.Join(each, ", ") + ") AS keys)"
	}
	foreign, shared := "0", "0"
	if r.part {
		foreign = "(" + r.foreign() + ")"
		if query := r.shared(); query != "" {
			shared = "(" + query + ")"
		}
	}
	return "SELECT COUNT(*), " + missing + ", " + keys + ", " + foreign + ", " + shared + " FROM " + from
}

// foreign counts the new rows that are of nobody who was asked for.
func (r recompute) foreign() string {
	c, _ := r.tenantColumn() // a part has one
	return "SELECT COUNT(*) FROM " + recomputedTable + " WHERE " + outside(archwire.Quote(c.Name), c.Type, wantedTable)
}

// shared counts the new rows whose key other tenants' rows have; "" where that cannot
// be.
func (r recompute) shared() string {
	if len(r.Key) == 0 || slices.Contains(r.Key, r.Tenant) {
		return ""
	}
	c, _ := r.tenantColumn() // a part has one
	keys, on := make([]string, len(r.Key)), make([]string, len(r.Key))
	for i, k := range r.Key {
		column, _ := columnNamed(r.columns, k)
		keys[i] = archwire.Quote(k)
		on[i] = exact("mine."+keys[i], column.Type) + " = " + exact("others."+keys[i], column.Type)
	}
	return "SELECT COUNT(*) FROM " + recomputedTable + " AS mine JOIN (SELECT DISTINCT " + strings.Join(keys, ", ") + " FROM " + r.kept() +
		" WHERE " + outside(archwire.Quote(c.Name), c.Type, wantedTable) + ") AS others ON " + strings.Join(on, " AND ")
}

// differ makes the table of tenants whose new rows are not their old ones. Old rows
// count against new ones, so that equal ones leave nothing. Of rows without a tenant
// there is one that is NULL; of a model without tenants, too.
func (r recompute) differ() string {
	tenant, by := "CAST(NULL AS VARCHAR(1))", "tenant"
	if c, ok := r.tenantColumn(); ok {
		tenant, by = archwire.Quote(c.Name), exact("tenant", c.Type)
	}
	side := func(sign, from string) string {
		return "SELECT tenant, n, STRTOL(SUBSTRING(h, 1, 15), 16) AS h1, STRTOL(SUBSTRING(h, 17, 15), 16) AS h2 FROM (SELECT " +
			tenant + " AS tenant, " + sign + " AS n, MD5(" + rowText(r.columns) + ") AS h FROM " + from + ") AS hashed"
	}
	old := r.kept()
	if c, ok := r.tenantColumn(); ok && r.part {
		old += " WHERE " + among(archwire.Quote(c.Name), c.Type, wantedTable)
	}
	return "CREATE TEMP TABLE " + differingTable + " AS SELECT MIN(tenant) AS tenant, SUM(n) AS n FROM (" +
		side("1", recomputedTable) + " UNION ALL " + side("-1", old) +
		") AS both_sides GROUP BY " + by + " HAVING SUM(n) <> 0 OR SUM(n * h1) <> 0 OR SUM(n * h2) <> 0"
}

// replace are the statements that put the new rows of those tenants in the place of
// their old ones; nobody says that rows without a tenant are among them.
func (r recompute) replace(nobody bool) []string {
	where := ""
	if c, ok := r.tenantColumn(); ok {
		name := archwire.Quote(c.Name)
		where = " WHERE " + among(name, c.Type, differingTable)
		if nobody {
			where += " OR " + name + " IS NULL"
		}
	}
	names := quotedColumns(r.columns)
	return []string{
		"DELETE FROM " + r.kept() + where,
		"INSERT INTO " + r.kept() + " (" + names + ") SELECT " + names + " FROM " + recomputedTable + where,
	}
}

// forget is the statement that drops the session's tables of a refresh; compared says
// that the rows were compared with those that are kept.
func (r recompute) forget(compared bool) string {
	tables := []string{recomputedTable}
	if r.part {
		tables = append(tables, wantedTable)
	}
	if compared {
		tables = append(tables, differingTable)
	}
	return "DROP TABLE " + strings.Join(tables, ", ")
}

// compare counts the rows that are kept, and those that are in one of the two only.
func (r recompute) compare() string {
	side := func(sign, from string) string {
		return "SELECT " + sign + " AS n, MD5(" + rowText(r.columns) + ") AS h FROM " + from
	}
	return "SELECT (SELECT COUNT(*) FROM " + r.kept() + "), COALESCE(SUM(ABS(n)), 0) FROM (SELECT h, SUM(n) AS n FROM (" +
		side("1", recomputedTable) + " UNION ALL " + side("-1", r.kept()) + ") AS both_sides GROUP BY h) AS rows_by_hash"
}
