package api

import (
	"archwire"
	"archwire/internal/serve/catalogue"
)

// An edition is what follows from one publication alone: its catalogue and its paths. It is made once for a publication and shared by all requests
// to it.
type edition struct {
	*catalogue.Edition

	openings *cache[cacheKey, *opening]
	mux      *router
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
	return e, nil
}
