package isolationtest

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// plain is a value as answers repeat it.
func plain(value any) string {
	if list, ok := value.([]string); ok {
		return list[0]
	}
	return fmt.Sprint(value)
}

// odd are requests that are near the right one: with another value of each thing that
// it takes, of the own practice and of another's, and with headers and bodies that are
// none.
func (x *writes) odd(t *testing.T, op operation, right request, theirs things) (out []request) {
	t.Helper()
	names := append(append([]string{}, op.parameters...), op.members...)
	wild := x.wild(op, theirs)
	for _, name := range names {
		values, ok := wild[name]
		if !ok {
			t.Fatalf("%s takes %s, for which there are no values to try: add some to wild", op, name)
		}
		for _, value := range values {
			q := right.with(name, value)
			out = append(out, q)
			if members, ok := q.body.(body); ok && members["practice"] != nil && name != "practice" {
				out = append(out, q.with("practice", theirs["practice"]))
			}
		}
	}
	raw := func(text string, header ...string) {
		q := right
		if op.media != "" {
			q.body = text
		}
		q.header = header
		out = append(out, q)
	}
	for _, text := range []string{"", "{", "[]", "null", "{} {}", `{"practice":"p3","practice":"p1"}`, `{"Practice":"p3"}`, "a=b&a=c", strings.Repeat(" ", 70_000)} {
		raw(text)
	}
	for _, key := range []string{"short", strings.Repeat("x", 300), `"unended key of a caller`, "a key with spaces in it"} {
		q := right
		q.header = []string{"Idempotency-Key", key}
		if op.keyed {
			out = append(out, q)
		}
	}
	q := right
	q.query += "&nothing=1"
	out = append(out, q)
	return out
}

// keyed sends a request with an Idempotency-Key, and has everybody else send the same
// with that key: each is answered as with a key that nobody has used. Then the first
// is told again what it was told.
func (x *writes) keyed(t *testing.T, c caller, by http.RoundTripper, what change, right request) {
	t.Helper()
	x.made++
	key := fmt.Sprintf("the key of somebody, number %d", x.made)
	right.header = []string{"Idempotency-Key", strings.ReplaceAll(key, " ", "-")}
	first := x.send(t, c, by, what, right)
	if !first.good() {
		t.Errorf("%s: %s answers %d: %s", c.name, right, first.status, first.text)
	}
	for i, other := range x.callers {
		if other.secret == c.secret || other.like != "" || other.refused {
			continue
		}
		place := from(i)
		same := x.send(t, other, place, what, right)
		x.unhook(t, other, same)
		fresh := right
		fresh.header = []string{"Idempotency-Key", right.header[1] + "-another"}
		if with := x.send(t, other, place, what, fresh); with.status != same.status {
			t.Errorf("%s: %s answers %d to the key of %s, %d to a new one", other.name, right, same.status, c.name, with.status)
		} else {
			x.unhook(t, other, with)
		}
		for _, m := range secretForm.FindAllStringSubmatch(first.text, -1) {
			if strings.Contains(same.all(), m[1]) {
				t.Errorf("%s is told what %s was told", other.name, c.name)
			}
		}
		place.CloseIdleConnections()
	}
	if again := x.send(t, c, by, what, right); again.status != first.status || again.text != first.text {
		t.Errorf("%s: %s answers %s, and then %s", c.name, right, first.text, again.text)
	}
}

// unhook removes the webhook that an answer tells of, if it does: a client may have each
// address once.
func (x *writes) unhook(t *testing.T, c caller, r reply) {
	t.Helper()
	if m := hookForm.FindString(r.text); m != "" && r.good() {
		must(t, x.state.RemoveWebhook(t.Context(), c.client, m))
		x.kept.changed(t)
	}
}

var hookForm = regexp.MustCompile(`wh_[a-z2-7]+`)
