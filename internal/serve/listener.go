package serve

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"archwire/internal/serve/edge"
)

// Patience is how long callers may take. Whoever takes longer is cut off.
type Patience struct {
	Header  time.Duration // to send the head of a request, and to shake hands; 0 is 5 s
	Request time.Duration // to send all of it; 0 is 15 s
	Reader  time.Duration // to take what is written to them at once, of a stream; of another answer, all of it once it is made; 0 is a minute
	Idle    time.Duration // to send another request; 0 is two minutes
}

func (p Patience) orUsual() Patience {
	return Patience{
		Header: cmp.Or(p.Header, 5*time.Second), Request: cmp.Or(p.Request, 15*time.Second),
		Reader: cmp.Or(p.Reader, time.Minute), Idle: cmp.Or(p.Idle, 2*time.Minute),
	}
}

const (
	maxHeader          = 32 << 10 // bytes; what is longer is answered with 431
	maxStreams         = 100      // requests at once on a connection of HTTP/2
	metricsConnections = 64
)

// apiServer serves the API: what stands before it, from the connection inwards.
func (s *Server) apiServer(ctx context.Context) *http.Server {
	secure := s.cfg.TLS != nil || strings.HasPrefix(s.cfg.URL, "https:")
	server := s.server(ctx, edge.Busy(edge.Headers(secure, edge.Behind(s.cfg.Proxies, s))))
	if s.cfg.TLS != nil {
		server.TLSConfig = s.cfg.TLS.Clone()
	}
	return server
}

func (s *Server) server(ctx context.Context, handler http.Handler) *http.Server {
	p := s.cfg.Patience
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: p.Header,
		ReadTimeout:       p.Request,
		WriteTimeout:      s.cfg.Timeout + p.Reader,
		IdleTimeout:       p.Idle,
		MaxHeaderBytes:    maxHeader,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams, SendPingTimeout: p.Idle, PingTimeout: p.Request, WriteByteTimeout: p.Reader},
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
		ConnContext:       edge.Context,
		// Requests outlive ctx: its end is when they are given time to finish.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
}

// serve serves with TLS where the server has a configuration of it.
func serve(server *http.Server, l net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(l, "", "")
	}
	return server.Serve(l)
}
