package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"archwire"
	"archwire/internal/object"
)

// Config is what a Ledger is made of. Dir, Now and Log must be set.
type Config struct {
	Dir string // of this machine: where segments are written
	Now func() time.Time
	Log *slog.Logger

	// Store takes closed segments; nil keeps them in Dir. Others read them there.
	Store object.Store

	// Anchors remember how far each chain went, so that a chain that lost its end
	// is found out; nil remembers nothing.
	Anchors Anchors

	SegmentBytes int64         // a segment is closed beyond this size; 0 is 64 MiB
	SegmentAge   time.Duration // and at this age; 0 is 10 minutes
	Keep         time.Duration // what is older is removed from Store; 0 keeps all
}

// Anchors keep heads of chains apart from their files. The state store is behind
// it.
type Anchors interface {
	// SaveHead keeps the head of a chain, in place of an earlier one.
	SaveHead(ctx context.Context, h Head) error

	// Heads lists the heads of all chains.
	Heads(ctx context.Context) ([]Head, error)
}

// A Head is a line of a chain: by its link it names all lines before.
type Head struct {
	Chain string    `json:"chain"`
	Seq   uint64    `json:"seq"`
	Link  string    `json:"link"`
	At    time.Time `json:"at"` // when it was the head; of one that was read, when its segment was begun
}

// A Ledger takes entries. Each process that has one open writes a chain of its own.
// It is safe for use by several goroutines.
type Ledger struct {
	cfg   Config
	queue chan *waiting
	chain *chain

	mu   sync.Mutex
	kept map[string]bool // lists of persons that are known to be in the store

	stop  sync.Once
	ended chan struct{} // closed by Close
	done  chan struct{} // closed when the writer has ended
	err   error         // of the writer's end
}

// waiting is an entry on its way to the disk.
type waiting struct {
	text []byte
	done chan error
}

const (
	// queued is how many entries wait for the disk before further ones wait for a
	// place among them.
	queued = 4096

	// mostKept is how many lists are remembered as kept; a forgotten one is written
	// again.
	mostKept = 100_000

	// upkeep is how often segments are looked at that are old, closed or not shipped.
	upkeep = time.Second
)

// Open opens the ledger in cfg.Dir for writing, on a chain that no other process
// has open: one that an earlier process left, which was killed perhaps, or a new
// one. A chain whose lines are not what was written is left alone, and told to the
// log.
func Open(ctx context.Context, cfg Config) (*Ledger, error) {
	if cfg.SegmentBytes == 0 {
		cfg.SegmentBytes = 64 << 20
	}
	if cfg.SegmentAge == 0 {
		cfg.SegmentAge = 10 * time.Minute
	}
	c, err := openChain(ctx, cfg)
	if err != nil {
		return nil, unavailable("the ledger of disclosures cannot be opened", err)
	}
	l := &Ledger{cfg: cfg, queue: make(chan *waiting, queued), chain: c, ended: make(chan struct{}), done: make(chan struct{})}
	go l.write(context.WithoutCancel(ctx))
	return l, nil
}

// Append writes an entry down. When it returns nil, the entry survives a power
// failure: only then may the last byte of the answer leave. After an error, the
// entry may have been written or not.
func (l *Ledger) Append(ctx context.Context, e Entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("writing a ledger entry: %w", err)
	}
	if len(text) > maxLine-hashDigits-2 {
		return fmt.Errorf("writing a ledger entry: it has %d bytes", len(text))
	}
	w := &waiting{text: text, done: make(chan error, 1)}
	select {
	case l.queue <- w:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-l.ended:
		return unavailable("the ledger of disclosures is closed", nil)
	}
	select {
	case err := <-w.done:
		if err != nil {
			return unavailable("the ledger of disclosures cannot be written", err)
		}
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-l.done:
		return unavailable("the ledger of disclosures is closed", nil)
	}
}

// Keep keeps the persons of a slice for entries that name the slice. It must have
// returned before such an entry is appended. A ledger without a store keeps none.
func (l *Ledger) Keep(ctx context.Context, slice string, s Subjects) error {
	now := l.cfg.Now()
	list := listName(now, slice)
	l.mu.Lock()
	known := l.kept[list]
	l.mu.Unlock()
	if known || l.cfg.Store == nil {
		return nil
	}
	if err := (Lists{l.cfg.Store}).Put(ctx, now, slice, s); err != nil {
		return unavailable("the ledger of disclosures cannot be written", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept == nil || len(l.kept) >= mostKept {
		l.kept = map[string]bool{}
	}
	l.kept[list] = true
	return nil
}

// Kept says whether the persons of a slice are known to be kept: to Keep them again
// would do nothing. After a restart nothing is known.
func (l *Ledger) Kept(slice string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept[listName(l.cfg.Now(), slice)] || l.cfg.Store == nil
}

// Head is the last line that is on the disk.
func (l *Ledger) Head() Head { return l.chain.head() }

// Close writes what is waiting, moves all entries to the store and gives the chain
// back. Entries that are appended from then on are errors.
func (l *Ledger) Close() error {
	l.stop.Do(func() { close(l.ended) })
	<-l.done
	return l.err
}

// write brings entries to the disk until the ledger is closed: all that wait, at
// once.
func (l *Ledger) write(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(upkeep)
	defer tick.Stop()
	for {
		select {
		case w := <-l.queue:
			l.commit(ctx, l.gather(w))
		case <-tick.C:
			l.chain.keepUp(ctx, false)
		case <-l.ended:
			if batch := l.gather(nil); len(batch) > 0 {
				l.commit(ctx, batch)
			}
			l.chain.keepUp(ctx, true)
			l.err = l.chain.close()
			return
		}
	}
}

// gather takes all that wait.
func (l *Ledger) gather(first *waiting) (batch []*waiting) {
	if first != nil {
		batch = append(batch, first)
	}
	for len(batch) < queued {
		select {
		case w := <-l.queue:
			batch = append(batch, w)
		default:
			return batch
		}
	}
	return batch
}

// commit answers those who wait.
func (l *Ledger) commit(ctx context.Context, batch []*waiting) {
	texts := make([][]byte, len(batch))
	for i, w := range batch {
		texts[i] = w.text
	}
	err := l.chain.append(ctx, texts)
	if err != nil {
		l.cfg.Log.ErrorContext(ctx, "ledger entries not written", "entries", len(batch), "err", err)
	}
	for _, w := range batch {
		w.done <- err
	}
}

func unavailable(message string, err error) error {
	hint := "Make room on the disk of the ledger; what is asked for is answered as soon as it can be written down."
	if errors.Is(err, errBroken) {
		hint = "Run archwire ledger verify, which says where."
	}
	return &archwire.Error{Code: archwire.Unavailable, Message: message, Hint: hint, Err: err}
}

// lines writes texts as lines that follow each other from prev on.
func lines(prev string, texts [][]byte) (all []byte, last string) {
	var b bytes.Buffer
	var line []byte
	for _, text := range texts {
		prev = link(prev, text)
		line = appendLine(line[:0], prev, text)
		b.Write(line)
	}
	return b.Bytes(), prev
}
