package serve

import (
	"encoding/json"
	"net/http"

	"archwire"
	"archwire/internal/serve/describe"
)

// ServeHTTP answers the two questions of whoever runs the server, and hands
// everything else to the pages or the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch asks := r.Method == http.MethodGet || r.Method == http.MethodHead; {
	case s.web != nil && s.web.Answers(r):
		s.web.ServeHTTP(w, r)
	case !asks:
		s.api.ServeHTTP(w, r)
	case r.URL.Path == "/healthz":
		tell(w, http.StatusOK, describe.Health{Status: "ok"})
	case r.URL.Path == "/readyz":
		status, h := s.ready(r)
		tell(w, status, h)
	default:
		s.api.ServeHTTP(w, r)
	}
}

// ready says whether requests are answered: a publication is open, and the
// server is not about to stop.
func (s *Server) ready(r *http.Request) (int, describe.Health) {
	select {
	case <-s.stopping:
		return http.StatusServiceUnavailable, describe.Health{Status: "the server is stopping"}
	default:
	}
	pub, err := s.pubs.Current(r.Context())
	switch {
	case archwire.CodeOf(err) == archwire.NotFound:
		return http.StatusServiceUnavailable, describe.Health{Status: "nothing has been published yet"}
	case err != nil:
		return http.StatusServiceUnavailable, describe.Health{Status: "the publication cannot be read; the server's log says why"}
	}
	m := pub.Manifest()
	return http.StatusOK, describe.Health{Status: "ok", Publication: m.ID, AsOf: m.AsOf}
}

func tell(w http.ResponseWriter, status int, h describe.Health) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(h) //nolint:errcheck,errchkjson // the caller is gone
}
