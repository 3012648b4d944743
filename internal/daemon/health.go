package daemon

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"archwire/internal/listen"
)

func (d *Daemon) note(trouble error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turned, d.troubled = d.Now(), trouble
}

func (d *Daemon) setRunning(running bool) {
	d.Metrics.running(running)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turned, d.running = d.Now(), running
}

// Health says in a word how the daemon is: "running", "waiting", or what is
// wrong. A run may take as long as it does.
func (d *Daemon) Health() (says string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.running:
		return "running", true
	case d.troubled != nil:
		return "the state cannot be read", false
	case d.Now().Sub(d.turned) > unhealthyIn:
		return "stuck", false
	}
	return "waiting", true
}

// Handler serves /metrics for Prometheus and /healthz for whoever restarts what
// is not well.
func (d *Daemon) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(d.Metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		says, ok := d.Health()
		w.Header().Set("Content-Type", "application/json")
		if !ok {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		json.NewEncoder(w).Encode(map[string]string{"status": says}) //nolint:errcheck // whoever asked has gone
	})
	return mux
}

// Listen serves Handler at an address until ctx ends, and returns where that is;
// done ends when it no longer does.
func (d *Daemon) Listen(ctx context.Context, address string) (at string, done <-chan struct{}, err error) {
	listener, err := listen.TCP(ctx, address, "--metrics-listen")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{
		Handler: d.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(d.Log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { server.Close() }) //nolint:errcheck // scrapers ask again
	go func() {
		defer close(ended)
		defer stop()
		if err := server.Serve(listener); err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "metrics are not served any more", "err", err)
		}
	}()
	return listener.Addr().String(), ended, nil
}
