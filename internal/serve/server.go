// Package serve answers readers: it listens, follows the publication in service
// and stops without dropping a request. What is answered is api's part, who may
// see it auth's.
package serve

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/api"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/door"
	"archwire/internal/serve/edge"
	"archwire/internal/serve/office"
	"archwire/internal/serve/operator"
	"archwire/internal/serve/web"
	"archwire/internal/webhook"
)

// Config is what a Server is made of. Reader, Authorizer, Ledger, Log, Now and
// Listen or Taken must be set.
type Config struct {
	Reader     *publish.Reader
	Authorizer *auth.Authorizer
	Ledger     api.Ledger // takes down what is disclosed
	Log        *slog.Logger
	Now        func() time.Time

	Listen        string // where the API is served: 127.0.0.1:8080
	MetricsListen string // where Prometheus finds /metrics; "" serves none
	Taken         *Taken // both, where they were taken before; the Server gives them back once it ran

	Catalogue    bool               // datasets and metrics are described to those who show nothing, too
	SliceLinks   bool               // slices are handed out by URLs of the store to who prefers that; the store must have such
	Desk         door.Desk          // where people sign in; nil lets nobody, and has no pages
	Issuers      []string           // by whom people can sign in, as the page of it offers them
	Project      string             // its name, and what it calls tenants, for pages while nothing is in service
	Noun         archwire.Noun      //
	Within       time.Duration      // how old data may be before they are late; 0 is any age
	Runs         api.Runs           // tells how the last run ended; nil does not
	Office       office.Store       // keeps what is changed over HTTP; nil changes nothing
	Disclosures  office.Disclosures // what the ledger holds; nil shows nothing
	Webhooks     office.Webhooks    // where clients' webhooks are kept; nil has none
	WebhookGuard webhook.Guard      // what their endpoints may be
	Operator     *operator.Handler  // what whoever runs the product asks; nil answers nothing

	Program      string         // names the build
	CursorSecret []byte         // shared by servers that share callers; nil is a new one
	PersonSecret []byte         // keys the hashes of persons in the ledger
	TokenSecret  []byte         // shared by servers that take each other's tokens; nil is a new one
	TokenTTL     time.Duration  // how long tokens are good; 0 is 15 minutes
	URL          string         // where callers reach the server; "" is where it listens
	CacheBytes   int64          // for answers and cubes that are kept; 0 is 128 MiB
	Rate         float64        // requests a second for each key; 0 sets no limit
	Burst        int            // requests at once for each key; 0 is twice the rate
	Concurrency  int            // requests under way for each key; 0 sets no limit
	HourlyBytes  int64          // that each key is sent in an hour; 0 sets no limit
	Timeout      time.Duration  // for one request; 0 is 30 s
	Patience     Patience       // with callers who are slow
	TLS          *tls.Config    // nil serves in plain text
	Proxies      []netip.Prefix // whose X-Forwarded-For is believed
	Connections  int            // at once; 0 is 4,096
	Grace        time.Duration  // for requests under way when stopping; 0 is 20 s
}

// A Server serves one store.
type Server struct {
	cfg  Config
	pubs publications
	api  *api.Handler
	web  *web.Handler // nil without a Desk
	reg  *prometheus.Registry

	listener net.Listener
	metrics  net.Listener
	stopping chan struct{}
}

