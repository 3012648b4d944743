package publish

import "archwire"

// A narrowing is a publication as it may be read while another one is in service.
type narrowing struct {
	now archwire.PublicationID
	to  *Publication
}

// under is the publication as it may be read while now is in service: with the slices
// that were published, of which it shows what the classes of both show.
func (p *Publication) under(now *Publication) (*Publication, error) {
	id := now.manifest.ID
	if n := p.narrowed.Load(); n != nil && n.now == id {
		return n.to, nil
	}
	m, err := p.manifest.Under(now.manifest)
	if err != nil {
		return nil, err
	}
	to := p
	if m.Narrowed != "" {
		to = &Publication{reader: p.reader, tenants: p.tenants, slices: p.slices, places: p.places}
		to.show(m)
	}
	p.narrowed.Store(&narrowing{id, to})
	return to, nil
}
