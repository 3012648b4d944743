package publish

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"archwire"
)

// announce writes the index and the manifest of a publication whose slices are in
// the store, and puts it into service.
func (p *Publisher) announce(ctx context.Context, in Input, before archwire.Manifest, index []archwire.Slice, temp string) (archwire.Manifest, error) {
	now := p.Now().UTC()
	deprecate(in.Datasets, in.Metrics, before, now)
	id, err := p.newID(ctx, now)
	if err != nil {
		return archwire.Manifest{}, err
	}
	sortIndex(index)
	sha, err := p.writeIndex(ctx, id, index, temp)
	if err != nil {
		return archwire.Manifest{}, fmt.Errorf("writing the index: %w", err)
	}
	m := archwire.Manifest{
		Format: format, ID: id, Previous: before.ID,
		AsOf: in.AsOf, DataThrough: in.DataThrough.UTC(), CreatedAt: now,
		Run: in.Run, Project: in.Project, Version: in.Version, Noun: in.Noun,
		Tenants: in.Tenants, Datasets: in.Datasets, Metrics: in.Metrics, Dashboards: in.Dashboards,
		Verification: in.Verification, IndexSHA256: sha, Slices: len(index),
	}
	text, err := encodeManifest(m)
	if err != nil {
		return archwire.Manifest{}, err
	}
	if m, err = decodeManifest(id, text); err != nil { // what readers will see
		return archwire.Manifest{}, err
	}
	if err := p.Store.write(ctx, manifestName(id), text); err != nil {
		return archwire.Manifest{}, fmt.Errorf("writing the manifest: %w", err)
	}
	return m, p.Store.enter(ctx, id)
}

// newID names a publication that is made now, by a name that no other has.
func (p *Publisher) newID(ctx context.Context, now time.Time) (archwire.PublicationID, error) {
	for range 16 {
		var suffix [2]byte
		if _, err := io.ReadFull(p.Rand, suffix[:]); err != nil {
			return "", fmt.Errorf("naming the publication: %w", err)
		}
		id := archwire.PublicationID(now.Format(idTime) + "-" + hex.EncodeToString(suffix[:]))
		taken, err := p.Store.objects.List(ctx, folderName(id))
		if err != nil {
			return "", fmt.Errorf("naming the publication: %w", err)
		}
		if len(taken) == 0 {
			return id, nil
		}
	}
	return "", &archwire.Error{Code: archwire.Internal, Message: "sixteen names for the publication were all taken"}
}

// writeIndex writes the index, reads it back and returns its SHA-256.
func (p *Publisher) writeIndex(ctx context.Context, id archwire.PublicationID, index []archwire.Slice, temp string) (string, error) {
	if err := p.Warehouse.WriteParquet(ctx, indexBatches(index), temp); err != nil {
		return "", err
	}
	sha, _, err := digestFile(temp)
	if err != nil {
		return "", err
	}
	if err := p.Store.writeFile(ctx, indexName(id), temp, sha); err != nil {
		return "", err
	}
	back, err := p.Store.index(ctx, p.Reader, archwire.Manifest{ID: id, IndexSHA256: sha, Slices: len(index)})
	if err != nil {
		return "", err
	}
	if !slices.Equal(index, back) {
		return "", lost(indexName(id))
	}
	return sha, nil
}

// enter puts a whole publication into service. It and the one that leaves service
// are not collected before another grace.
func (s *Store) enter(ctx context.Context, id archwire.PublicationID) error {
	leaving, err := s.current(ctx)
	if code := archwire.CodeOf(err); err != nil && code != archwire.NotFound && code != archwire.Mismatch {
		return err
	}
	if err := s.spare(ctx, leaving, id); err != nil {
		return fmt.Errorf("switching to publication %s: %w", id, err)
	}
	if err := s.objects.Put(ctx, currentName, strings.NewReader(string(id)+"\n")); err != nil {
		return fmt.Errorf("switching to publication %s: %w", id, err)
	}
	return nil
}
