package api

import (
	"errors"

	"archwire"
	"archwire/internal/serve/canon"
)

// A cubeKey names a cube: whose slice, as which profile sees it, by its hash, and
// what was computed from it. Only cubeKeyOf makes one.
type cubeKey struct {
	tenant  string
	profile archwire.Profile
	slice   string
	shape   string
}

// cubeKeyOf asks the publication for the slice, and with it the caller's scope: a
// cube cannot be kept, or found, by whom its slice is not open to.
func cubeKeyOf(c *call, q *metricRequest) (cubeKey, error) {
	found, err := c.pub.Slices(c.Ctx, c.Scope, c.resource(q.dataset.Name), q.tenants)
	if err != nil {
		return cubeKey{}, c.readError(q.dataset.Name, err)
	}
	s := found[0]
	return cubeKey{s.Tenant, s.Profile, s.SHA256, q.shape()}, nil
}

// shape spells what a cube of the metric depends on besides its slice.
func (q *metricRequest) shape() string {
	var b canon.Text
	b.Add(q.metric.Date, q.metric.Numerator, q.metric.Denominator)
	if q.snapshots() {
		b.Add("snapshots")
	}
	for _, d := range q.dimensions() {
		b.Add(d.Name, d.Type)
	}
	return b.String()
}

// cube returns the cube that the request can be answered from, making it if need
// be; nil if there is none: the request is about several tenants, the metric is
// not made of sums, or its rows are too many or of types that cubes do not hold.
func (h *Handler) cube(c *call, q *metricRequest) (*cube, error) {
	folds, ok := q.folds()
	if !ok || len(q.tenants) != 1 {
		return nil, nil
	}
	key, err := cubeKeyOf(c, q)
	if err != nil {
		return nil, err
	}
	if k, ok := h.cubes.get(key); ok {
		return k, nil
	}
	k, err := readCube(c, q, folds)
	switch {
	case err == nil && h.cubes.holds(k.bytes()):
		h.cubes.put(key, k, k.bytes()+int64(len(key.shape)))
	case err == nil, errors.Is(err, errNoCube):
		h.cubes.put(key, nil, int64(len(key.shape))) // it is not tried again
	case c.Ctx.Err() != nil:
		return nil, err
	default:
		// The request's own queries will tell, if it is not only rows that they
		// leave out which are at fault.
	}
	return k, nil
}
