package demo

// exam is a consultation with all the appointments made for it.
type exam struct {
	id        int64
	kind      string
	booked    day
	tries     []try
	kept      day
	outcome   string
	decided   day
	suggested day // treatment recommended
	started   day
	closed    day
	reason    string
	followUp  day
}

// try is one appointment for an exam and how it ended.
type try struct {
	booked, day day
	ended       day // when the result was noted
	status      string
}

// last returns the last appointment made.
func (e *exam) last() try { return e.tries[len(e.tries)-1] }

func (e *exam) decide(outcome string, on, suggested day) {
	e.outcome, e.decided, e.suggested = outcome, on, suggested
}

func (e *exam) close(on day, reason string) { e.closed, e.reason = on, reason }

func (e *exam) start(on day) {
	e.started = on
	e.close(on, "started")
}

// planExam books an exam and follows it to the day it was kept, or to never.
// It may be missed or cancelled and booked again.
func (l *life) planExam(kind string, booked, target day, noShow, cancel float64) day {
	r := l.path
	booked = max(booked.business(), l.arrived)
	e := exam{kind: kind, booked: booked, kept: never, decided: never, suggested: never, started: never, closed: never, followUp: never}
	if n := len(l.exams); n < cap(l.exams) {
		e.tries = l.exams[:n+1][n].tries[:0]
	}
	if len(l.statuses) == 0 {
		l.say("exam_scheduled", booked, -1)
	}
	target = target.clinic(r)
	for {
		t := try{booked: booked, day: target, ended: target, status: "completed"}
		switch r.pick(noShow, cancel, 1-noShow-cancel) {
		case 0:
			t.status = "no_show"
		case 1:
			t.status = "cancelled"
			t.ended = target - day(r.IntN(max(1, min(5, int(target-booked)))))
		default:
			e.kept = target
		}
		e.tries = append(e.tries, t)
		if e.kept != never || len(e.tries) == 4 || !r.chance(0.74) {
			break
		}
		booked = (t.ended + day(r.between(0, 2))).business()
		target = (max(booked, target) + day(r.between(2, 15))).clinic(r)
	}
	l.exams = append(l.exams, e)
	return e.kept
}

// emitExams writes the exams and their appointments, as far as the history
// reaches; those closed before go-live were not taken over.
func (l *life) emitExams() {
	p := l.p
	for i := range l.exams {
		e := &l.exams[i]
		last := e.last().ended
		if !p.seen(e.booked) || max(last, e.closed) < p.goLive {
			continue
		}
		if e.closed == never && last < p.goLive-180 {
			continue
		}
		var now try // the last one made by the last day
		var appointment int64
		status, changed := "scheduled", e.booked
		kept := never
		for _, t := range e.tries {
			if !p.seen(t.booked) {
				break
			}
			now, status = t, "scheduled"
			changed = max(changed, t.booked)
			if p.seen(t.ended) {
				changed = max(changed, t.ended)
				status = t.status
				if status == "completed" {
					status, kept = "kept", t.day
				}
			}
			appointment = l.emitSlot(&slot{
				kind: "exam", newExam: e.kind == "new_child" || e.kind == "new_adult",
				booked: t.booked, day: t.day, status: t.status, ended: t.ended, deleted: never, minutes: 60,
			})
		}
		e.emit(l, i, now, status, kept, changed, appointment)
	}
}

func (e *exam) emit(l *life, i int, now try, status string, kept, changed day, appointment int64) {
	p := l.p
	created := p.created(e.booked)
	e.id = p.key(tExam, created)
	changed = p.latest(changed, e.decided, e.closed, e.started)
	outcome, followUp := "", never
	if p.seen(e.decided) {
		outcome, followUp = e.outcome, e.followUp
	}
	if p.seen(e.started) {
		outcome = "started"
	}
	reason := ""
	if p.seen(e.closed) {
		reason = e.reason
	}
	lead := int64(0)
	if i == 0 {
		lead = l.lead
	}
	b := p.out.row(tExam, created, changed)
	if b == nil {
		return
	}
	b.bigint(e.id).bigint(p.id).bigint(l.loc.id).bigint(l.patient).bigint(l.provider).bigint(l.coordinator)
	b.ref(lead).ref(appointment).text(e.kind).date(e.booked).date(now.day).text(status).date(kept)
	b.word(outcome).date(p.known(e.decided)).date(p.known(e.suggested)).date(followUp)
	b.date(p.known(e.closed)).word(reason).boolean(hash(e.id)%20 != 0).boolean(l.insured)
	l.stamp(l.stamp(b, created, e.id), changed, e.id).end()
}
