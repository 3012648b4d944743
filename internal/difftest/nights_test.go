package difftest

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/demo"
)

// The nights of the usual tests, how often the run of each is killed, and the seed of
// what befalls them.
const (
	usualNights = 3
	usualKills  = 0
	usualSeed   = 77
)

// TestTheAPIAnswersWhatTheSourcesHoldAfterNights runs the project night after
// night, so that copies, models and slices are what many runs have made of the
// first, and compares all of it. DIFFTEST_NIGHTS says how many; make chaos takes 30.
// The run of each night is killed DIFFTEST_KILLS times before one is let through.
// With DIFFTEST_REMITTANCES=files payers send remittances as files, of which some come
// by halves, twice, late, or with rows that are not as declared, and some are replaced
// or taken away for a while. DIFFTEST_SEED makes the same nights once more, as far as
// time allows: what the operating system does in between is its own.
func TestTheAPIAnswersWhatTheSourcesHoldAfterNights(t *testing.T) {
	t.Parallel()
	nights, kills, seed := setting(t, "DIFFTEST_NIGHTS", usualNights), setting(t, "DIFFTEST_KILLS", usualKills), setting(t, "DIFFTEST_SEED", usualSeed)
	t.Logf("DIFFTEST_SEED=%d DIFFTEST_NIGHTS=%d DIFFTEST_KILLS=%d DIFFTEST_PMS=%s DIFFTEST_REMITTANCES=%s go test -tags duckdb_arrow -count=1 -v -run AfterNights ./internal/difftest\nmakes these nights once more",
		seed, nights, kills, os.Getenv("DIFFTEST_PMS"), os.Getenv("DIFFTEST_REMITTANCES"))
	p, y := newProduct(t), newYardstick(t)
	s := &siege{product: p, kills: kills, rng: rand.New(rand.NewPCG(uint64(seed), 1)), typical: time.Second, first: true}
	if os.Getenv("DIFFTEST_REMITTANCES") == "files" {
		s.post = newPost(t, p, s.rng)
	}
	p.fill(t, demo.Size{Practices: 3, Months: 5, Seed: 3, AsOf: archwire.Day("2026-11-20").Time()})
	s.night(t)
	for range nights {
		if _, err := demo.Night(t.Context(), p.rcm, p.pms); err != nil {
			t.Fatalf("advancing the databases: %v", err)
		}
		s.night(t)
	}
	s.end(t)
	p.hold(t, y)
}

// setting is the whole number that a variable holds.
func setting(t *testing.T, variable string, usual int) int {
	t.Helper()
	text, set := os.LookupEnv(variable)
	if !set {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s is %q", variable, text)
	}
	return n
}

// A siege is the nights of a project whose runs are killed.
type siege struct {
	*product
	kills   int // of the run of each night
	rng     *rand.Rand
	post    *post         // nil: remittances come from the database
	typical time.Duration // of a run that nothing disturbs
	first   bool          // no run has loaded anything yet

	killed, failed, through int // runs that were killed in time, that said why they failed, that were done before
}

// night runs the project once to its end, after runs that were killed.
func (s *siege) night(t *testing.T) {
	t.Helper()
	s.post.collect(t)
	if s.first {
		s.post.deliver(t)
	}
	s.first = false
	for range s.kills {
		s.strike(t)
	}
	s.post.deliver(t)
	began := time.Now()
	said := s.succeed(t)
	if !strings.Contains(said, goesOn) {
		s.typical = (s.typical + time.Since(began)) / 2
	}
}

// goesOn is what a run says that reads no source, since the run before had loaded all
// and not published it.
const goesOn = "goes on from what run"

