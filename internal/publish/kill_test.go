package publish_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"archwire"
	"archwire/internal/object"
)

// killedStore is set in the process that TestPublish_KilledAtAnyMomentLeavesAWholeStore
// kills.
const killedStore = "ARCHWIRE_TEST_KILLED_STORE"

// publishForever publishes other rows each time and tells each step.
func publishForever(t *testing.T, store string) {
	b := setup(t)
	b.use(t, object.NewDir(store))
	b.publisher.Progress = func(archwire.RunEvent) { fmt.Fprintln(os.Stdout, "step") }
	for i := 0; ; i++ {
		b.visits(t, fmt.Sprintf("%d.00", i))
		b.publish(t, input())
		fmt.Fprintln(os.Stdout, "published")
	}
}

func TestPublish_KilledAtAnyMomentLeavesAWholeStore(t *testing.T) {
	if store := os.Getenv(killedStore); store != "" {
		publishForever(t, store)
	}
	b := setup(t)
	b.visits(t, "20.00")
	for _, lines := range []int{1, 7, 16, 29} { // steps of a publication and ends of one
		b.publish(t, input())
		b.killPublisherAfter(t, lines)
		list, err := b.store.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		current := b.current(t).Manifest().ID
		for _, l := range list {
			if _, err := b.store.Rollback(t.Context(), b.reader, l.ID); err != nil {
				t.Fatalf("killed after %d steps: the listed publication %s is not whole: %v", lines, l.ID, err)
			}
		}
		if _, err := b.store.Rollback(t.Context(), b.reader, current); err != nil {
			t.Fatal(err)
		}
	}
	b.publish(t, input())
}

// killPublisherAfter lets another process publish into the store and kills it once
// it has told so many steps.
func (b *bundle) killPublisherAfter(t *testing.T, lines int) {
	t.Helper()
	p := exec.Command(os.Args[0], "-test.run=^TestPublish_KilledAtAnyMomentLeavesAWholeStore$")
	p.Env = append(os.Environ(), killedStore+"="+b.dir, "TMPDIR="+t.TempDir()) // what is killed cleans up nothing
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	told := bufio.NewScanner(out)
	n := 0
	for n < lines && told.Scan() {
		n++
	}
	p.Process.Kill() //nolint:errcheck // Wait says whether it died of it
	if err := p.Wait(); n < lines || err == nil {
		t.Fatalf("the publisher ended by itself after %d steps: %v", n, err)
	}
}
