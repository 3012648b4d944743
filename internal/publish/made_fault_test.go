package publish_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/warehouse/duckdb"
)

// making is a reader that counts what it makes, and may do something before.
type making struct {
	*duckdb.Reader
	made   atomic.Int64
	before func(n int64, path string) error
}

func (m *making) MakeSlice(ctx context.Context, rows archwire.Batches, path string) (int64, error) {
	n := m.made.Add(1)
	if m.before != nil {
		if err := m.before(n, path); err != nil {
			return 0, err
		}
	}
	return m.Reader.MakeSlice(ctx, rows, path)
}

func TestMade_OnceForAllWhoAskAtOnce(t *testing.T) {
	b := setup(t)
	b.published(t)
	s := client(t, "one", authtest.Everything(archwire.Pseudonymous, "1")...)
	asking := make(chan struct{})
	reader := &making{Reader: b.reader, before: func(int64, string) error { <-asking; return nil }}
	p := b.served(t, secret, reader)
	gaveUp, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := p.Slices(gaveUp, s, of("care"), nil)
		left <- err
	}()
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	const callers = 8
	got := make(chan string, callers)
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			found, err := p.Slices(t.Context(), s, of("care"), nil)
			if err != nil {
				t.Error(err)
				return
			}
			got <- found[0].SHA256
		})
	}
	close(asking)
	group.Wait()
	close(got)
	first := <-got
	for sha := range got {
		if sha != first {
			t.Errorf("one caller was given %s, another %s", first, sha)
		}
	}
	if n := reader.made.Load(); n != 1 {
		t.Errorf("the slice was made %d times", n)
	}
}

func TestMade_FailingAnywhereLeavesNothingWrong(t *testing.T) {
	b := setup(t)
	b.published(t)
	s := client(t, "one", authtest.Everything(archwire.Pseudonymous, "1")...)
	want := values(t, b.served(t, secret, b.reader), s, "care", "patient_id")
	plain := b.objects
	for _, after := range []bool{false, true} {
		for step := int64(1); ; step++ {
			if err := os.RemoveAll(filepath.Join(b.dir, "made")); err != nil {
				t.Fatal(err)
			}
			store := &faulty{Store: plain, after: after}
			b.use(t, store)
			p := b.served(t, secret, b.reader)
			store.calls.Store(0)
			store.failAt = step
			got, err := tryRows(p.Query(t.Context(), s, of("care"), nil, archwire.Query{SQL: "select distinct patient_id from slice"}))
			b.use(t, plain)
			if err == nil && store.calls.Load() < step {
				t.Logf("%d calls of the store", step-1)
				break
			}
			if err == nil || !errors.Is(err, errFault) || len(got) > 0 {
				t.Fatalf("call %d failed: %d rows, %v", step, len(got), err)
			}
			b.wantRecordsWhole(t)
			if again := values(t, b.served(t, secret, b.reader), s, "care", "patient_id"); !cmp.Equal(again, want) {
				t.Fatalf("call %d failed, and then there are %v; want %v", step, again, want)
			}
		}
	}
}

// wantRecordsWhole wants each record of a made slice to name one that is there.
func (b *bundle) wantRecordsWhole(t *testing.T) (records int) {
	t.Helper()
	for path := range b.madeFiles(t) {
		if !strings.HasSuffix(path, ".json") {
			continue
		}
		records++
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var record struct {
			Source, Slice string
			Bytes         int64
		}
		if err := json.Unmarshal(content, &record); err != nil {
			t.Fatalf("%s is not whole: %v", path, err)
		}
		info, err := os.Stat(filepath.Join(filepath.Dir(path), record.Source+"-"+record.Slice+".parquet"))
		if err != nil || info.Size() != record.Bytes {
			t.Fatalf("the record %s names a slice that is not there: %v", path, err)
		}
	}
	return records
}

