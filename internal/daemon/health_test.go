package daemon_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"archwire"
	"archwire/internal/freshness"
)

func (w *world) get(t *testing.T, path string) (int, string) {
	t.Helper()
	r := httptest.NewRecorder()
	w.Handler().ServeHTTP(r, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.Code, string(body)
}

func TestHandler_ShowsWhatRunsDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "30 1 * * *")
		w.ends = []archwire.Code{"", archwire.Mismatch}
		w.loop(t, 40*time.Hour)
		w.Metrics.Outbox(3, 1)
		w.Metrics.Freshness(freshness.Of(archwire.Manifest{
			ID: "p", DataThrough: time.Unix(1000, 0),
			Verification: archwire.Verification{Tables: []archwire.VerifiedTable{{Table: "rcm.payer", At: time.Unix(1000, 0)}}},
		}, time.Hour, time.Now()))
		status, body := w.get(t, "/metrics")
		if status != http.StatusOK {
			t.Fatalf("got %d", status)
		}
		for _, line := range []string{
			`archwire_runs_total{code="",outcome="succeeded"} 1`, `archwire_runs_total{code="mismatch",outcome="failed"} 1`,
			"archwire_last_success_timestamp_seconds 9.467160e+08", // 2000-01-01T08:40:00Z
			"archwire_run_in_progress 0", `archwire_notifications{state="pending"} 3`, `archwire_notifications{state="failed"} 1`,
			"archwire_data_through_timestamp_seconds 1000", "archwire_late_tables 1",
		} {
			if !strings.Contains(strings.ReplaceAll(body, "9.46716e+08", "9.467160e+08"), line+"\n") {
				t.Errorf("%s is not there", line)
			}
		}
	})
}

func TestHandler_SaysWhetherTheDaemonIsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := setup(t, "5 17 * * *")
		w.takes = time.Hour
		time.AfterFunc(time.Minute, func() {
			if status, body := w.get(t, "/healthz"); status != http.StatusOK || body != "{\"status\":\"waiting\"}\n" {
				t.Errorf("while it waits: %d %s", status, body)
			}
		})
		time.AfterFunc(30*time.Minute, func() {
			if status, body := w.get(t, "/healthz"); status != http.StatusOK || body != "{\"status\":\"running\"}\n" {
				t.Errorf("while it runs: %d %s", status, body)
			}
		})
		w.loop(t, 2*time.Hour)
		time.Sleep(10 * time.Minute) // nothing turns any more
		if status, _ := w.get(t, "/healthz"); status != http.StatusServiceUnavailable {
			t.Errorf("when it is stuck: %d", status)
		}
	})
}
