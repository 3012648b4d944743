package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"archwire"
)

// retiredName is the object that says since when publications are to be
// collected. It begins the grace of each of them.
const retiredName = "RETIRED"

// retired is since when publications are neither in service nor among those to
// keep.
type retired map[archwire.PublicationID]time.Time

// Collected says what a collection removed.
type Collected struct {
	Publications []archwire.PublicationID `json:"publications"`
	Slices       int                      `json:"slices"`
	Made         int                      `json:"made"`  // slices that were made of others for an audience
	Bytes        int64                    `json:"bytes"` // of both
}

// Collect removes the publications beyond the newest keep, and the slices that no
// publication names any more. The publication in service is never removed, nor one
// that has been found to be superfluous for less than grace: a reader may have
// opened it just before. So the first Collect after a publication removes nothing
// of the one before, and grace is counted from there, whenever that was made.
//
// Killed at any point, or failing, it leaves publications whole or not listed, and
// the next Collect goes on. A publication that cannot be read stops it before
// anything is removed: nobody knows which slices it names. It may not run beside
// Publish or Rollback: the run lock sees to it.
func (p *Publisher) Collect(ctx context.Context, keep int, grace time.Duration) (Collected, error) {
	c, err := p.collect(ctx, keep, grace)
	if err != nil {
		return c, fmt.Errorf("collecting old publications: %w", err)
	}
	return c, nil
}

func (p *Publisher) collect(ctx context.Context, keep int, grace time.Duration) (Collected, error) {
	listed, err := p.Store.List(ctx)
	if err != nil {
		return Collected{}, err
	}
	left, expired, err := p.sort(ctx, listed, keep, grace)
	if err != nil {
		return Collected{}, err
	}
	named, err := p.named(ctx, left)
	if err != nil {
		return Collected{}, err
	}
	var c Collected
	for _, id := range expired {
		if err := p.Store.removePublication(ctx, id); err != nil {
			return c, err
		}
		c.Publications = append(c.Publications, id)
	}
	if err := p.Store.removeMade(ctx, named, &c); err != nil {
		return c, err
	}
	return c, p.Store.removeSlices(ctx, named, &c)
}

// sort tells the publications that stay from those whose grace is over, and
// notes the others to be removed.
func (p *Publisher) sort(ctx context.Context, listed []Listed, keep int, grace time.Duration) (left []Listed, expired []archwire.PublicationID, err error) {
	was, err := p.Store.retired(ctx)
	if err != nil {
		return nil, nil, err
	}
	now, is := p.Now().UTC(), retired{}
	for i, l := range listed {
		if l.Err != nil {
			return nil, nil, fmt.Errorf("publication %s: %w", l.ID, l.Err)
		}
		if i < keep || l.Current {
			left = append(left, l)
			continue
		}
		since, ok := was[l.ID]
		if !ok || since.After(now) { // the clock was put back
			since = now
		}
		is[l.ID] = since
		if now.Sub(since) < grace {
			left = append(left, l)
			continue
		}
		expired = append(expired, l.ID)
	}
	if maps.Equal(was, is) {
		return left, expired, nil
	}
	return left, expired, p.Store.retire(ctx, is)
}

// named are the slices that publications name. Of those that have one index, as
// publications without a change do, it is read once.
func (p *Publisher) named(ctx context.Context, publications []Listed) (map[string]bool, error) {
	named, read := map[string]bool{}, map[string]bool{}
	for _, l := range publications {
		if read[l.Manifest.IndexSHA256] {
			continue
		}
		read[l.Manifest.IndexSHA256] = true
		index, err := p.Store.index(ctx, p.Reader, l.Manifest)
		if err != nil {
			return nil, err
		}
		for _, s := range index {
			named[s.SHA256] = true
		}
	}
	return named, nil
}

// removePublication removes the manifest first: without it, the rest is no
// publication, and is swept.
func (s *Store) removePublication(ctx context.Context, id archwire.PublicationID) error {
	if err := s.objects.Delete(ctx, manifestName(id)); err != nil {
		return err
	}
	return s.objects.Delete(ctx, indexName(id))
}

// removeSlices removes all slices but those named.
func (s *Store) removeSlices(ctx context.Context, named map[string]bool, c *Collected) error {
	sizes, err := s.sizes(ctx)
	if err != nil {
		return err
	}
	for _, sha := range slices.Sorted(maps.Keys(sizes)) {
		if named[sha] {
			continue
		}
		if err := s.objects.Delete(ctx, sliceName(sha)); err != nil {
			return err
		}
		c.Slices++
		c.Bytes += sizes[sha]
	}
	return nil
}

// removeMade removes what was made of slices that are not named.
func (s *Store) removeMade(ctx context.Context, named map[string]bool, c *Collected) error {
	infos, err := s.objects.List(ctx, madeFolder)
	if err != nil {
		return fmt.Errorf("listing made slices: %w", err)
	}
	for _, i := range infos {
		source, _, ok := strings.Cut(i.Name[strings.LastIndexByte(i.Name, '/')+1:], "-")
		if !ok || named[source] {
			continue
		}
		if err := s.objects.Delete(ctx, i.Name); err != nil {
			return err
		}
		if strings.HasSuffix(i.Name, ".parquet") {
			c.Made++
			c.Bytes += i.Size
		}
	}
	return nil
}

// retired reads since when publications are retired. What cannot be read is as
// if nothing were: their grace begins anew.
func (s *Store) retired(ctx context.Context) (retired, error) {
	text, err := s.read(ctx, retiredName)
	if archwire.CodeOf(err) == archwire.NotFound {
		return retired{}, nil
	}
	if err != nil {
		return nil, err
	}
	r := retired{}
	if err := json.Unmarshal(text, &r); err == nil {
		return r, nil
	}
	return retired{}, nil
}

func (s *Store) retire(ctx context.Context, r retired) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return s.write(ctx, retiredName, append(text, '\n'))
}

// spare begins anew the grace of publications that go into service or out of it.
func (s *Store) spare(ctx context.Context, ids ...archwire.PublicationID) error {
	r, err := s.retired(ctx)
	if err != nil {
		return err
	}
	before := len(r)
	for _, id := range ids {
		delete(r, id)
	}
	if len(r) == before {
		return nil
	}
	return s.retire(ctx, r)
}
