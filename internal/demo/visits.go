package demo

// How appointments end: 7 % are missed, 15 % cancelled or moved; and how often
// something breaks in between.
const (
	noShowRate  = 0.07
	cancelRate  = 0.17
	repairShare = 0.11 // of adjustments have one before them: 6 % of all visits
	deleteShare = 0.03 // of those cancelled
)

// How patients in treatment are followed up: after some visits nothing is
// booked for weeks, and some who are not booked come back late only.
const (
	unbookedShare = 0.04
	lapsedShare   = 0.02
	longestGap    = 200 // days that no two visits to a treatment are apart
)

// emitVisits keeps all appointments but the exams: treatment, observation
// and retention.
func (l *life) emitVisits() {
	for i := range l.treatments {
		if t := &l.treatments[i]; t.start != never && t.id != 0 {
			l.restart(l.seat, i)
			l.visitTreatment(t)
		}
	}
	for i := range l.observations {
		o := &l.observations[i]
		l.restart(l.seat, 10+i)
		procedure := "D8660"
		for d := o.from + recallDays; d < o.to; d += recallDays {
			booked := max(d-day(l.seat.between(20, 60)), o.from)
			l.keep("recall", procedure, 0, booked, d.clinic(l.seat), o.to, 20)
		}
	}
}

// visitTreatment books start, adjustments every eight weeks or so, debond and
// retention checks, and repairs in between.
func (l *life) visitTreatment(t *treatment) {
	r, p := l.seat, l.p
	stop := never
	if t.end != never {
		stop = t.end
	}
	booked := max(t.presented, t.start-day(r.between(0, 20)))
	l.sit("start", "D8080", t.id, booked, t.band, 75)
	if t.partial != never {
		l.sit("adjustment", "D8695", t.id, t.partial-14, t.partial, 40)
	}
	gap := 56
	if t.category == "aligner" {
		gap = 70
	}
	at := t.band
	for {
		booked, target := l.nextVisit(at, gap)
		if target > p.w.asOf+longestGap || (stop != never && target >= stop-10) {
			break
		}
		if r.chance(repairShare) {
			l.repair(t, (at + day(r.between(5, gap-10))).business(), stop)
		}
		at = l.keep("adjustment", "D8670", t.id, booked, target, stop, 20)
	}
	if t.debond == never || !p.seen(at) {
		return
	}
	l.sit("debond", "D8680", t.id, min(at, t.debond), t.debond, 60)
	booked = t.debond
	for _, after := range [...]day{45, 180, 365} {
		target := (t.debond + after + day(r.between(-10, 20))).clinic(r)
		if !p.seen(booked) {
			return
		}
		booked = l.keep("retention", "D8681", t.id, booked, target, never, 15)
	}
}

// nextVisit draws when a patient who was here on a day is to come again, and
// when that is booked.
func (l *life) nextVisit(at day, gap int) (booked, target day) {
	r := l.seat
	wait := gap + r.between(-14, 14)
	booked = at
	switch r.pick(unbookedShare, lapsedShare, 1-unbookedShare-lapsedShare) {
	case 0:
		booked += day(wait - r.between(2, 20))
	case 1:
		wait += r.between(30, 90)
		booked += day(wait - r.between(2, 20))
	}
	return booked, (at + day(wait)).clinic(r)
}

// sit keeps an appointment that always takes place.
func (l *life) sit(kind, procedure string, treatment int64, booked, on day, minutes int) {
	s := slot{kind: kind, booked: min(booked, on), day: on, status: "completed", ended: on, deleted: never, minutes: minutes, treatment: treatment}
	l.emitVisit(l.emitSlot(&s), treatment, on, procedure, "")
}

// keep books an appointment and, after it was missed or cancelled, others
// until one is kept. It returns the day of that. Nothing is booked for the
// last days before stop.
func (l *life) keep(kind, procedure string, treatment int64, booked, target, stop day, minutes int) day {
	r := l.seat
	for range 4 {
		s := slot{kind: kind, booked: booked, day: target, status: "completed", ended: target, deleted: never, minutes: minutes, treatment: treatment}
		if s.booked > s.day {
			s.booked = s.day
		}
		outcome := r.pick(noShowRate, cancelRate, 1-noShowRate-cancelRate)
		switch outcome {
		case 0:
			s.status = "no_show"
		case 1:
			s.status = []string{"cancelled", "changed"}[r.pick(75, 25)]
			s.ended = max(target-day([]int{r.between(0, 1), r.between(2, 20)}[r.pick(35, 65)]), s.booked)
			if r.chance(deleteShare) {
				s.deleted = max(s.ended, s.booked+1)
			}
		}
		id := l.emitSlot(&s)
		if outcome == 2 {
			l.emitVisit(id, treatment, target, procedure, "")
			return target
		}
		booked = s.ended
		target = (max(target, s.ended) + day(r.between(3, 18))).clinic(r)
		if stop != never && target >= stop {
			return s.day
		}
	}
	return target
}

// repair keeps an unplanned visit; some have several things to mend.
func (l *life) repair(t *treatment, on, stop day) {
	r := l.seat
	if stop != never && on >= stop {
		return
	}
	status := "completed"
	if r.chance(0.25) {
		status = "walk_in"
	}
	s := slot{kind: "repair", booked: max(on-day(r.between(0, 4)), t.band), day: on, status: status, ended: on, deleted: never, minutes: 20, treatment: t.id}
	id := l.emitSlot(&s)
	for range 1 + r.pick(75, 20, 5) {
		l.emitVisit(id, t.id, on, "D8999", []string{"bond", "wire", "appliance", "other"}[r.pick(50, 30, 12, 8)])
	}
}
