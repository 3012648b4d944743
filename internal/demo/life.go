package demo

// life is one person's way through a practice: planned as a whole, whatever
// the last day, then written as far as the history reaches. Its slices are
// reused from patient to patient.
type life struct {
	p                                *practice
	number                           int
	path, names, money, claims, seat *rng

	loc                   *location
	locIndex              int
	provider, coordinator int64
	referral, lead        int64
	adult                 bool
	born, arrived         day
	family                *family
	patient, person       int64

	exams        []exam
	observations []observation
	treatments   []treatment
	statuses     []status
	dropped      day // when the chart of someone never seen was deleted

	covers  []cover
	insured bool
	since   day // registered here

	contract contract
	claim    claim
}

// status is where a patient stands from a day on.
type status struct {
	name      string
	from      day
	treatment int // index, for active; else -1
}

func (l *life) init(p *practice) {
	*l = life{p: p, path: newRNG(), names: newRNG(), money: newRNG(), claims: newRNG(), seat: newRNG()}
}

// live simulates the n-th person who called, and writes the rows.
func (l *life) live(n int, arrived day) {
	l.number = n
	l.restart(l.path, 0)
	l.restart(l.names, 0)
	l.exams, l.observations, l.treatments = l.exams[:0], l.observations[:0], l.treatments[:0]
	l.statuses, l.covers = l.statuses[:0], l.covers[:0]
	l.arrived, l.dropped, l.patient, l.person = arrived, never, 0, 0
	l.lead = 0

	l.arrive()
	if l.path.chance(extraLeads) {
		l.emitLead(false)
		return
	}
	if !l.plan() {
		l.emitLead(true)
		return
	}
	if l.last() <= l.p.goLive {
		return // came and went before the practice was on the platform
	}
	l.register()
	l.emitLead(true)
	for i := 0; i < len(l.treatments); i++ { // a dismissal cuts off later ones
		l.treat(i)
	}
	l.emitCovers()
	l.emitExams()
	l.emitTreatments()
	l.emitVisits()
	l.emitObservations()
	l.emitStatuses()
	l.emitPatient()
}

// restart begins a sequence of draws anew for the n-th part of its subject.
// What a part draws after the last day of the history then never matters to
// the next one.
func (l *life) restart(r *rng, n int) {
	subject := 0
	for i, s := range [...]*rng{l.path, l.names, l.money, l.claims, l.seat} {
		if s == r {
			subject = 10 + i
		}
	}
	r.seed(l.p.w.size.Seed, l.p.id, int64(l.number), int64(1000*subject+n))
}

// extraLeads is the share of calls that never count as an add: no referral
// source or no way to reach the caller.
const extraLeads = 0.06

func (l *life) arrive() {
	r, p := l.path, l.p
	l.adult = r.chance(0.25)
	if l.adult {
		l.born = l.arrived - day(365.25*(19+r.gamma(2.6)*5.4)) - day(r.IntN(365))
	} else {
		age := 0.0
		for age < 7 || age > 17.5 {
			age = r.normal(11.9, 2.2)
		}
		l.born = l.arrived - day(365.25*age)
	}
	switch {
	case p.medicaid:
		l.insured = r.chance(0.8)
	case l.adult:
		l.insured = r.chance(0.40)
	default:
		l.insured = r.chance(0.58)
	}
	l.family = p.familyOf(r, !l.adult, l.arrived)
	l.locIndex = l.family.location
	l.loc = &p.locations[l.locIndex]
	l.provider = p.providers[0].id
	for _, d := range p.providers[1:] {
		if (d.left == never || d.left > l.arrived) && r.chance(d.weight*0.7) {
			l.provider = d.id
		}
	}
	l.coordinator = p.coordinators[r.IntN(len(p.coordinators))]
	l.referral = p.referrals[r.zipf(len(p.referrals), 0.9)].id
}

// say notes a status. One that is replaced on its first day is forgotten.
func (l *life) say(name string, from day, treatment int) {
	if n := len(l.statuses); n > 0 && l.statuses[n-1].from >= from {
		l.statuses[n-1] = status{name, l.statuses[n-1].from, treatment}
		return
	}
	l.statuses = append(l.statuses, status{name, from, treatment})
}

// last is the first day of the status in which nothing more happens.
func (l *life) last() day {
	return l.statuses[len(l.statuses)-1].from
}

// cut removes everything that was planned for after the day.
func (l *life) cut(end day) {
	for n := len(l.statuses); n > 0 && l.statuses[n-1].from >= end; n = len(l.statuses) {
		l.statuses = l.statuses[:n-1]
	}
	for n := len(l.observations); n > 0 && l.observations[n-1].from >= end; n = len(l.observations) {
		l.observations = l.observations[:n-1]
	}
	for n := len(l.exams); n > 0 && l.exams[n-1].booked >= end; n = len(l.exams) {
		l.exams = l.exams[:n-1]
	}
	for n := len(l.treatments); n > 0 && l.treatments[n-1].presented >= end; n = len(l.treatments) {
		l.treatments = l.treatments[:n-1]
	}
}

// stamp writes an instant of the day at the patient's office.
func (l *life) stamp(b *rows, d day, id int64) *rows {
	return b.stamp(l.loc.zone.instant(d, officeSecond(id)))
}

// register writes the person, unless nothing of it falls into the history.
func (l *life) register() {
	l.since = l.p.created(l.arrived)
	sex := []string{"F", "M", "X"}[l.names.pick(56, 43, 1)]
	l.person = l.emitPerson(l.since, l.names.firstName(), l.family.last, sex, l.born)
	l.patient = l.p.key(tPatient, l.since)
	l.family.emit(l, l.since)
}