func TestMade_WhenThereIsNoRoomIsUnavailable(t *testing.T) {
	b := setup(t)
	b.published(t)
	s := client(t, "one", authtest.Everything(archwire.Pseudonymous, "1")...)
	full := &archwire.Error{Code: archwire.Unavailable, Message: "the store's disk is full", Hint: "Make room."}
	reader := &making{Reader: b.reader, before: func(int64, string) error { return full }}
	p := b.served(t, secret, reader)
	_, err := p.Slices(t.Context(), s, of("care"), nil)
	wantCode(t, err, archwire.Unavailable)
	reader.before = nil
	if _, err := p.Slices(t.Context(), s, of("care"), nil); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

func TestMade_WhileAPublisherSweeps(t *testing.T) {
	b := setup(t)
	b.published(t)
	s := client(t, "one", authtest.Everything(archwire.Pseudonymous, "1")...)
	sweep := func() error { return object.NewDir(b.dir).Sweep() }
	once := b.served(t, secret, &making{Reader: b.reader, before: func(n int64, _ string) error {
		if n > 1 {
			return nil
		}
		return sweep()
	}})
	if _, err := once.Slices(t.Context(), s, of("care"), nil); err != nil {
		t.Errorf("after one sweep: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(b.dir, "made")); err != nil {
		t.Fatal(err)
	}
	always := b.served(t, secret, &making{Reader: b.reader, before: func(int64, string) error { return sweep() }})
	_, err := always.Slices(t.Context(), s, of("care"), nil)
	wantCode(t, err, archwire.Unavailable)
}

// lying is a reader whose slices are not of the rows that it was given.
type lying struct{ *duckdb.Reader }

func (l lying) MakeSlice(ctx context.Context, rows archwire.Batches, path string) (int64, error) {
	return l.Reader.MakeSlice(ctx, func(yield func(archwire.Batch, error) bool) {
		for batch, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			twice := batch.NewSlice(0, batch.NumRows())
			if !yield(batch, nil) || !yield(twice, nil) {
				return
			}
		}
	}, path)
}

func TestMade_IsReadBack(t *testing.T) {
	b := setup(t)
	b.published(t)
	s := client(t, "one", authtest.Everything(archwire.Pseudonymous, "1")...)
	_, err := b.served(t, secret, lying{b.reader}).Slices(t.Context(), s, of("care"), nil)
	wantCode(t, err, archwire.Mismatch)
	if n := b.wantRecordsWhole(t); n != 0 {
		t.Errorf("%d records of slices with each row twice", n)
	}
}

// killedMaker is set in the process that TestMade_KilledAtAnyMomentLeavesNothingWrong
// kills.
const killedMaker = "ARCHWIRE_TEST_KILLED_MAKER"

// makeForever makes slices for one client after the other and tells each.
func makeForever(t *testing.T, dir string) {
	b := setup(t)
	b.dir = dir
	b.use(t, object.NewDir(dir))
	reader := &making{Reader: b.reader, before: func(int64, string) error { fmt.Fprintln(os.Stdout, "making"); return nil }}
	p := b.served(t, secret, reader)
	for i := 0; ; i++ {
		s := client(t, fmt.Sprint("client ", i), authtest.Everything(archwire.Pseudonymous, "1", "2")...)
		if _, err := p.Slices(t.Context(), s, of("care"), nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMade_KilledAtAnyMomentLeavesNothingWrong(t *testing.T) {
	if dir := os.Getenv(killedMaker); dir != "" {
		makeForever(t, dir)
	}
	b := setup(t)
	b.published(t)
	for _, lines := range []int{1, 4, 9} {
		p := exec.Command(os.Args[0], "-test.run=^TestMade_KilledAtAnyMomentLeavesNothingWrong$")
		p.Env = append(os.Environ(), killedMaker+"="+b.dir, "TMPDIR="+t.TempDir()) // what is killed cleans up nothing
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
			t.Fatalf("the maker ended by itself after %d slices: %v", n, err)
		}
		b.wantRecordsWhole(t)
		for i := range lines {
			s := client(t, fmt.Sprint("client ", i), authtest.Everything(archwire.Pseudonymous)...)
			if got := values(t, b.served(t, secret, b.reader), s, "care", "patient_id"); len(got) != 11 {
				t.Errorf("killed after %d slices: client %d sees %d patients, want 11 with NULL", lines, i, len(got))
			}
		}
	}
	b.publish(t, b.madeInput())
	if left, _ := filepath.Glob(filepath.Join(b.dir, ".tmp", "*")); len(left) != 0 {
		t.Errorf("left in the scratch folder after the next publication: %v", left)
	}
}
