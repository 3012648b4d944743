package cli_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"archwire/internal/serve/door"
)

// signIn is `signin NAME PASSWORDFILE SESSIONFILE`: it signs a person in and writes
// the session's secret to a file.
func signIn(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: signin NAME PASSWORDFILE SESSIONFILE")
	}
	body, err := json.Marshal(map[string]string{"name": args[0], "password": strings.TrimSpace(ts.ReadFile(args[1]))})
	ts.Check(err)
	res, err := http.Post("http://"+ts.Getenv("ADDRESS")+"/auth/sign-in", "application/json", strings.NewReader(string(body)))
	ts.Check(err)
	ts.Check(res.Body.Close())
	for _, c := range res.Cookies() {
		if res.StatusCode == http.StatusOK && c.Name == door.SessionCookie(false) {
			ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(c.Value), 0o600))
			return
		}
	}
	ts.Fatalf("signing in: status %d, and no session", res.StatusCode)
}
