package redshifttest

// refusals are what PostgreSQL takes in a query and Redshift does not.
var refusals = []struct {
	words, but string // the words, unless these follow
	what       string
	page       string
}{
	{"insert into", "", "INSERT within a query", "WITH clause"},
	{"delete from", "", "DELETE within a query", "WITH clause"},
	{"merge into", "", "MERGE within a query", "MERGE"},
	{"except all", "", "EXCEPT ALL", "UNION, INTERSECT, and EXCEPT"},
	{"intersect all", "", "INTERSECT ALL", "UNION, INTERSECT, and EXCEPT"},
	{"minus all", "", "MINUS ALL", "UNION, INTERSECT, and EXCEPT"},
	{"returning", "", "RETURNING", "Unsupported PostgreSQL features"},
	{"on conflict", "", "ON CONFLICT: there is MERGE", "INSERT"},
	{"filter (", "", "FILTER of an aggregate", "Aggregate functions"},
	{"lateral", "", "LATERAL", "FROM clause"},
	{"distinct on", "", "DISTINCT ON", "Unsupported PostgreSQL features"},
	{"is distinct from", "", "IS DISTINCT FROM, which is not among the conditions", "Conditions"},
	{"is not distinct from", "", "IS NOT DISTINCT FROM, which is not among the conditions", "Conditions"},
	{"values (", "", "VALUES as a table: it is for INSERT only", "Unsupported PostgreSQL features"},
	{"array [", "", "array constructors", "Unsupported PostgreSQL features"},
	{"row (", "", "row constructors", "Unsupported PostgreSQL features"},
	{"for update", "", "FOR UPDATE: there is LOCK", "Unsupported PostgreSQL features"},
	{"for share", "", "FOR SHARE: there is LOCK", "Unsupported PostgreSQL features"},
	{"collate", "", "COLLATE in an expression", "Unsupported PostgreSQL features"},
	{"only (", "", "inheritance", "Unsupported PostgreSQL features"},
	{"tablesample", "", "TABLESAMPLE", "FROM clause"},
	{"$", "", "parameters and dollar-quoted strings", "Unsupported PostgreSQL features"},
	{"->", "", "JSON operators", "Unsupported PostgreSQL data types"},
	{"->>", "", "JSON operators", "Unsupported PostgreSQL data types"},
}
