package clustertest

import (
	"strings"
	"testing"
)

// TestTheReferenceProjectPublishesTheSame runs the reference project on both
// warehouses: a first run, then nights. make demo-redshift tells it to a person.
func TestTheReferenceProjectPublishesTheSame(t *testing.T) {
	t.Parallel()
	tell, s := newStory(t), newStand(t, size(t))
	tell.say("two databases of %d practices and %d months; a double of Redshift on %s, a server of S3 on %s",
		size(t).Practices, size(t).Months, s.double.Addr(), strings.TrimPrefix(s.s3.Endpoint, "http://"))
	if tell.told { // a run checks, too
		tell.say("archwire check: %s", strings.TrimSpace(s.cluster.Do(t, "check")))
	}
	s.runs(t, tell, "the first run")
	tell.say("archwire plan, of the forms in which the cluster keeps models:")
	tell.quote(formsIn(t, s.cluster.Do(t, "plan")), 12)
	for range setting(t, "CLUSTERTEST_NIGHTS", 1) {
		summary := s.night(t)
		tell.say("a business day later, %s: %d rows are new in the sources", summary.AsOf, summary.Rows())
		s.runs(t, tell, "the night")
	}
	s.cluster.Do(t, "verify", "--models")
	tell.say("every row of the models is what a full computation gives")
	if tell.told {
		s.cluster.Do(t, "verify", "--all")
		tell.say("every row of the copies is as the sources have it")
	}
	tell.table(s.same(t))
}

// resized fails the test unless the control plane was asked to make the cluster larger
// and then as it was.
func (s *stand) resized(t *testing.T, tell *story, asked []string) {
	t.Helper()
	if len(asked) != 2 || !strings.HasSuffix(asked[0], "NumberOfNodes=6") || !strings.HasSuffix(asked[1], "NumberOfNodes=3") || plane.Nodes("nightly") != 3 {
		t.Fatalf("the control plane was asked for %q; the cluster has %d nodes", asked, plane.Nodes("nightly"))
	}
	for _, call := range asked {
		tell.say("the control plane was asked: %s", call)
	}
}

// formsIn takes the table of forms out of what plan prints.
func formsIn(t *testing.T, plan string) string {
	t.Helper()
	for part := range strings.SplitSeq(plan, "\n\n") {
		if head, _, _ := strings.Cut(part, "\n"); strings.Contains(head, "ON REDSHIFT") {
			return part
		}
	}
	t.Fatalf("plan does not say in which form models are kept:\n%s", plan)
	return ""
}

// runs runs both projects, and compares what they have published.
func (s *stand) runs(t *testing.T, tell *story, what string) {
	t.Helper()
	s.double.Forget()
	changes, out := len(plane.Changes()), ""
	t.Run("side by side", func(t *testing.T) {
		t.Run("embedded", func(t *testing.T) {
			t.Parallel()
			s.embedded.Do(t, "run")
			tell.say("%s on the embedded warehouse is published", what)
		})
		t.Run("cluster", func(t *testing.T) {
			t.Parallel()
			out = s.cluster.Do(t, "run")
			tell.say("%s on the cluster, in %s: %s", what, asked(s.double), strings.TrimSpace(out))
		})
	})
	if t.Failed() {
		t.FailNow()
	}
	s.resized(t, tell, plane.Changes()[changes:])
	s.same(t)
	if t.Failed() {
		t.FailNow()
	}
	tell.say("both publications are the same, slice by slice")
}
