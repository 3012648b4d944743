package cli

import (
	"archwire"
	apidoc "archwire/internal/serve/describe"
	"archwire/internal/source/files"
	"archwire/internal/source/files/parquet"
	"archwire/internal/source/postgres"
	"archwire/internal/source/sqlserver"
	"archwire/internal/typedoc"
	"archwire/internal/warehouse/redshift"
)

// typesDocument is docs/types.md: the types of every source, and what they become
// in every engine and in the API.
func typesDocument() ([]byte, error) {
	return typedoc.Markdown(
		[]typedoc.Source{postgres.Types(), sqlserver.Types(), files.Types(), parquet.Types()},
		[]typedoc.Engine{
			{Name: "DuckDB", Type: func(t archwire.Type) (string, error) { return t.SQL(), nil }},
			{Name: "Redshift", Type: redshift.ColumnType},
			{Name: "API", Type: func(t archwire.Type) (string, error) { return apidoc.Written(t), nil }},
		},
	) //nolint:wrapcheck // names the type
}
