// Package api answers the HTTP API: metrics, rows and catalogues of one
// publication, within one scope, as exact JSON. It knows neither warehouses nor
// files: everything it says comes from a Publication, and every read of one is
// handed the scope of the caller.
package api

import (
	"context"
	"io"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
)

// A Reader finds publications.
type Reader interface {
	// Current is the publication being served. It is an error of code Unavailable
	// while there is none. It is asked once per request and must be cheap.
	Current(ctx context.Context) (Publication, error)

	// Publication is the publication of that id, which need not be the current
	// one. One that the store does not hold any more is an error of code NotFound.
	Publication(ctx context.Context, id archwire.PublicationID) (Publication, error)

	// Kept lists the publications that can be opened, newest first.
	Kept(ctx context.Context) ([]Kept, error)

	// Naming lists the publications that may hold a slice of that hash, for whomever,
	// newest first: hardly ever one that does not, and all that do, as far as is known.
	Naming(ctx context.Context, sha string) ([]archwire.PublicationID, error)

	// Learn returns once Naming and Open know of all that there was when it was called:
	// publications, and slices of that hash, of other servers too. It may take a second.
	Learn(ctx context.Context, sha string) error
}

// A Kept publication is one that can be opened.
type Kept struct {
	ID        archwire.PublicationID
	AsOf      archwire.Day
	CreatedAt time.Time
}

// A Publication is an immutable snapshot of all datasets.
type Publication interface {
	// Manifest describes it. It must not be changed.
	Manifest() archwire.Manifest

	// Slices lists the slices behind a resource for the given tenants, with the
	// columns that all of them open to scope and the rows that each does. It takes
	// as long as making some may. Tenants that do not open the resource are an error.
	Slices(ctx context.Context, scope auth.Scope, what auth.Resource, tenants []string) ([]archwire.Slice, error)

	// Locations lists the locations that rows of the tenant name, for whoever
	// administers it. To anybody else there is no such tenant.
	Locations(ctx context.Context, scope auth.Scope, tenant string) ([]string, error)

	// Open opens the file of the slice with that hash, if it is one that Slices lists
	// for some dataset and one tenant, and lists all these. Any other hash is an error
	// of code NotFound. A file with other bytes than were published is one of code
	// Mismatch.
	Open(ctx context.Context, scope auth.Scope, sha string) (io.ReadSeekCloser, []archwire.Slice, error)

	// Link gives a URL by which whoever has it can begin to fetch the slice with that
	// hash, as long as the second lasts in which it is signed. It opens and lists what
	// Open does. It does not read the file.
	Link(ctx context.Context, scope auth.Scope, sha string) (signed string, of []archwire.Slice, err error)

	// Query runs q over the slices of a resource's dataset that belong to the
	// tenants, with the columns that all of them open to scope; in q they are the
	// relation "slice". Tenants that do not open the resource are an error. Tenants
	// without rows are fine.
	Query(ctx context.Context, scope auth.Scope, what auth.Resource, tenants []string, q archwire.Query) archwire.Batches
}
