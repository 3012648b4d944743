package duckdb

// A Function is one of Redshift's that DuckDB has not, or has otherwise.
type Function struct {
	Name string
	Args string // as Redshift names them
	Body string // the macro
	Page string // Redshift's documentation
}

// Functions lists the functions that are added to DuckDB's own.
func Functions() []Function {
	return functions
}

var functions = []Function{
	{"nvl", "a, b", "coalesce(a, b)", "docs.aws.amazon.com/redshift/latest/dg/r_NVL_function.html"},
}

// macros are the statements that add Functions to a database.
func macros() []string {
	out := make([]string, len(functions))
	for i, f := range functions {
		out[i] = "CREATE OR REPLACE MACRO " + f.Name + "(" + f.Args + ") AS " + f.Body
	}
	return out
}
