// Package browsertest uses the pages of the reference project as people do, in a real
// Chromium, and holds what they see against what the API says to a key.
package browsertest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"archwire/internal/demo"
	"archwire/internal/producttest"
	"archwire/internal/serve/web/webtest"
	"archwire/internal/testdb"
)

// A world is the reference project, served, and people who look at it.
type world struct {
	*producttest.Product
	base    string
	key     string // opens everything of practice 1
	browser *webtest.Browser
	people  map[string]*webtest.Browser // that have signed in, by who they are
	invited map[string]string           // by who they are
}

// own is the practice whose people look; other is one that they may see nothing of.
const (
	own   = "1"
	other = "2"
)

const password = "a horse that staples batteries"

// visitors are who signs in, with what lets them in.
func visitors() map[string][]string {
	return map[string][]string{
		"owner":    {"--role", "practice_admin", "--practice", own},
		"staff":    {"--role", "practice_user", "--practice", own},
		"operator": {"--role", "operator", "--profile", "pseudonymous"},
		"partner":  {"--role", "partner", "--client", "Acme"},
	}
}

func address(visitor string) string { return visitor + "@example.com" }

// newWorld makes a small history, publishes it twice and serves it. With canaries, names
// tell whose they are.
func newWorld(t *testing.T, size demo.Size, canaries bool) *world {
	t.Helper()
	w := &world{Product: producttest.New(t), people: map[string]*webtest.Browser{}, invited: map[string]string{}}
	if _, err := demo.Create(t.Context(), w.RCM, w.PMS, size, nil); err != nil {
		t.Fatalf("making the demo databases: %v", err)
	}
	if canaries {
		testdb.Exec(t, w.RCM, mark("practice", "name", "public"), mark("location", "name", "public"))
		testdb.Exec(t, w.PMS, mark("person", "last_name", "identified"), mark("provider", "name", "public"), mark("staff", "name", "public"), mark("referral_source", "name", "public"))
	}
	w.Do(t, "run")
	if _, err := demo.Night(t.Context(), w.RCM, w.PMS); err != nil {
		t.Fatalf("advancing the demo databases: %v", err)
	}
	w.Do(t, "run")
	w.key = w.Key(t, "browsertest", "--practice", own, "--profile", "identified", "--purpose", "comparing")
	w.Key(t, "Acme", "--practice", own, "--profile", "pseudonymous", "--purpose", "Watching recalls")
	for name, role := range visitors() {
		w.invited[name] = w.invite(t, address(name), role...)
	}
	return w
}

// open serves, starts the browser and signs everybody in.
func (w *world) open(t *testing.T) {
	t.Helper()
	w.base = w.Serve(t)
	w.browser = webtest.Start(t)
	for visitor := range visitors() {
		w.accept(t, w.invited[visitor])
		w.people[visitor] = w.browser.Person(t)
		page := w.people[visitor].Open(t, w.base+"/sign-in", webtest.View{})
		signIn(t, page, address(visitor), password)
		if at := page.Address(t).Path; at == "/sign-in" {
			t.Fatalf("%s is not let in: %s", visitor, page.Text(t, "main"))
		}
	}
}

// invite lets somebody in, and returns their invitation.
func (w *world) invite(t *testing.T, name string, role ...string) string {
	t.Helper()
	out := w.Do(t, append([]string{"--json", "person", "add", name}, role...)...)
	var made struct{ Invitation string }
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Invitation == "" {
		t.Fatalf("person add --json said %q: %v", out, err)
	}
	return made.Invitation
}

// accept chooses the password of whoever is invited.
func (w *world) accept(t *testing.T, invitation string) {
	t.Helper()
	body := fmt.Sprintf(`{"invitation": %q, "password": %q, "totp": false}`, invitation, password)
	res, err := http.Post(w.base+"/auth/accept", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // nothing of it is read
	if res.StatusCode != http.StatusOK {
		t.Fatalf("accepting an invitation: status %d", res.StatusCode)
	}
}

// canaryForm finds the names of a practice, and whether only some may know them.
var canaryForm = regexp.MustCompile(`(public|identified)-canary-(\d+)-`)

func mark(table, column, class string) string {
	return fmt.Sprintf("update %s set %[2]s = left(%[2]s, 12) || ' %s-canary-' || practice_id || '-'", table, column, class)
}

// as opens a page as one of the visitors, who signs in first if they have not.
func (w *world) as(t *testing.T, visitor, path string, v webtest.View) *webtest.Page {
	t.Helper()
	return w.people[visitor].Open(t, w.base+path, v)
}

// signIn fills the form of signing in, by the keyboard.
func signIn(t *testing.T, page *webtest.Page, name, word string) {
	t.Helper()
	page.Type(t, "E-mail address", name)
	page.Type(t, "Password", word)
	page.PressAndLeave(t)
}

// An answer is one of the API's, with its numbers as they are written.
type answer struct {
	Data []map[string]any `json:"data"`
	Page struct {
		Next *string `json:"next"`
	} `json:"page"`
}

// api asks with a key.
func (w *world) api(t *testing.T, path string, q url.Values) answer {
	t.Helper()
	body, _ := w.fetch(t, path+"?"+q.Encode(), "Authorization", "Bearer "+w.key)
	var out answer
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%s: %v in %s", path, err, body)
	}
	return out
}

// fetch asks without a browser; whatever is not answered with 200 fails.
func (w *world) fetch(t *testing.T, path string, header ...string) (body, kind string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d: %s", path, res.StatusCode, text)
	}
	return string(text), res.Header.Get("Content-Type")
}

// asOf is the last day of the history.
func asOf() time.Time { return time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC) }
