package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A soaking is a server under a mixed load for a long time, while publications
// switch, keys rotate, and a grant comes and goes.
type soaking struct {
	o       options
	dir     string
	book    *book
	keys    *keyring
	server  *server
	turn    time.Duration // from one switch to the next
	samples []sample

	mu       sync.Mutex
	asked    int
	switches int
	wrong    []error // the first few
	wrongs   int
}

const callers = 6

// enough samples and switches tell whether anything was wrong: a brief soak is over then.
const enough = 4

// drained is after how long nobody asks with a key any more that was replaced.
const drained = 3 * time.Second

// soak asks for as long as it is told to, prints a table, and returns an error when
// an answer was wrong or something grew.
func soak(ctx context.Context, o options) (err error) {
	o.practices, o.months = min(o.practices, 40), min(o.months, 12)
	s := &soaking{o: o, dir: filepath.Join(o.dir, "soak"), turn: min(time.Minute, o.soak/6)}
	if o.brief {
		s.turn = drained
	}
	if err := writeProject(s.dir, map[string]string{"archwire.yaml": serveProject, "sources/bench.yaml": fmt.Sprintf(copySource, 1)}); err != nil {
		return err
	}
	if s.book, err = openBook(ctx, s.dir, o); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.book.close()) }() //nolint:contextcheck // closing must not be cut short
	if err := s.book.next(ctx); err != nil {
		return err
	}
	if s.keys, err = newKeyring(ctx, s.dir, o); err != nil {
		return err
	}
	if s.server, err = startServer(ctx, s.dir, s.keys.current(), published{path: "/v1", says: `"data"`}, o, "--memory", soakMemory); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.server.stop()) }()
	s.load(ctx)
	return s.verdict()
}

// soakMemory is what the engine of the server may use: little, so that it is full of
// slices soon, and what grows beyond that is told from what is kept on purpose.
const soakMemory = "128MB"

// load is everything at once, until the time is over.
func (s *soaking) load(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, s.o.soak)
	defer cancel()
	var wg sync.WaitGroup
	for i := range uint64(callers) {
		wg.Go(func() { s.call(ctx, i) })
	}
	for _, do := range []func(context.Context) error{
		s.turnOver,
		func(ctx context.Context) error { return s.keys.rotate(ctx, max(s.turn/4, drained)) },
		s.keys.regrant,
		s.sample,
	} {
		wg.Go(func() {
			for pause(ctx, s.turn) {
				s.note(ctx, do(ctx))
				if s.o.brief && s.tells() {
					cancel()
				}
			}
		})
	}
	wg.Wait()
}

// tells says whether there are enough samples and switches.
func (s *soaking) tells() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.samples) >= enough && s.switches >= enough
}

// turnOver puts the next publication into service.
func (s *soaking) turnOver(ctx context.Context) error {
	err := s.book.next(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switches++
	return err
}

// call asks one thing after the other, at a pace that leaves the cores some room.
func (s *soaking) call(ctx context.Context, n uint64) {
	a := &asker{
		address: s.server.address, book: s.book, keys: s.keys, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}},
		random: rand.New(rand.NewPCG(n, 1)), tags: map[string]string{}, page: 500, //nolint:gosec // a reproducible load
	}
	defer a.client.CloseIdleConnections()
	asks := a.asks()
	for pause(ctx, 10*time.Millisecond) {
		err := asks[a.random.IntN(len(asks))](ctx)
		s.note(ctx, err)
		s.mu.Lock()
		s.asked++
		s.mu.Unlock()
	}
}

// note keeps what was wrong; what the end of the time cut off was not.
func (s *soaking) note(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	const shown = 10
	if s.wrongs++; s.wrongs <= shown {
		s.wrong = append(s.wrong, err)
		say("%v", err)
	}
}

func (s *soaking) sample(ctx context.Context) error {
	one, err := sampleOf(ctx, s.server, s.dir)
	if err == nil {
		s.mu.Lock()
		s.samples = append(s.samples, one)
		say("%d asked, %d wrong, %d switches; memory %.0f MiB, %.0f goroutines, %.0f files", s.asked, s.wrongs, s.switches, one.rss/(1<<20), one.goroutines, one.files)
		s.mu.Unlock()
	}
	return err
}

func (s *soaking) verdict() error {
	if !s.tells() {
		return fmt.Errorf("%d samples and %d switches are too few to tell: soak for longer", len(s.samples), s.switches)
	}
	figures := []figure{{
		what: fmt.Sprintf("wrong answers in %s of mixed load, %d publications switched", s.o.soak, s.switches), measured: fmt.Sprintf("%d of %d", s.wrongs, s.asked), bar: "0", met: s.wrongs == 0,
	}}
	if !s.o.brief { // memory is not warm by then
		figures = append(figures, growth(s.samples)...)
	}
	printTable(figures)
	err := errors.Join(s.wrong...)
	for _, f := range figures[1:] {
		if !f.met {
			err = errors.Join(err, fmt.Errorf("%s: %s; it may be %s", f.what, f.measured, f.bar))
		}
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "serve.log"))
		err = fmt.Errorf("%w\nthe server's log ends with:\n%s", err, log[max(len(log)-2000, 0):])
	}
	return err
}
