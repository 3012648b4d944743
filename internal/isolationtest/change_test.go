package isolationtest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/state"
)

// TestNobodyChangesWhatIsAnothers sends everything that the API's description says
// can be changed, as everybody: about what is the caller's own, about what is another's
// and about what never was. The last two look the same and change nothing; nothing is
// changed but what the caller may change, whatever is sent.
func TestNobodyChangesWhatIsAnothers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	x := &writes{world: w, callers: w.callers(t), done: map[string]int{}, status: map[int]int{}}
	w.newClient(t, "grantee", nothing, []state.NewGrant{{Tenant: "p4", Profile: archwire.Aggregate, Purpose: "test", By: byTest}})
	x.kept = w.tables(t)
	changes, operations := w.changes(), w.operations(t)
	for i, c := range x.callers {
		by := from(i)
		x.mine = nil
		for _, op := range operations {
			if op.method == http.MethodGet {
				continue
			}
			what, ok := changes[op.String()]
			if !ok {
				t.Fatalf("there is nothing to try %s with: add it to changes", op)
			}
			x.try(t, c, by, op, what)
		}
		x.undescribed(t, c, by, operations)
		by.CloseIdleConnections()
	}
	for name := range changes {
		if x.done[name] == 0 {
			t.Errorf("nobody could do %s: the sweep would not have found that somebody may not", name)
		}
	}
	for _, secret := range x.secrets {
		x.callers = append(x.callers, caller{name: "somebody who was told it", secret: secret})
	}
	w.quiet(t, x.callers)
	t.Logf("%d pairs, statuses %v", x.alike, x.status)
	if x.alike < 300 {
		t.Errorf("only %d pairs were compared", x.alike)
	}
}

// try sends all requests of one operation as one caller.
func (x *writes) try(t *testing.T, c caller, by http.RoundTripper, op operation, what change) {
	t.Helper()
	practice := cmp.Or(c.admin, "p1")
	theirs := x.theirs["p3"]
	if practice == "p3" {
		theirs = x.theirs["p1"]
	}
	own := x.ownOf(t, c, practice)
	c = x.signedIn(t, c, op)
	x.kept.changed(t) // what was made for it
	x.made++
	right := request{of: op, variable: own[op.variable], query: what.query}
	if what.body != nil {
		right.body = what.body(own, x.made)
	}
	for name, p := range x.pairs(c, op, theirs) {
		if op.takes(name) {
			x.compare(t, c, by, what, right, name, p)
		}
	}
	if c.cookie && op.path != "/oauth/token" { // which looks at no cookie
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			q := right
			q.header = header
			if r := x.send(t, c, by, what, q); r.status != http.StatusForbidden {
				t.Errorf("%s: another site has a browser send %s: %d", c.name, q, r.status)
			}
		}
	}
	if op.keyed && what.may(c) {
		x.keyed(t, c, by, what, right)
	} else if r := x.send(t, c, by, what, right); r.good() != what.may(c) {
		t.Errorf("%s: %s answers %d: %s", c.name, right, r.status, r.text)
	}
	for _, q := range x.odd(t, op, right, theirs) {
		x.send(t, c, by, what, q)
	}
	if op.method == http.MethodDelete && what.may(c) {
		x.mine = nil
	}
}

// ownOf are the caller's own things, or those of the practice where it has none.
func (x *writes) ownOf(t *testing.T, c caller, practice string) things {
	t.Helper()
	if x.mine == nil {
		x.mine = x.own(t, practice, c.client)
		if c.client != "" {
			x.mine["grant"] = x.held(t, practice, c.client)
		}
	}
	return x.mine
}

// signedIn is the caller with a session that may be ended.
func (x *writes) signedIn(t *testing.T, c caller, op operation) caller {
	t.Helper()
	if !c.cookie || op.path != "/auth/sign-out" {
		return c
	}
	session, err := x.state.Session(t.Context(), strings.Split(c.secret, "_")[1])
	must(t, err)
	c.secret, _, err = x.state.StartSession(t.Context(), session.Person)
	must(t, err)
	return c
}

// takes says whether a request has something of that name.
func (o operation) takes(name string) bool {
	return name == o.variable || slices.Contains(o.parameters, name) || slices.Contains(o.members, name)
}

// compare sends a request about what is another's, and about what never was. Where
// one of them is carried out, for names that anybody may use, the other is, too.
func (x *writes) compare(t *testing.T, c caller, by http.RoundTripper, what change, right request, name string, p pair) {
	t.Helper()
	x.alike++
	headers := [][]string{nil}
	if right.of.keyed {
		headers = append(headers, []string{"Idempotency-Key", "a key of this caller"}, []string{"Idempotency-Key", "short"})
	}
	for _, header := range headers {
		var texts [2]string
		var good [2]bool
		for i, value := range []any{p.foreign, p.never} {
			q := right.with(name, value)
			q.header = header
			r := x.send(t, c, by, what, q)
			texts[i], good[i] = ownForm.ReplaceAllString(strings.ReplaceAll(r.all(), plain(value), "NAME"), ""), r.good()
		}
		if good[0] != good[1] || !good[0] && texts[0] != texts[1] {
			t.Errorf("%s: %s of another's %s: %s\nand of none: %s", c.name, right.of, name, texts[0], texts[1])
		}
	}
}

// undescribed sends what the description does not have: nothing is done.
func (x *writes) undescribed(t *testing.T, c caller, by http.RoundTripper, operations []operation) {
	t.Helper()
	described := map[string]bool{}
	for _, op := range operations {
		described[op.String()] = true
	}
	for _, op := range operations {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			op.method, op.keyed = method, false
			if described[op.String()] {
				continue
			}
			described[op.String()] = true
			variable := cmp.Or(x.theirs["p3"][op.variable], "x")
			if r := x.send(t, c, by, change{may: func(caller) bool { return false }}, request{of: op, variable: variable}); r.good() {
				t.Errorf("%s: %s, which is not described, answers %d", c.name, op, r.status)
			}
		}
	}
}
