package redshift

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"archwire"
)

// What is staged of a table to be replaced lies in the staging place until its load
// ends, and a later load can go on from it:
//
//	load/TABLE/plan.json         into which chunks the table was cut, and the mark for NULL
//	load/TABLE/chunks/N.json     the files of the chunk with that number, once it is staged
//	load/TABLE/*.csv.gz          the files
//
// A note is written after its files, so no chunk is noted of which a row is missing. No
// statement of Redshift is needed for any of it, however many chunks there are.

// A chunkPlan says how a table was cut.
type chunkPlan struct {
	Definition string           `json:"definition"`
	Mark       string           `json:"mark"`
	Chunks     []archwire.Chunk `json:"chunks"`

	staged map[int][]part // by chunk
}

// left lists the chunks that were not staged.
func (p *chunkPlan) left() []archwire.Chunk {
	out := []archwire.Chunk{}
	for i, c := range p.Chunks {
		if _, ok := p.staged[i]; !ok {
			out = append(out, c)
		}
	}
	return out
}

// number is which chunk c is.
func (p *chunkPlan) number(c archwire.Chunk) (int, bool) {
	for i, one := range p.Chunks {
		if one.Where == c.Where {
			return i, true
		}
	}
	return 0, false
}

// distinct says whether no two chunks have one condition: one could not be told from
// the other.
func distinct(chunks []archwire.Chunk) bool {
	seen := map[string]bool{}
	for _, c := range chunks {
		seen[c.Where] = true
	}
	return len(seen) == len(chunks)
}

// folder is where the files of a table lie.
func folder(t archwire.Table) string { return "load/" + shortName(t.ID()) }

func planName(folder string) string { return folder + "/plan.json" }

func noteName(folder string, chunk int) string {
	return fmt.Sprintf("%s/chunks/%d.json", folder, chunk)
}

// plansLeft reads the plans that loads have left for tables, by table ID, and lists the
// objects that are of no use any more.
func (w *Warehouse) plansLeft(ctx context.Context, tables []archwire.LoadTable) (plans map[string]*chunkPlan, waste []string, err error) {
	objects, err := w.store.List(ctx, "load/")
	if err != nil {
		return nil, nil, err
	}
	plans, useful := map[string]*chunkPlan{}, map[string]bool{}
	names := map[string]bool{}
	for _, o := range objects {
		names[o.Name] = true
	}
	for _, t := range tables {
		at := folder(t.Table)
		if t.Merge || !names[planName(at)] {
			continue
		}
		p, err := w.readPlan(ctx, at, names)
		if err != nil {
			return nil, nil, err
		}
		if p.Definition != t.Definition() || len(p.staged) == 0 {
			continue
		}
		plans[t.ID()] = p
		useful[planName(at)] = true
		for i, parts := range p.staged {
			useful[noteName(at, i)] = true
			for _, one := range parts {
				useful[one.Name] = true
			}
		}
	}
	for _, o := range objects {
		if !useful[o.Name] {
			waste = append(waste, o.Name)
		}
	}
	return plans, waste, nil
}

// readPlan reads a plan and the notes of its chunks.
func (w *Warehouse) readPlan(ctx context.Context, at string, names map[string]bool) (*chunkPlan, error) {
	p := &chunkPlan{staged: map[int][]part{}}
	if err := w.readJSON(ctx, planName(at), p); err != nil {
		return nil, err
	}
	for i := range p.Chunks {
		if !names[noteName(at, i)] {
			continue
		}
		parts := []part{}
		if err := w.readJSON(ctx, noteName(at, i), &parts); err != nil {
			return nil, err
		}
		p.staged[i] = parts
	}
	return p, nil
}

func (w *Warehouse) readJSON(ctx context.Context, name string, into any) error {
	r, err := w.store.Open(ctx, name)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // opened for reading
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading %s of the staging place: %w", name, err)
	}
	return nil
}

func (w *Warehouse) writeJSON(ctx context.Context, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("writing %s of the staging place: %w", name, err)
	}
	return w.store.Put(ctx, name, bytes.NewReader(text))
}

// sweepObjects deletes objects, the plan of a table before its notes and files: a plan
// that is there is whole.
func (w *Warehouse) sweepObjects(ctx context.Context, names []string) error {
	for _, plans := range []bool{true, false} {
		for _, name := range names {
			if strings.HasSuffix(name, "/plan.json") != plans {
				continue
			}
			if err := w.store.Delete(ctx, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Prepare goes on from what an earlier load has staged of t, or notes the chunks for a
// later load to go on from. A table of one chunk has nothing to go on from.
func (l *load) Prepare(ctx context.Context, t archwire.Table, chunks []archwire.Chunk) (left []archwire.Chunk, resumed bool, err error) {
	g, leave, err := l.enter(t)
	if err != nil {
		return nil, false, err
	}
	defer leave()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Merge || g.begun {
		return nil, false, &archwire.Error{
			Code: archwire.Internal, Message: fmt.Sprintf("the chunks of %s come too late, or rows are merged into it", t.ID()),
		}
	}
	g.begun = true
	if p := g.kept; p != nil {
		g.kept, g.plan, g.mark = nil, p, p.Mark
		for _, parts := range p.staged {
			g.waiting = append(g.waiting, parts...)
		}
		return p.left(), true, nil
	}
	if len(chunks) < 2 || !distinct(chunks) {
		return chunks, false, nil
	}
	p := &chunkPlan{Definition: t.Definition(), Mark: g.mark, Chunks: chunks}
	if err := l.w.writeJSON(ctx, planName(g.folder), p); err != nil {
		return nil, false, classify("preparing "+t.ID(), err)
	}
	g.plan = p
	return chunks, false, nil
}
