package api

import (
	"sync"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/describe"
)

// An edition is what follows from one publication alone: its catalogue, its paths
// and its documentation. It is made once for a publication and shared by all requests
// to it.
type edition struct {
	*catalogue.Edition

	openings *cache[cacheKey, *opening]
	mux      *router
	spec     func() ([]byte, error)
	docs     func() ([]byte, error)
}

// openingsBytes bounds what is remembered of who may see what of a publication.
const openingsBytes = 8 << 20

func newEdition(m archwire.Manifest) (*edition, error) {
	of, err := catalogue.New(m)
	if err != nil {
		return nil, err
	}
	e := &edition{Edition: of, openings: newCache[cacheKey, *opening](openingsBytes)}
	e.mux = newRouter(e)
	e.spec = sync.OnceValues(func() ([]byte, error) { return describe.OpenAPI(of) })
	e.docs = sync.OnceValues(func() ([]byte, error) { return describe.Page(of) })
	return e, nil
}
