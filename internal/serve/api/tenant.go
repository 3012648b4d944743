package api

import (
	"fmt"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/cursor"
	"archwire/internal/serve/statement"
)

// resource is what the caller asks for: the rows of the dataset, or the answers of
// the metric that is computed from them.
func (c *call) resource(dataset string) auth.Resource {
	return auth.Resource{Dataset: dataset, Metric: c.metric, Within: c.within}
}

// queried yields the rows of a query. What a query fails by may name statements,
// files and values, so the error is one of ours with that as its cause.
func (c *call) queried(dataset string, tenants []string, q archwire.Query) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		if len(tenants) == 0 {
			return
		}
		for batch, err := range c.pub.Query(c.Ctx, c.Scope, c.resource(dataset), tenants, q) {
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
		p := cursor.Expired()
		p.Cause = err
		return p
	}
	return &archwire.Error{Code: archwire.Internal, Message: fmt.Sprintf("Reading dataset %s went wrong.", dataset), Err: err}
}

// asks asks queries of the rows of a dataset that the caller may see of the tenants.
func (c *call) asks(dataset string, tenants []string) statement.Ask {
	return func(q archwire.Query) archwire.Batches { return c.queried(dataset, tenants, q) }
}
