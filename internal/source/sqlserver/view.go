package sqlserver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"archwire"
)

// A view is a snapshot and the links that read it, or links that read without a
// common one.
type view struct {
	src      *Source
	server   server
	at       archwire.Instant
	identity string // of the database, as far as its user may know it
	certain  bool   // an equal mark means equal rows, in tables with change tracking
	lives    string // what is tracked, and since when; "" where that is not asked
	version  string // of change tracking; "" where there is none
	touch    string
	asked    string // as of the first snapshot, as is least
	least    string

	done  chan struct{} // closed when the view is over
	work  sync.WaitGroup
	limit *time.Timer // ends a view that is open for too long; nil when none does

	mu        sync.Mutex
	moved     chan struct{} // closed, and made anew, when a reader was given back or lost
	links     []*reader     // all that are connected
	idle      []*reader     // those that are not busy
	unopened  int           // how many more may be connected, in a loose view
	lost      error         // why links are fewer than they were
	over      error         // why the view is over
	relations map[string]*relation
}

// View opens a reading as of now.
func (s *Source) View(ctx context.Context) (archwire.View, error) {
	first, err := s.connectUnlessClosed(ctx)
	if err != nil {
		return nil, err
	}
	v := &view{
		src: s, server: first.server, links: []*reader{first}, done: make(chan struct{}), moved: make(chan struct{}),
		relations: map[string]*relation{},
	}
	if err := v.open(ctx, first); err != nil {
		v.closeLinks(ctx)
		return nil, s.classify(ctx, err, "")
	}
	v.idle = append(v.idle, v.links...)
	if s.cfg.LongestTransaction > 0 && !s.loose() {
		v.mu.Lock() // the timer may be faster than the assignment
		v.limit = time.AfterFunc(s.cfg.LongestTransaction, v.expire)
		v.mu.Unlock()
	}
	return v, nil
}

func (v *view) open(ctx context.Context, first *reader) (err error) {
	if v.touch, err = first.touching(ctx); err != nil {
		return err
	}
	if v.identity, v.certain, err = first.identify(ctx); err != nil {
		return err
	}
	if v.src.loose() {
		return v.openLoosely(ctx, first)
	}
	if v.certain {
		if v.lives, err = first.everyLife(ctx); err != nil {
			return err
		}
	}
	return v.openSnapshots(ctx, first)
}

// openLoosely notes the instant at which a view without a snapshot of its own is
// opened, and makes sure that snapshots can be had if it will need them.
func (v *view) openLoosely(ctx context.Context, first *reader) error {
	v.unopened = v.src.cfg.Connections - 1
	v.certain = false
	if v.src.cfg.ReadCommitted {
		s, err := first.instant(ctx)
		v.note(s)
		return err
	}
	s, err := first.begin(ctx, v.touch)
	if err != nil {
		return err
	}
	v.note(s)
	return first.exec(ctx, rollbackSQL)
}

// note makes the instant of a snapshot the view's.
func (v *view) note(s snapshot) {
	v.asked, v.least = s.asked, s.least
	v.at = archwire.Instant{Time: s.at, Mark: "clock " + s.text}
	if v.version = s.version; s.version != "" && v.certain {
		v.at.Mark = "version " + s.version + " of " + v.lives + " " + v.identity
	}
}

// mostTries is how often snapshots are begun that should be the same.
const mostTries = 5

// openSnapshots begins a snapshot on as many links as may read, side by side, and
// again until all are the same; in the end those go that see other rows.
func (v *view) openSnapshots(ctx context.Context, first *reader) error {
	for try := 1; ; try++ {
		snapshots, err := v.beginAll(ctx)
		if err != nil {
			return err
		}
		v.note(snapshots[0])
		if try == 1 {
			if n := v.src.cfg.Connections - 1; n > 0 && (snapshots[0].seen || snapshots[0].version != "") {
				if err := v.connectMore(ctx, n); err != nil {
					return err
				}
				if err := first.exec(ctx, rollbackSQL); err != nil {
					return err
				}
				continue
			}
			return nil
		}
		left := v.matching(snapshots)
		if len(left) == len(v.links) || try > mostTries {
			v.keep(ctx, left)
			return nil
		}
		for _, l := range v.links {
			if err := l.exec(ctx, rollbackSQL); err != nil {
				return err
			}
		}
	}
}

// beginAll begins a snapshot on every reader.
func (v *view) beginAll(ctx context.Context) ([]snapshot, error) {
	snapshots := make([]snapshot, len(v.links))
	group, ctx := errgroup.WithContext(ctx)
	for i, l := range v.links {
		group.Go(func() (err error) {
			snapshots[i], err = l.begin(ctx, v.touch)
			return err
		})
	}
	return snapshots, group.Wait() //nolint:wrapcheck // classified by View
}

func (v *view) connectMore(ctx context.Context, n int) error {
	more := make([]*reader, n)
	group, inner := errgroup.WithContext(ctx)
	for i := range more {
		group.Go(func() (err error) {
			more[i], err = v.src.connect(inner)
			return err
		})
	}
	err := group.Wait()
	for _, l := range more {
		if l != nil {
			v.links = append(v.links, l)
		}
	}
	return err //nolint:wrapcheck // classified by connect
}

// matching lists the links whose snapshots are that of the first.
func (v *view) matching(snapshots []snapshot) (left []*reader) {
	for i, l := range v.links {
		l.all = i == 0 || snapshots[0].sees(snapshots[i])
		if l.all || snapshots[0].tracks(snapshots[i]) {
			left = append(left, l)
		}
	}
	return left
}

// keep closes all links but these.
func (v *view) keep(ctx context.Context, left []*reader) {
	if len(left) < len(v.links) && v.src.cfg.Notice != nil {
		v.src.cfg.Notice(fmt.Sprintf("%s: reading on %d of %d connections: rows are being written all the time, and the others would see another instant",
			v.src.cfg.Name, len(left), len(v.links)))
	}
	kept := map[*reader]bool{}
	for _, l := range left {
		kept[l] = true
	}
	for _, l := range v.links {
		if !kept[l] {
			l.close(ctx)
		}
	}
	v.links = left
}

// At is when the first snapshot was about to begin. The mark is the version of
// change tracking, what is tracked since when, and the database it is of, where rows
// of an equal mark are equal in tables that have it; else no two views have the same.
func (v *view) At() archwire.Instant { return v.at }
