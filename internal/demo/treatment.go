package demo

import "math"

// treatment is one case or phase, planned from presentation to its end.
type treatment struct {
	id               int64
	exam             int // index, or -1
	category, origin string
	subtype          string
	phase            int
	presented        day
	start, band      day
	estMonths        int
	partial, debond  day
	end              day
	endReason        string
	remaining        int // months, for transfers in
	revisions        []revision
}

type revision struct {
	on, edc day
	reason  string
}

// Early ends of treatment, apart from dismissals for non-payment.
const (
	transferOutRate = 0.04
	discontinueRate = 0.03
)

// slipSigma and slipMean shape how much longer treatment takes than estimated.
const (
	slipMean  = 1.13
	slipSigma = 0.22
)

// planTreatment plans a treatment and what follows it.
func (l *life) planTreatment(exam int, presented, start day, origin, category string, phase int) {
	r := l.path
	if category == "phase1" {
		phase = 1
	}
	t := l.newTreatment(exam, presented, origin, category, phase)
	t.start = start
	t.estMonths = drawMonths(r, category)
	t.band = start
	if r.chance(0.4) {
		t.band = (start + day(r.between(5, 25))).clinic(r)
	}
	if category == "aligner" {
		t.band = (start + day(r.between(18, 40))).clinic(r)
	}
	left := t.estMonths
	if origin == "transfer_in" {
		t.band = start
		t.remaining = max(3, int(float64(t.estMonths)*(0.2+0.6*r.Float64())))
		left = t.remaining
	}
	slip := r.lognormal(slipMean*math.Exp(-slipSigma*slipSigma/2), slipSigma)
	t.debond = (t.band + day(float64(left)*30.44*slip)).clinic(r)
	t.revisions = append(t.revisions, revision{start, t.band.months(left), "start"})
	t.end, t.endReason = t.debond, "completed"
	l.say("active", start, len(l.treatments)-1)
	switch r.pick(transferOutRate, discontinueRate, 1-transferOutRate-discontinueRate) {
	case 0:
		l.endEarly(t, "transfer_out", "transferred_out")
	case 1:
		l.endEarly(t, "discontinued", "discontinued")
	default:
		l.reviseEDC(t)
		if r.chance(0.06) {
			t.partial = (t.debond - day(r.between(40, 110))).business()
			if t.partial <= t.band {
				t.partial = never
			}
		}
		switch category {
		case "phase1":
			l.planPhase2(t.debond)
		default:
			l.planRetention(t.debond)
		}
	}
}

// newTreatment appends a treatment, taking over the memory of an earlier one.
func (l *life) newTreatment(exam int, presented day, origin, category string, phase int) *treatment {
	t := treatment{
		exam: exam, category: category, origin: origin, phase: phase, presented: presented,
		start: never, band: never, partial: never, debond: never, end: never, subtype: "child",
	}
	switch {
	case l.adult:
		t.subtype = "adult"
	case l.p.medicaid && l.insured:
		t.subtype = "medicaid"
	}
	if n := len(l.treatments); n < cap(l.treatments) {
		t.revisions = l.treatments[:n+1][n].revisions[:0]
	}
	l.treatments = append(l.treatments, t)
	return &l.treatments[len(l.treatments)-1]
}

func (l *life) planProposal(exam int, kept day, origin string) {
	category := l.drawCategory(kept)
	t := l.newTreatment(exam, kept, origin, category, 0)
	t.estMonths = drawMonths(l.path, category)
}

// endEarly ends a treatment between a tenth and nine tenths of its course.
func (l *life) endEarly(t *treatment, reason, status string) {
	r := l.path
	course := float64(t.debond - t.band)
	t.end = (t.band + day(course*(0.1+0.8*r.Float64()))).business()
	t.endReason, t.debond = reason, never
	l.say(status, t.end, -1)
	l.say("closed", t.end+day(r.between(30, 200)), -1)
}

func drawMonths(r *rng, category string) int {
	switch category {
	case "phase1":
		return []int{9, 12, 15}[r.pick(2, 6, 2)]
	case "phase2":
		return []int{12, 18, 24}[r.pick(3, 5, 2)]
	case "limited", "other":
		return r.between(6, 10)
	}
	return min(max(6*int(math.Round(r.normal(21, 5)/6)), 12), 36)
}

// reviseEDC revises the estimate of some treatments, mostly of those that
// run late and around the time when that becomes plain.
func (l *life) reviseEDC(t *treatment) {
	r := l.path
	edc := t.revisions[0].edc
	if r.chance(0.04) { // ahead of plan
		if on := t.band + (t.debond-t.band)/2; t.debond < edc-60 {
			t.revisions = append(t.revisions, revision{on.business(), t.debond + 20, "ahead"})
			return
		}
	}
	for n := 0; n < 2 && t.debond > edc+30 && r.chance(0.25); n++ {
		on := (edc - day(r.between(-40, 60))).business()
		if on >= t.debond || on <= t.revisions[len(t.revisions)-1].on {
			return
		}
		edc = max(edc, on).months(r.between(2, 5))
		reason := []string{"cooperation", "broken_bracket", "missed_visits", "other"}[r.pick(40, 20, 30, 10)]
		t.revisions = append(t.revisions, revision{on, edc, reason})
	}
}

// emitTreatments writes the treatments as far as the history reaches.
func (l *life) emitTreatments() {
	for i := range l.treatments {
		if t := &l.treatments[i]; t.id != 0 {
			l.emitTreatment(t)
		}
	}
}

func (l *life) emitTreatment(t *treatment) {
	p := l.p
	created := p.created(t.presented)
	changed := p.latest(created, t.start, t.band, t.partial, t.debond, t.end)
	edc, original := never, never
	takenOver := p.converted && t.start != never && t.start < p.goLive
	for k, v := range t.revisions {
		if !p.seen(v.on) {
			break
		}
		changed = max(changed, p.created(v.on))
		edc = v.edc
		if k == 0 && !takenOver {
			original = edc
		}
		if takenOver && v.on < p.goLive && k+1 < len(t.revisions) && t.revisions[k+1].on < p.goLive {
			continue // lost in the conversion
		}
		id := p.key(tEDC, p.created(v.on))
		if b := p.out.row(tEDC, p.created(v.on), p.created(v.on)); b != nil {
			b.bigint(id).bigint(p.id).bigint(t.id).date(v.on).date(v.edc).text(v.reason)
			l.stamp(b, p.created(v.on), id).end()
		}
	}
	b := p.out.row(tTreatment, created, changed)
	if b == nil {
		return
	}
	exam := int64(0)
	if t.exam >= 0 && t.exam < len(l.exams) {
		exam = l.exams[t.exam].id
	}
	band, debond := p.known(t.band), p.known(t.debond)
	if takenOver && hash(t.id)%2 == 0 {
		band = unsetDay
	}
	if takenOver && debond == never {
		debond = unsetDay
	}
	reason := ""
	if p.seen(t.end) {
		reason = t.endReason
	}
	b.bigint(t.id).bigint(p.id).bigint(l.loc.id).bigint(l.patient).bigint(l.provider).bigint(l.coordinator).ref(exam)
	b.text(t.category).text(t.subtype).smallint(t.phase).text(t.origin).date(p.known(t.start)).date(band)
	b.smallint(t.estMonths).date(original).date(edc).date(p.known(t.partial)).date(debond)
	b.date(p.known(t.end)).word(reason).boolean(t.origin == "transfer_in").small(t.remaining)
	l.stamp(l.stamp(b, created, t.id), changed, t.id).end()
}
