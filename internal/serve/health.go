package serve

import (
	"encoding/json"
	"net/http"

	"archwire"
)

// ServeHTTP answers the two questions of whoever runs the server, and hands
// everything else to the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/healthz":
		tell(w, http.StatusOK, health{Status: "ok"})
	case "/readyz":
		status, h := s.ready(r)
		tell(w, status, h)
	default:
		s.api.ServeHTTP(w, r)
	}
}

// health is what /healthz and /readyz say.
type health struct {
	Status      string                 `json:"status"` // ok, or why not
	Publication archwire.PublicationID `json:"publication,omitempty"`
	AsOf        archwire.Day           `json:"as_of,omitempty"`
}

// ready says whether requests are answered: a publication is open, and the
// server is not about to stop.
func (s *Server) ready(r *http.Request) (int, health) {
	select {
	case <-s.stopping:
		return http.StatusServiceUnavailable, health{Status: "the server is stopping"}
	default:
	}
	pub, err := s.pubs.Current(r.Context())
	switch {
	case archwire.CodeOf(err) == archwire.NotFound:
		return http.StatusServiceUnavailable, health{Status: "nothing has been published yet"}
	case err != nil:
		return http.StatusServiceUnavailable, health{Status: "the publication cannot be read; the server's log says why"}
	}
	m := pub.Manifest()
	return http.StatusOK, health{Status: "ok", Publication: m.ID, AsOf: m.AsOf}
}

func tell(w http.ResponseWriter, status int, h health) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(h) //nolint:errcheck,errchkjson // the caller is gone
}
