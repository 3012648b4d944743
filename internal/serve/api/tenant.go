package api

import (
	"fmt"
	"slices"

	"archwire"
)

// tenantsOf lists the tenants that a request is about, sorted: those named by
// the parameter that the noun names, or else all that the caller may see. It
// also says whether they were named. A tenant that the caller may not see and
// one that does not exist are the same error.
func (c *call) tenantsOf(p parameters) (ids []string, named bool, err error) {
	defer func() { c.several = len(ids) > 1 }()
	noun := c.ed.manifest.Noun.Singular
	asked := p.values[noun]
	if len(asked) == 0 {
		return c.allowed(), false, nil
	}
	for _, id := range asked {
		if _, known := slices.BinarySearch(c.ed.tenants, id); !known || !c.scope.Allows(id) {
			return nil, false, notFound(noun, fmt.Sprintf("There is no %s %s.", noun, clip(id)),
				fmt.Sprintf("/v1/%s lists those that your key opens.", c.ed.manifest.Noun.Plural))
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), true, nil
}

// allowed lists the tenants that the caller may see, sorted.
func (c *call) allowed() []string {
	if c.scope.All() {
		return c.ed.tenants
	}
	var ids []string
	for _, id := range c.ed.tenants {
		if c.scope.Allows(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// queried yields the rows of a query. What a query fails by may name statements,
// files and values, so the error is one of ours with that as its cause.
func (c *call) queried(dataset string, tenants []string, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		if len(tenants) == 0 {
			return
		}
		for batch, err := range c.pub.Query(c.ctx, c.scope, dataset, tenants, q) {
			if err != nil {
				yield(nil, c.readError(dataset, err))
				return
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

func (c *call) readError(dataset string, err error) error {
	switch code := archwire.CodeOf(err); {
	case code == archwire.Unavailable:
		return &archwire.Error{
			Code: archwire.Unavailable, Message: fmt.Sprintf("Dataset %s cannot be read now.", dataset),
			Hint: "Try again in a few seconds.", Err: err,
		}
	case c.followed && (code == archwire.Mismatch || code == archwire.NotFound):
		// The slices of a publication that was replaced may have been collected.
		p := expired()
		p.cause = err
		return p
	}
	return &archwire.Error{Code: archwire.Internal, Message: fmt.Sprintf("Reading dataset %s went wrong.", dataset), Err: err}
}
