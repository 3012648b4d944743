package api

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"archwire"
)

// Metrics are what the API tells Prometheus. No label names a tenant, a key or
// anything a caller sent.
type Metrics struct {
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	hits     prometheus.Counter
	misses   prometheus.Counter
	info     *prometheus.GaugeVec

	mu      sync.Mutex
	serving archwire.PublicationID
	through time.Time
}

// NewMetrics registers the metrics with reg.
func NewMetrics(reg prometheus.Registerer, now func() time.Time) *Metrics {
	answers := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "archwire_serve_cache_total", Help: "Answers, by whether they had been kept: hit or miss.",
	}, []string{"result"})
	m := &Metrics{
		hits: answers.WithLabelValues("hit"), misses: answers.WithLabelValues("miss"),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "archwire_serve_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "archwire_serve_request_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30},
		}, []string{"route"}),
		info: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "archwire_serve_publication_info", Help: "The publication being served; always 1.",
		}, []string{"publication", "as_of"}),
	}
	age := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "archwire_serve_data_age_seconds", Help: "Age of the oldest data in the publication being served; 0 while there is none.",
	}, func() float64 {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.through.IsZero() {
			return 0
		}
		return now().Sub(m.through).Seconds()
	})
	reg.MustRegister(m.requests, m.took, answers, m.info, age)
	return m
}

func (m *Metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

func (m *Metrics) cached(hit bool) {
	if hit {
		m.hits.Inc()
		return
	}
	m.misses.Inc()
}

// publication says that p is being served now.
func (m *Metrics) publication(p archwire.Manifest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.serving == p.ID {
		return
	}
	m.serving, m.through = p.ID, p.DataThrough
	m.info.Reset()
	m.info.WithLabelValues(string(p.ID), string(p.AsOf)).Set(1)
}
