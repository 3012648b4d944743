package cli_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"archwire/internal/testdb/sqlserver"
)

type testKey struct{}

// emptySQLServer is `sqlserver NAME`: the variable becomes the URL of an empty database
// of SQL Server.
func emptySQLServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sqlserver NAME")
	}
	ts.Setenv(args[0], sqlserver.Database(ts.Value(testKey{}).(testing.TB)))
}
