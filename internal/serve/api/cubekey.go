package api

import (
	"errors"

	"archwire"
	"archwire/internal/serve/measure"
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
	found, err := c.pub.Slices(c.Ctx, c.Scope, c.resource(q.Dataset.Name), q.Tenants)
	if err != nil {
		return cubeKey{}, c.readError(q.Dataset.Name, err)
	}
	s := found[0]
	return cubeKey{s.Tenant, s.Profile, s.SHA256, q.Shape()}, nil
}

// cube returns the cube that the request can be answered from, making it if need
// be; nil if there is none: the request is about several tenants, the metric is
// not made of sums, or its rows are too many or of types that cubes do not hold.
func (h *Handler) cube(c *call, q *metricRequest) (*measure.Cube, error) {
	folds, ok := q.Folds()
	if !ok || len(q.Tenants) != 1 {
		return nil, nil
	}
	key, err := cubeKeyOf(c, q)
	if err != nil {
		return nil, err
	}
	if k, ok := h.cubes.get(key); ok {
		return k, nil
	}
	k, err := measure.ReadCube(c.asks(q.Dataset.Name, q.Tenants), &q.Question, folds)
	switch {
	case err == nil && h.cubes.holds(k.Bytes()):
		h.cubes.put(key, k, k.Bytes()+int64(len(key.shape)))
	case err == nil, errors.Is(err, measure.ErrNoCube):
		h.cubes.put(key, nil, int64(len(key.shape))) // it is not tried again
	case c.Ctx.Err() != nil:
		return nil, err
	default:
		// The request's own queries will tell, if it is not only rows that they
		// leave out which are at fault.
	}
	return k, nil
}

// table returns a table that holds the request's periods: from a cube where
// there is one, by queries where there is none.
func (h *Handler) table(c *call, q *metricRequest) (*measure.Table, error) {
	k, err := h.cube(c, q)
	if err != nil {
		return nil, err
	}
	if k != nil {
		if t, ok := k.Table(&q.Question); ok {
			return t, nil
		}
	}
	return measure.ReadTable(c.asks(q.Dataset.Name, q.Tenants), &q.Question, q.Calendar.Spans(q.Compare))
}
