package demo

// The rates of the funnel. Acceptance varies by practice, the rest is the
// same everywhere; together they make 0.64 starts other than phase 2 for
// every new-patient exam, a fifth of all starts from observation.
const (
	keptOfScheduled = 0.915 // new-patient exams kept, after rescheduling
	transferShare   = 0.010 // of people who call: in treatment elsewhere
	watchedStart    = 0.76  // children under observation who start
	phase2Rate      = 0.56  // of phase-1 patients
	retreatRate     = 0.012 // of completed treatments
)

// plan plans the way of a new person, from the first call to the last
// status. It reports false for those who never became a patient.
func (l *life) plan() bool {
	r, p := l.path, l.p
	if r.chance(transferShare / p.keep) {
		l.planTransferIn()
		return true
	}
	if !r.chance(p.keep / keptOfScheduled) {
		return false
	}
	kind := "new_child"
	if l.adult {
		kind = "new_adult"
	}
	lag := min(max(int(r.lognormal(8, 0.8)), 1), 60)
	kept := l.planExam(kind, l.arrived, l.arrived+day(lag), 0.14, 0.10)
	if kept == never {
		gone := l.exams[0].last().day + 30
		l.exams[0].close(gone, "not_kept")
		l.say("closed", gone, -1)
		if r.chance(0.15) {
			l.dropped = gone + day(r.between(20, 200))
		}
		return true
	}
	recommended, observe := 0.655, 0.26
	if l.adult {
		recommended, observe = 0.87, 0
	}
	switch r.pick(recommended, observe, 1-recommended-observe) {
	case 0:
		l.planRecommended(0, kept, "exam", p.accept)
	case 1:
		l.exams[0].decide("observation", kept, never)
		l.exams[0].close(kept, "observation")
		l.planObservation(kept)
	default:
		outcome := []string{"no_treatment", "referred"}[r.pick(7, 4)]
		l.exams[0].decide(outcome, kept, never)
		l.exams[0].close(kept, outcome)
		l.say("no_treatment", kept, -1)
		l.say("closed", kept+30, -1)
	}
	return true
}

// planRecommended follows a recommendation to a start or to an end.
func (l *life) planRecommended(exam int, kept day, origin string, accept float64) {
	r := l.path
	e := &l.exams[exam]
	e.decide("recommended", kept, kept)
	l.say("pending", kept, -1)
	if !r.chance(accept) {
		if r.chance(0.08) {
			l.planProposal(exam, kept, origin)
		}
		if r.chance(0.12) {
			e.followUp = kept + day(r.between(60, 200))
			return // pending for ever: nobody closed the exam
		}
		closed := (kept + day(min(r.lognormal(70, 0.9), 700))).business()
		e.close(closed, []string{"declined", "price", "other_practice", "no_response"}[r.pick(25, 25, 20, 30)])
		l.say("closed", closed, -1)
		return
	}
	var lag int
	switch same := l.p.sameDay; r.pick(same, 0.5*(1-same), 0.35*(1-same), 0.15*(1-same)) {
	case 1:
		lag = r.between(1, 14)
	case 2:
		lag = r.between(15, 60)
	case 3:
		lag = r.between(61, 200)
	}
	start := kept
	if lag > 0 {
		start = (kept + day(lag)).clinic(r)
	}
	e.start(start)
	l.planTreatment(exam, kept, start, origin, l.drawCategory(start), 0)
}

// planObservation follows a child too young to be treated: recalls, and in
// the end a readiness exam or a quiet goodbye.
func (l *life) planObservation(from day) {
	r := l.path
	l.say("observation", from, -1)
	if !r.chance(watchedStart) {
		to := from + day(r.between(300, 1000))
		l.observe("pre_treatment", from, to, []string{"lost", "no_treatment"}[r.pick(7, 3)])
		l.say("closed", to, -1)
		return
	}
	months := min(max(3+r.gamma(1.7)*6.2, 3), 30)
	ready := (from + day(months*30.44)).clinic(r)
	l.planExam("readiness", ready-day(r.between(20, 60)), ready, 0, 0)
	l.observe("pre_treatment", from, ready, "started")
	l.planRecommended(len(l.exams)-1, ready, "observation", 0.97)
}

// planTransferIn takes over a patient banded elsewhere.
func (l *life) planTransferIn() {
	r := l.path
	kept := l.planExam("transfer", l.arrived, l.arrived+day(r.between(3, 20)), 0.05, 0.05)
	if kept == never {
		gone := l.exams[0].last().day + 30
		l.exams[0].close(gone, "not_kept")
		l.say("closed", gone, -1)
		return
	}
	l.exams[0].decide("recommended", kept, kept)
	start := (kept + day(r.between(0, 14))).clinic(r)
	l.exams[0].start(start)
	l.say("pending", kept, -1)
	l.planTreatment(0, kept, start, "transfer_in", "full", 0)
}

// planPhase2 follows a child from the end of phase 1.
func (l *life) planPhase2(debond day) {
	r := l.path
	l.say("between_phases", debond, -1)
	if !r.chance(phase2Rate) {
		to := debond + day(r.between(700, 1100))
		l.observe("between_phases", debond, to, "lost")
		l.say("closed", to, -1)
		return
	}
	exam := (debond + day(r.between(340, 880))).clinic(r)
	l.planExam("phase_2", exam-day(r.between(20, 60)), exam, 0, 0)
	i := len(l.exams) - 1
	start := exam
	if !r.chance(l.p.sameDay) {
		start = (exam + day(r.between(3, 45))).clinic(r)
	}
	l.exams[i].decide("recommended", exam, exam)
	l.exams[i].start(start)
	l.observe("between_phases", debond, start, "started")
	l.say("pending", exam, -1)
	l.planTreatment(i, exam, start, "phase_1", "phase2", 2)
}

// planRetention follows a patient after the end of treatment.
func (l *life) planRetention(debond day) {
	r := l.path
	l.say("retention", debond, -1)
	if !r.chance(retreatRate) {
		l.say("closed", debond+day(r.between(500, 760)), -1)
		return
	}
	exam := (debond + day(r.between(300, 900))).clinic(r)
	l.planExam("retreat", exam-day(r.between(5, 30)), exam, 0, 0)
	i := len(l.exams) - 1
	start := (exam + day(r.between(0, 30))).clinic(r)
	l.exams[i].decide("recommended", exam, exam)
	l.exams[i].start(start)
	l.say("pending", exam, -1)
	l.planTreatment(i, exam, start, "retreat", "limited", 0)
}

// drawCategory draws what kind of treatment a first start is.
func (l *life) drawCategory(start day) string {
	r := l.path
	age := float64(start-l.born) / 365.25
	if l.adult {
		return []string{"limited", "aligner", "full", "other"}[r.pick(13, 48, 38, 1)]
	}
	if age < 11.2 && r.chance(0.76) {
		return "phase1"
	}
	return []string{"limited", "aligner", "full", "other"}[r.pick(6, 19, 74, 1)]
}
