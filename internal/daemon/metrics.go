package daemon

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"archwire"
	"archwire/internal/freshness"
)

// Metrics are what Prometheus sees of a daemon. Labels are outcomes, codes, verbs
// and names of tables; none is of a person or a tenant.
type Metrics struct {
	registry *prometheus.Registry

	runs        *prometheus.CounterVec
	steps       *prometheus.HistogramVec
	lastSuccess prometheus.Gauge
	inProgress  prometheus.Gauge
	nextRun     prometheus.Gauge
	tableRows   *prometheus.GaugeVec
	tableMoved  *prometheus.GaugeVec
	through     prometheus.Gauge
	lateTables  prometheus.Gauge
	outbox      *prometheus.GaugeVec
}

// NewMetrics makes metrics in a registry of their own.
func NewMetrics() *Metrics {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	gauges := func(name, help, label string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{label})
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "archwire_runs_total", Help: "Runs that this process ended, by outcome and error code.",
		}, []string{"outcome", "code"}),
		steps: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "archwire_step_duration_seconds", Help: "How long the verbs of runs took.",
			Buckets: []float64{0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200},
		}, []string{"verb"}),
		lastSuccess: gauge("archwire_last_success_timestamp_seconds", "When the last successful run ended."),
		inProgress:  gauge("archwire_run_in_progress", "1 while this process runs the project."),
		nextRun:     gauge("archwire_next_run_timestamp_seconds", "When the project runs next."),
		tableRows:   gauges("archwire_table_rows_read", "Rows of a table that the last run read.", "table"),
		tableMoved:  gauges("archwire_table_rows_changed", "Rows of a table that the last run found changed.", "table"),
		through:     gauge("archwire_data_through_timestamp_seconds", "The instant that all data in service is at least as new as."),
		lateTables:  gauge("archwire_late_tables", "Tables whose data in service is older than the project promises."),
		outbox:      gauges("archwire_notifications", "Notifications that wait to be delivered, and those given up.", "state"),
	}
	m.registry.MustRegister(m.runs, m.steps, m.lastSuccess, m.inProgress, m.nextRun, m.tableRows, m.tableMoved,
		m.through, m.lateTables, m.outbox,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, outcome := range []archwire.RunState{archwire.Succeeded, archwire.Failed} {
		m.runs.WithLabelValues(string(outcome), "") // there from the start, so that the first one is an increase
	}
	return m
}

// Succeeded sets when the last successful run ended, as the journal knows it at
// the start.
func (m *Metrics) Succeeded(at time.Time) { m.lastSuccess.Set(seconds(at)) }

// Freshness shows how old the data in service is.
func (m *Metrics) Freshness(r freshness.Report) {
	m.through.Set(seconds(r.Through))
	m.lateTables.Set(float64(len(freshness.LateNames(r.Tables))))
}

// Outbox shows what waits to be delivered.
func (m *Metrics) Outbox(pending, givenUp int) {
	m.outbox.WithLabelValues("pending").Set(float64(pending))
	m.outbox.WithLabelValues("failed").Set(float64(givenUp))
}

func (m *Metrics) next(at time.Time) { m.nextRun.Set(seconds(at)) }

func (m *Metrics) running(running bool) {
	m.inProgress.Set(0)
	if running {
		m.inProgress.Set(1)
	}
}

// ended counts a run.
func (m *Metrics) ended(r archwire.Run) {
	m.runs.WithLabelValues(string(r.State), string(r.Code)).Inc()
	for _, s := range r.Steps {
		m.steps.WithLabelValues(string(s.Verb)).Observe(s.Took.Seconds())
	}
	if r.State == archwire.Succeeded {
		m.Succeeded(r.EndedAt)
	}
	m.tableRows.Reset() // tables that are gone are not shown for ever
	m.tableMoved.Reset()
	for _, d := range r.Details {
		if d.Verb == archwire.Extract {
			m.tableRows.WithLabelValues(d.What).Set(float64(d.Rows))
			m.tableMoved.WithLabelValues(d.What).Set(float64(d.Changed))
		}
	}
}

// seconds is a time as Prometheus has it; 0 for none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
