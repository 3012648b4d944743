package publish_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"archwire"
	"archwire/internal/publish"
)

func TestCurrent_OfAnEmptyStoreIsNotFound(t *testing.T) {
	b := setup(t)
	r := publish.OpenReader(b.store, b.reader)
	_, err := r.Current(t.Context())
	wantCode(t, err, archwire.NotFound)
	b.visits(t, "20.00")
	m, _ := b.publish(t, input())
	if p, err := r.Current(t.Context()); err != nil || p.Manifest().ID != m.ID {
		t.Errorf("once published: %v, %v", p, err)
	}
}

// A report is one call of what Watch reports to.
type report struct {
	publication *publish.Publication
	err         error
	at          time.Time
}

// watch follows CURRENT to the end of the test.
func watch(t *testing.T, r *publish.Reader) <-chan report {
	t.Helper()
	reports := make(chan report, 100)
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		r.Watch(ctx, func(p *publish.Publication, err error) { reports <- report{p, err, time.Now()} })
	})
	t.Cleanup(func() { cancel(); watching.Wait() })
	return reports
}

func TestWatch_PicksUpAPublicationWithinASecond(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	first, _ := b.publish(t, input())
	second, _ := b.publish(t, input())
	synctest.Test(t, func(t *testing.T) {
		r := publish.OpenReader(b.store, b.reader)
		reports := watch(t, r)
		if got := <-reports; got.err != nil || got.publication.Manifest().ID != second.ID {
			t.Fatalf("first report: %+v", got)
		}
		for _, id := range []archwire.PublicationID{first.ID, second.ID, first.ID} {
			time.Sleep(70 * time.Millisecond) // of the bubble's time: out of step with the polls
			if _, err := b.store.Rollback(t.Context(), b.reader, id); err != nil {
				t.Fatal(err)
			}
			switched := time.Now()
			got := <-reports
			if got.err != nil || got.publication.Manifest().ID != id {
				t.Fatalf("after switching to %s: %+v", id, got)
			}
			if took := got.at.Sub(switched); took > time.Second {
				t.Errorf("it took %v to pick up a publication", took)
			}
			if p, err := r.Current(t.Context()); err != nil || p != got.publication {
				t.Errorf("Current = %v, %v; want the one reported", p, err)
			}
		}
	})
}

func TestWatch_KeepsTheOldPublicationWhenTheNewOneIsBroken(t *testing.T) {
	engines := setup(t)
	for name, damage := range map[string]func(b *bundle, m archwire.Manifest) error{
		"manifest gone":    func(b *bundle, m archwire.Manifest) error { return os.Remove(b.manifestPath(m.ID)) },
		"manifest cut":     func(b *bundle, m archwire.Manifest) error { return os.Truncate(b.manifestPath(m.ID), 50) },
		"index cut":        func(b *bundle, m archwire.Manifest) error { return os.Truncate(b.indexPath(m.ID), 50) },
		"slice cut":        func(b *bundle, _ archwire.Manifest) error { return os.Truncate(b.newestSlice(), 50) },
		"slice gone":       func(b *bundle, _ archwire.Manifest) error { return os.Remove(b.newestSlice()) },
		"CURRENT is empty": func(b *bundle, _ archwire.Manifest) error { return os.Truncate(filepath.Join(b.dir, "CURRENT"), 0) },
	} {
		t.Run(name, func(t *testing.T) {
			b := engines.another(t)
			b.visits(t, "20.00")
			first, _ := b.publish(t, input())
			b.visits(t, "21.00")
			second, _ := b.publish(t, input())
			if _, err := b.store.Rollback(t.Context(), b.reader, first.ID); err != nil {
				t.Fatal(err)
			}
			r := publish.OpenReader(b.store, b.reader)
			if _, err := r.Current(t.Context()); err != nil {
				t.Fatal(err)
			}
			current := filepath.Join(b.dir, "CURRENT")
			if err := os.WriteFile(current, []byte(second.ID+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := damage(b, second); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				reports := watch(t, r)
				got := <-reports
				wantCode(t, got.err, archwire.Mismatch)
				if p, err := r.Current(t.Context()); err != nil || p.Manifest().ID != first.ID {
					t.Errorf("in service is %v, %v; want %s", p, err, first.ID)
				}
				time.Sleep(time.Minute) // of the bubble's time
				if n := len(reports); n != 0 {
					t.Errorf("the same failure was reported %d times more", n)
				}
			})
		})
	}
}

// Each publication of this test holds one number only, in every row of every
// tenant. A request that saw two publications would see two numbers.
func TestReaders_SeeOnePublicationARequest(t *testing.T) {
	b := setup(t)
	number := func(n int) {
		b.fill(t, "clinic.number", fmt.Sprintf("select i as practice_id, %d::bigint as n from range(1, 4) r(i)", n))
	}
	d := archwire.Dataset{
		Name: "number", From: "clinic.number", Tenant: "practice_id", Contract: 1,
		Columns: []archwire.DatasetColumn{{Name: "n", Type: "int64", Class: archwire.ClassPublic}},
	}
	number(0)
	b.publish(t, input(d))
	r := publish.OpenReader(b.store, b.reader)
	reports := watch(t, r)
	all := scope(t, archwire.Aggregate)

	done := make(chan struct{})
	var requests sync.WaitGroup
	for range 3 {
		requests.Go(func() {
			last := -1
			for {
				select {
				case <-done:
					return
				default:
				}
				last = request(t, r, func(p *publish.Publication, tenant string) archwire.Batches {
					return p.Query(t.Context(), all, of("number"), []string{tenant}, archwire.Query{SQL: "select n from slice"})
				}, last)
			}
		})
	}
	for n := 1; n <= 3; n++ {
		number(n)
		m, _ := b.publish(t, input(d))
		for got := range reports {
			if got.err != nil {
				t.Error(got.err)
			} else if got.publication.Manifest().ID == m.ID {
				break
			}
		}
	}
	close(done)
	requests.Wait()
}

// request reads the number of each tenant, one query a tenant, as a request does
// that holds on to one publication, and returns it.
func request(t *testing.T, r *publish.Reader, query func(*publish.Publication, string) archwire.Batches, last int) int {
	t.Helper()
	p, err := r.Current(t.Context())
	if err != nil {
		t.Errorf("a request was dropped: %v", err)
		return last
	}
	seen := map[string]bool{}
	for _, tenant := range p.Manifest().Tenants {
		got, err := tryRows(query(p, tenant.ID))
		if err != nil || len(got) != 1 {
			t.Errorf("a request was dropped: %v, %v", got, err)
			return last
		}
		seen[got[0][0]] = true
	}
	if len(seen) != 1 {
		t.Errorf("one request saw the numbers %v", seen)
	}
	var n int
	for text := range seen {
		fmt.Sscan(text, &n) //nolint:errcheck // a number
	}
	if n < last {
		t.Errorf("a request saw %d after another had seen %d", n, last)
	}
	return n
}

func (b *bundle) manifestPath(id archwire.PublicationID) string {
	return filepath.Join(b.dir, "publications", string(id), "manifest.json")
}

func (b *bundle) indexPath(id archwire.PublicationID) string {
	return filepath.Join(b.dir, "publications", string(id), "index.parquet")
}

// newestSlice is the slice that was written last.
func (b *bundle) newestSlice() string {
	var newest string
	var at time.Time
	paths, _ := filepath.Glob(filepath.Join(b.dir, "slices", "*", "*.parquet")) // the pattern is sound
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && strings.HasSuffix(path, ".parquet") && info.ModTime().After(at) {
			newest, at = path, info.ModTime()
		}
	}
	return newest
}
