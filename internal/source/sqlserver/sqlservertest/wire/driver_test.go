package wire

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
)

// one answers every request with a row of one number.
func one(_ context.Context, _ string, _ []Param, w Writer) error {
	if err := w.Columns([]Column{{Name: "n", Type: Type{Name: "int"}}}); err != nil {
		return err
	}
	if err := w.Row([]any{int64(7)}); err != nil {
		return err
	}
	w.Done(1, true)
	return nil
}

func TestLogin(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	for _, c := range []struct {
		name      string
		opts      Options
		settings  map[string]string
		encrypted bool
	}{
		{"Plain", Options{}, map[string]string{"encrypt": "disable"}, false},
		{"LoginOnly", Options{Certificate: &id.certificate}, map[string]string{"encrypt": "false", "certificate": id.file}, false},
		{"WholeConnection", Options{Certificate: &id.certificate}, map[string]string{"encrypt": "true", "certificate": id.file}, true},
		{"Forced", Options{Certificate: &id.certificate, Force: true}, map[string]string{"encrypt": "true", "certificate": id.file}, true},
		{"Strict", Options{Certificate: &id.certificate}, map[string]string{"encrypt": "strict", "certificate": id.file}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := &script{answer: one}
			c.settings["database"] = "Praxis"
			c.settings["app name"] = "archwire"
			c.settings["workstation id"] = "desk"
			db := connect(t, listen(t, h, c.opts), c.settings)
			var n int
			if err := db.QueryRowContext(t.Context(), "SELECT 7").Scan(&n); err != nil || n != 7 {
				t.Fatalf("got %d, %v", n, err)
			}
			want := Login{User: "reader", Password: "p@ss wörd ✓", Database: "Praxis", App: "archwire", Host: "desk", Encrypted: c.encrypted, Process: 51}
			if h.logins[0] != want {
				t.Errorf("the login was %+v, not %+v", h.logins[0], want)
			}
		})
	}
}

func TestLoginThatIsTooLongForAPacket(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	token := strings.Repeat("token ", 3000)
	for _, encrypt := range []string{"true", "false", "strict"} {
		t.Run(encrypt, func(t *testing.T) {
			t.Parallel()
			h := &script{answer: one}
			s := listen(t, h, Options{Certificate: &id.certificate})
			connector, err := mssql.NewAccessTokenConnector(dsn(s, map[string]string{"encrypt": encrypt, "certificate": id.file}),
				func() (string, error) { return token, nil })
			if err != nil {
				t.Fatal(err)
			}
			db := sql.OpenDB(connector)
			defer shut(t, db)
			if err := db.PingContext(t.Context()); err != nil {
				t.Fatal(err)
			}
			if h.logins[0].Token != token || h.logins[0].User != "" {
				t.Errorf("the login was %+v", h.logins[0])
			}
		})
	}
}

func TestLoginWithATokenThatIsAskedFor(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	h := &script{answer: one}
	s := listen(t, h, Options{Certificate: &id.certificate})
	var spn, sts string
	connector, err := mssql.NewActiveDirectoryTokenConnector(
		parse(t, dsn(s, map[string]string{"encrypt": "true", "certificate": id.file})), mssql.FedAuthADALWorkflowPassword,
		func(_ context.Context, a, b string) (string, error) { spn, sts = a, b; return "a token", nil })
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer shut(t, db)
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h.logins[0].Token != "a token" || spn != "https://database.windows.net/" || sts != "https://login.microsoftonline.com/common" {
		t.Errorf("the login was %+v, for %s by %s", h.logins[0], spn, sts)
	}
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	h := &script{login: func(Login) error {
		return &Error{Number: 18456, State: 1, Severity: 14, Message: "Login failed for user 'reader'.", Line: 1}
	}}
	db := connect(t, listen(t, h, Options{}), nil)
	err := db.PingContext(t.Context())
	var told mssql.Error
	if !errors.As(err, &told) || told.Number != 18456 || told.Class != 14 || !strings.HasSuffix(told.Message, "Login failed for user 'reader'.") {
		t.Errorf("got %v", err)
	}
}

func TestEncryptionRefused(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	for _, c := range []struct {
		name     string
		opts     Options
		settings map[string]string
	}{
		{"ServerHasNone", Options{}, map[string]string{"encrypt": "true"}},
		{"ClientHasNone", Options{Certificate: &id.certificate, Force: true}, map[string]string{"encrypt": "disable"}},
		{"NobodyVouches", Options{Certificate: &id.certificate}, map[string]string{"encrypt": "true"}},
		{"AnotherName", Options{Certificate: &id.certificate}, map[string]string{"encrypt": "strict", "certificate": id.file, "hostnameincertificate": "elsewhere"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := &script{answer: one}
			db := connect(t, listen(t, h, c.opts), c.settings)
			if err := db.PingContext(t.Context()); err == nil {
				t.Error("it is connected")
			}
			if len(h.logins) > 0 {
				t.Error("it logged in")
			}
		})
	}
}

func TestTLS13BelongsToStrict(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	s := listen(t, &script{answer: one}, Options{Certificate: &id.certificate, Log: func(error) {}})
	for encrypt, works := range map[string]bool{"strict": true, "true": false} {
		db := connect(t, s, map[string]string{"encrypt": encrypt, "certificate": id.file, "tlsmin": "1.3"})
		if err := db.PingContext(t.Context()); (err == nil) != works {
			t.Errorf("encrypt=%s with TLS 1.3: %v", encrypt, err)
		}
	}
}

func TestLoginIsSentElsewhere(t *testing.T) {
	t.Parallel()
	there := &script{answer: one}
	target := listen(t, there, Options{})
	host, port := split(t, target.Addr())
	here := &script{login: func(Login) error { return &Redirect{Host: host, Port: port} }}
	db := connect(t, listen(t, here, Options{}), nil)
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(there.logins) != 1 || len(here.logins) != 1 {
		t.Errorf("%d logins here, %d there", len(here.logins), len(there.logins))
	}
}
