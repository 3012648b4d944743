package cli_test

import (
	"cmp"
	"net/url"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"archwire/internal/source/sqlserver/sqlservertest"
	"archwire/internal/testdb/sqlserver"
)

type (
	testKey   struct{}
	doubleKey struct{}
)

// emptySQLServer is `sqlserver NAME`: the variable becomes the URL of an empty database
// of SQL Server.
func emptySQLServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sqlserver NAME")
	}
	ts.Setenv(args[0], sqlserver.Database(ts.Value(testKey{}).(testing.TB)))
}

// double is `double`: it starts a double of SQL Server with an empty database shop, as
// CREATE DATABASE makes one.
func double(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: double")
	}
	d := ts.Value(doubleKey{}).(*doubled)
	d.server = sqlservertest.Start(ts.Value(testKey{}).(testing.TB), sqlservertest.Options{})
	ts.Check(d.server.Exec("master", "create database shop"))
}

// A doubled holds the double that a script has started.
type doubled struct{ server *sqlservertest.Server }

// tsql is `tsql FILE`: it runs the batches of a script, which lines of GO end, in the
// database shop of the double, as its administrator.
func tsql(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: tsql FILE")
	}
	batches := strings.Split(ts.ReadFile(args[0]), "\nGO\n")
	ts.Check(ts.Value(doubleKey{}).(*doubled).server.Exec("shop", batches...))
}

// dial is `dial NAME [PART=VALUE...]`: the variable becomes the URL of the double's
// database shop for its administrator, but for these parts: user, password, host or a
// parameter, which an empty value takes out.
func dial(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: dial NAME [PART=VALUE...]")
	}
	u := ts.Value(doubleKey{}).(*doubled).server.URL("shop", url.UserPassword(sqlservertest.User, sqlservertest.Password))
	q := u.Query()
	for _, arg := range args[1:] {
		part, value, _ := strings.Cut(arg, "=")
		switch part {
		case "user":
			password, _ := u.User.Password()
			u.User = url.UserPassword(value, password)
		case "password":
			u.User = url.UserPassword(u.User.Username(), value)
		case "host":
			u.Host = value + ":" + cmp.Or(u.Port(), "1433")
		default:
			q.Set(part, value)
			if value == "" {
				q.Del(part)
			}
		}
	}
	u.RawQuery = q.Encode()
	ts.Setenv(args[0], u.String())
}
