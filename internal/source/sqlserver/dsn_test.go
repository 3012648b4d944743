package sqlserver

import (
	"errors"
	"strings"
	"testing"

	"archwire"
)

// A dsn that cannot be meant so is refused, and no error quotes what it holds.
func TestDSNRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":             " ",
		"another database":  "postgres://reader:secret@host/d",
		"no host":           "sqlserver://reader:secret@?database=d",
		"keywords":          "server=host;user id=reader;password=secret",
		"a broken escape":   "sqlserver://reader:secret%zz@host",
		"a broken query":    "sqlserver://reader:secret@host?a=%zz",
		"login only":        "sqlserver://reader:secret@host?encrypt=false",
		"optional":          "sqlserver://reader:secret@host?Encrypt=Optional",
		"unknown encrypt":   "sqlserver://reader:secret@host?encrypt=secret",
		"a new password":    "sqlserver://reader:secret@host?change+password=secret",
		"a log":             "sqlserver://reader:secret@host?log=63",
		"decryption":        "sqlserver://reader:secret@host?columnencryption=true",
		"a pipe":            "sqlserver://reader:secret@host?pipe=secret",
		"another protocol":  "sqlserver://reader:secret@host?protocol=np",
		"twice":             "sqlserver://reader:secret@host?database=a&Database=secret",
		"a port that is no": "sqlserver://reader:secret@host:secret",
		"no such file":      "sqlserver://reader:secret@host?certificate=/nowhere/secret.pem",
		"no way to sign in": "sqlserver://reader:secret@host?fedauth=secret",
		"half a sign-in":    "sqlserver://reader:secret@host?fedauth=ActiveDirectoryPassword",
		"a token in clear":  "sqlserver://reader:secret@host?fedauth=ActiveDirectoryManagedIdentity&encrypt=Disable",
		"a bad number":      "sqlserver://reader:secret@host?packet+size=secret",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseDSN("pms", text)
			e, ok := errors.AsType[*archwire.Error](err)
			if !ok || e.Code != archwire.Invalid || e.Hint == "" || !strings.HasPrefix(e.Message, "pms: ") {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(e.Message+e.Hint, "secret") || e.Err != nil {
				t.Errorf("it quotes the dsn: %s %s", e.Message, e.Hint)
			}
		})
	}
}

func TestDSN(t *testing.T) {
	// Register a Service Principal Name for Kerberos Connections, SQL Server.
	principals := map[string]string{
		"sqlserver://reader:p%40ss@db.example.com:1444?database=Praxis": "MSSQLSvc/db.example.com:1444",
		"sqlserver://db/instance?Database=d&encrypt=strict":             "MSSQLSvc/db:instance",
		"sqlserver://reader:x@db?trustServerCertificate=true":           "MSSQLSvc/db:1433",
	}
	for text, want := range map[string]dsn{
		"sqlserver://reader:p%40ss@db.example.com:1444?database=Praxis":                               {host: "db.example.com", port: 1444, user: "reader", database: "Praxis"},
		"sqlserver://db/instance?Database=d&encrypt=strict":                                           {host: "db", database: "d", strict: true, named: false},
		"sqlserver://reader:x@db?trustServerCertificate=true":                                         {host: "db", user: "reader", trust: true},
		"sqlserver://reader:x@db?hostNameInCertificate=other":                                         {host: "db", user: "reader", named: true},
		"sqlserver://reader:x@db?encrypt=DISABLE&connection+timeout=3":                                {host: "db", user: "reader"},
		"sqlserver://db?fedauth=ActiveDirectoryManagedIdentity&encrypt=Mandatory&ApplicationIntent=x": {host: "db", entra: true},
	} {
		got, err := parseDSN("pms", text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if encrypted := !strings.Contains(text, "DISABLE"); (got.tls != nil) != encrypted {
			t.Errorf("%s: encrypted is %t", text, !encrypted)
		}
		if got.tls != nil && got.tls.InsecureSkipVerify != want.trust {
			t.Errorf("%s: verified is %t", text, !got.tls.InsecureSkipVerify)
		}
		if strings.Contains(got.driver.RawQuery, "timeout") {
			t.Errorf("%s: the driver is told %s", text, got.driver.RawQuery)
		}
		if spn := got.driver.Query().Get("serverspn"); spn != principals[text] && principals[text] != "" {
			t.Errorf("%s: the server is known as %s", text, spn)
		}
		got.tls, got.driver, got.mem = nil, nil, nil
		if *got != want {
			t.Errorf("%s: got %+v", text, *got)
		}
	}
}
