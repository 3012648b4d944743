package web

import (
	"strconv"
	"strings"
	"time"

	"archwire/internal/serve/web/format"
)

// A provenance is the line that says where a page's figures come from.
type provenance struct {
	Through   string // Data through Fri Nov 20 (Denver)
	Published string
	Verified  string // 31 tables, 16 checks
	Late      string // why the data are late; "" while they are not
	Failed    string // how the last run failed, so that an earlier publication is shown; "" where it did not

	Publication, Method, At string // the details
}

func (v *visit) provenance(l *look) provenance {
	m := v.service.meta
	f := l.format
	out := provenance{
		Through:     f.Day(l.board.AsOf) + placeOf(l.tenant.Timezone),
		Publication: m.Publication, Method: m.Verified.Method,
		Verified: counted(m.Verified.Tables, "table") + ", " + counted(m.Verified.Checks, "check"),
	}
	now := v.h.Now()
	if at, err := time.Parse(time.RFC3339, v.service.Published); err == nil {
		out.Published = f.Instant(at)
		if age := now.Sub(at); age < 24*time.Hour && age >= 0 {
			out.Published = f.Clock(at)
		}
	}
	if at, err := time.Parse(time.RFC3339, m.Verified.At); err == nil {
		out.At = f.Moment(at)
	}
	if at, err := time.Parse(time.RFC3339, m.DataThrough); err == nil && v.status.Late {
		out.Late = "the sources were last read " + lasts(now.Sub(at).Seconds()) + " ago, the promise is " + lasts(float64(v.status.Within))
	}
	out.Failed = v.failed(f)
	return out
}

// failed tells how the last run failed; "" where it did not.
func (v *visit) failed(f format.Format) string {
	r := v.status.LastRun
	if r == nil || r.State != "failed" {
		return ""
	}
	how := "failed before it could publish"
	if r.Verb == "verify" {
		how = "did not pass verification"
	}
	if at, err := time.Parse(time.RFC3339, r.StartedAt); err == nil {
		return "the run of " + f.Moment(at) + " " + how + ", so this is the publication before it"
	}
	return "the last run " + how + ", so this is the publication before it"
}

// placeOf is where a time zone's clocks stand: America/Denver is (Denver).
func placeOf(zone string) string {
	if zone == "" {
		return ""
	}
	return " (" + strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ") + ")"
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
