package isolationtest

import (
	"cmp"
	"net/http"
	"slices"
	"testing"

	"archwire"
	"archwire/internal/state"
	"archwire/internal/testdb"
)

// TestWhatIsAnothersIsNoMoreWork compares the work that a request about what is another's
// takes with that about what never was: how many statements the state carries out,
// and how many slices are opened. So it tells nothing by how long it takes, whatever
// a clock on a busy machine says.
func TestWhatIsAnothersIsNoMoreWork(t *testing.T) {
	url, statements := counting(t, testdb.Postgres(t))
	w := newWorldOn(t, func(string) string { return url })
	x := &writes{world: w, callers: w.callers(t), status: map[int]int{}}
	w.newClient(t, "grantee", nothing, []state.NewGrant{{Tenant: "p4", Profile: archwire.Aggregate, Purpose: "test", By: byTest}})
	changes, operations := w.changes(), w.operations(t)
	compared := 0
	for i, name := range []string{"partner", "practice_admin p1", "practice_user p1", "practice_admin p2"} {
		c := x.callers[slices.IndexFunc(x.callers, func(c caller) bool { return c.name == name })]
		by := from(100 + i)
		for _, op := range operations {
			what := changes[op.String()]
			mine := x.own(t, cmp.Or(c.admin, "p1"), "")
			right := request{of: op, variable: cmp.Or(mine[op.variable], "visits"), query: what.query}
			if what.body != nil {
				x.made++
				right.body = what.body(mine, x.made)
			}
			pairs := x.pairs(c, op, x.theirs["p3"])
			if op.method == http.MethodGet {
				pairs["sha256"] = pair{w.foreign(t), someHash}
			}
			for name, p := range pairs {
				if !op.takes(name) {
					continue
				}
				var work [2]int64
				var good [2]bool
				for i, value := range []any{p.foreign, p.never} {
					work[i], good[i] = x.work(t, c, by, right.with(name, value), statements)
				}
				if work[0] != work[1] && good == [2]bool{} {
					t.Errorf("%s: %s takes %d pieces of work for the %s of another, %d for none", c.name, op, work[0], name, work[1])
				}
				compared++
			}
		}
		by.CloseIdleConnections()
	}
	t.Logf("%d pairs", compared)
	if compared < 80 {
		t.Errorf("only %d pairs were compared", compared)
	}
}

// work is how many statements and slices a request takes: the fewest of a few tries,
// for the server reads the state now and then for reasons of its own. Who calls is read
// again once a second, so each try follows a request for which it was: a try that waits
// would be charged to the next one.
func (x *writes) work(t *testing.T, c caller, by http.RoundTripper, q request, statements interface{ Load() int64 }) (least int64, good bool) {
	t.Helper()
	for i := range 3 {
		x.get(t, c, ask{path: "/v1"})
		before := statements.Load() + x.engine.queries.Load()
		good = x.ask(t, c, by, q).good() || good
		if n := statements.Load() + x.engine.queries.Load() - before; i == 0 || n < least {
			least = n
		}
	}
	return least, good
}