// New returns a Server that does not listen yet.
func New(cfg Config) (*Server, error) {
	if cfg.Grace == 0 {
		cfg.Grace = 20 * time.Second
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Connections == 0 {
		cfg.Connections = 4096
	}
	cfg.Patience = cfg.Patience.orUsual()
	s := &Server{
		cfg: cfg, reg: prometheus.NewRegistry(), stopping: make(chan struct{}),
		pubs: publications{reader: cfg.Reader},
	}
	s.reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if len(cfg.TokenSecret) > 0 {
		tokens, err := auth.NewTokens(cfg.TokenSecret, cfg.TokenTTL)
		if err != nil {
			return nil, err
		}
		cfg.Authorizer.Accept(tokens)
	}
	var err error
	s.api, err = api.New(api.Config{
		Reader: s.pubs, Authorizer: cfg.Authorizer, Log: cfg.Log, Now: cfg.Now, Metrics: api.NewMetrics(s.reg, cfg.Now),
		Ledger: cfg.Ledger, PersonSecret: cfg.PersonSecret, URL: s.URL, Origin: cfg.URL,
		PublicCatalogue: cfg.Catalogue, Links: cfg.SliceLinks, Desk: cfg.Desk, Office: cfg.Office, Disclosures: cfg.Disclosures, Webhooks: cfg.Webhooks, WebhookGuard: cfg.WebhookGuard, Operator: cfg.Operator,
		Within: cfg.Within, Runs: cfg.Runs,
		Program: cfg.Program, CursorSecret: cfg.CursorSecret, CacheBytes: cfg.CacheBytes,
		Rate: cfg.Rate, Burst: cfg.Burst, Concurrency: cfg.Concurrency, HourlyBytes: cfg.HourlyBytes, Timeout: cfg.Timeout, Patience: cfg.Patience.Reader,
	})
	if err == nil && cfg.Desk != nil {
		s.web, err = newPages(s.api, cfg)
	}
	return s, err
}

// Open takes the addresses, unless they were taken. Run does so itself when Open was
// not called.
func (s *Server) Open(ctx context.Context) (err error) {
	taken := s.cfg.Taken
	if taken == nil {
		if taken, err = Take(ctx, s.cfg.Listen, s.cfg.MetricsListen); err != nil {
			return err
		}
	}
	s.listener, s.metrics = taken.api, taken.metrics
	return nil
}

// Addr is where the API is served, once open: 127.0.0.1:8080.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is where callers reach the server, once open: https://api.example.com.
func (s *Server) URL() string {
	if s.listener == nil {
		return s.cfg.URL
	}
	scheme := "http"
	if s.cfg.TLS != nil {
		scheme = "https"
	}
	return cmp.Or(s.cfg.URL, scheme+"://"+s.Addr())
}

// MetricsAddr is where Prometheus finds /metrics; "" when nowhere.
func (s *Server) MetricsAddr() string {
	if s.metrics == nil {
		return ""
	}
	return s.metrics.Addr().String()
}

// Run serves until ctx ends. Then it takes no more requests, lets those under
// way finish for as long as Grace allows, and returns nil.
func (s *Server) Run(ctx context.Context) error {
	if s.listener == nil {
		if err := s.Open(ctx); err != nil {
			return err
		}
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		s.cfg.Reader.Watch(ctx, func(pub *publish.Publication, err error) { s.activated(ctx, pub, err) })
	}()
	stopWriting := s.writeUses(ctx)
	servers := []*http.Server{s.apiServer(ctx)}
	listeners := []net.Listener{edge.Limit(s.listener, s.cfg.Connections)}
	if s.metrics != nil {
		servers = append(servers, s.server(ctx, edge.Headers(false, s.metricsHandler())))
		listeners = append(listeners, edge.Limit(s.metrics, metricsConnections))
	}
	ended := make(chan error, len(servers))
	for i, server := range servers {
		go func() { ended <- serve(server, listeners[i]) }()
	}
	s.cfg.Log.InfoContext(ctx, "serving", "address", s.Addr(), "metrics", s.MetricsAddr())

	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	close(s.stopping)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	err = errors.Join(err, s.stop(ctx, servers))
	stopWriting()
	if ctx.Err() != nil {
		<-watched
	}
	return err
}

// writeUses has uses of keys written down until stop is called, which waits for
// the last of them. They outlast ctx, as the requests under way do.
func (s *Server) writeUses(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.cfg.Authorizer.WriteUses(ctx, func(err error) {
			s.cfg.Log.WarnContext(ctx, "uses of keys not written", "err", err)
		})
	}()
	return func() { cancel(); <-done }
}

// stop ends the servers within the grace; what still runs then is cut off.
func (s *Server) stop(ctx context.Context, servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Grace)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(ctx); err != nil {
			s.cfg.Log.WarnContext(ctx, "requests cut off", "err", err)
			server.Close() //nolint:errcheck // nothing more can be done for them
		}
	}
	s.cfg.Log.InfoContext(ctx, "stopped serving")
	return nil
}

func (s *Server) activated(ctx context.Context, pub *publish.Publication, err error) {
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "publication not activated", "code", archwire.CodeOf(err), "err", err)
		return
	}
	m := pub.Manifest()
	s.cfg.Log.InfoContext(ctx, "publication activated", "publication", m.ID, "as_of", m.AsOf)
}

func (s *Server) metricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.reg, promhttp.HandlerOpts{}))
	return mux
}