// strike runs the project and kills it at any moment. What files befalls happens
// before and during the run.
func (s *siege) strike(t *testing.T) {
	t.Helper()
	if s.rng.IntN(2) == 0 { // else what befell files before is there still
		s.post.deliver(t)
	}
	before := s.post.trouble(t)
	kill, meanwhile, after := s.moment(s.typical), s.moment(s.typical), ""
	if s.rng.IntN(2) == 0 { // commits and switches are near the end
		kill, after = s.moment(150*time.Millisecond), []string{"extract", "verify", "load", "refresh", "publish"}[s.rng.IntN(5)]
	}
	run := s.Start(t, "run")
	during := ""
	if (after != "" || meanwhile < kill) && !run.EndsBefore(run.Began.Add(meanwhile)) {
		during = s.post.trouble(t)
	}
	from := run.Began
	if after != "" {
		run.Says(after)
		from = time.Now()
	}
	if !run.EndsBefore(from.Add(kill)) {
		run.Kill()
	}
	run.Wait(t)
	what := fmt.Sprintf("a run after %q and during %q, killed %v after %q", before, during, kill.Round(time.Millisecond), after)
	switch {
	case run.Killed():
		s.killed++
	case run.Status() == 0:
		s.through++
	default:
		s.failed++
		s.post.judge(t, what, run.Status(), run.Errs.Text())
	}
}

// moment is any one up to the longest.
func (s *siege) moment(longest time.Duration) time.Duration {
	return time.Duration(s.rng.Int64N(int64(longest)))
}

// succeed runs the project in a process of its own that nothing disturbs. One that goes
// on from what a run that was killed has loaded may find that what befell files then was
// loaded, too: the next one reads them as they are now.
func (s *siege) succeed(t *testing.T) (said string) {
	t.Helper()
	run := s.Start(t, "run")
	run.Wait(t)
	said = run.Out.Text() + run.Errs.Text()
	switch {
	case run.Status() == 0:
		return said
	case s.post == nil || !strings.Contains(said, goesOn):
		t.Fatalf("archwire run: exit status %d\n%s", run.Status(), said)
	}
	s.post.judge(t, "a run that goes on from another", run.Status(), said)
	return s.read(t)
}

// read runs the project and wants it to read its sources.
func (s *siege) read(t *testing.T) (said string) {
	t.Helper()
	run := s.Start(t, "run")
	run.Wait(t)
	said = run.Out.Text() + run.Errs.Text()
	if run.Status() != 0 || strings.Contains(said, goesOn) {
		t.Fatalf("archwire run: exit status %d\n%s", run.Status(), said)
	}
	return said
}

// end brings what is late and runs the project until it has read its sources. Copies
// and models must be right then, and nothing may be left of runs that were killed.
func (s *siege) end(t *testing.T) {
	t.Helper()
	s.post.deliverAll(t)
	if strings.Contains(s.succeed(t), goesOn) {
		s.read(t)
	}
	s.do(t, "verify", "--all")
	s.do(t, "verify", "--models")
	s.leavesNothing(t)
	s.post.quarantined(t, s.dir)
	t.Logf("%d runs were killed, %d failed, %d were done before they could be", s.killed, s.failed, s.through)
	s.post.log(t)
}

// kept are the files that a project's data folder has while nothing runs, as
// docs/format and the guide on files say; folders of others may be there, empty.
var kept = regexp.MustCompile(`^(state\.db(-wal|-shm|\.lock)?|warehouse\.duckdb(\.wal)?|quarantine/remit/\w+/[^/.]+\.csv\.rejected\.ndjson` +
	`|store/(CURRENT|RETIRED|publications/[^/]+/(index\.parquet|manifest\.json)|slices/[0-9a-f]{2}/[0-9a-f]{64}\.parquet))$`)

// leavesNothing looks into the project's data folder for what runs that were killed had
// begun to write.
func (s *siege) leavesNothing(t *testing.T) {
	t.Helper()
	data := filepath.Join(s.dir, "data")
	err := filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(data, path)
		if !e.IsDir() && !kept.MatchString(filepath.ToSlash(name)) {
			t.Errorf("data/%s was left behind", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
