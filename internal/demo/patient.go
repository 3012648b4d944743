package demo

import "strconv"

// observation is a time of waiting under observation.
type observation struct {
	kind     string
	from, to day
	reason   string
}

func (l *life) observe(kind string, from, to day, reason string) {
	l.observations = append(l.observations, observation{kind, from, to, reason})
}

// recallDays is the time between two recall visits.
const recallDays = 182

func (l *life) emitObservations() {
	p := l.p
	for i := range l.observations {
		o := &l.observations[i]
		if !p.seen(o.from) || o.to < p.goLive {
			continue
		}
		created := p.created(o.from)
		changed := p.latest(created, o.to)
		next := never
		for d := o.from + recallDays; d < o.to; d += recallDays {
			if !p.seen(d) {
				next = d
				break
			}
			changed = max(changed, p.created(d))
		}
		reason := ""
		if p.seen(o.to) {
			reason, next = o.reason, never
		}
		id := p.key(tObservation, created)
		if b := p.out.row(tObservation, created, changed); b != nil {
			b.bigint(id).bigint(p.id).bigint(l.patient).text(o.kind).date(o.from).date(p.known(o.to)).date(next).word(reason)
			l.stamp(l.stamp(b, created, id), changed, id).end()
		}
	}
}

// emitStatuses writes the history of the patient's status since go-live.
func (l *life) emitStatuses() {
	p := l.p
	for i, s := range l.statuses {
		to := never
		if i+1 < len(l.statuses) {
			to = l.statuses[i+1].from
		}
		if !p.seen(s.from) || (to != never && to <= p.goLive) {
			continue
		}
		created := p.created(s.from)
		changed := p.latest(created, to)
		id := p.key(tStatus, created)
		b := p.out.row(tStatus, created, changed)
		if b == nil {
			continue
		}
		b.bigint(id).bigint(p.id).bigint(l.patient).text(s.name)
		if s.treatment >= 0 && s.treatment < len(l.treatments) {
			t := &l.treatments[s.treatment]
			b.ref(t.id).text(t.category)
		} else {
			b.null().null()
		}
		b.date(s.from).date(p.known(to))
		l.stamp(l.stamp(b, created, id), changed, id).end()
	}
}

// emitPatient writes the chart, and for a few a second one that was opened
// by mistake and merged into the first.
func (l *life) emitPatient() {
	p := l.p
	now := l.statuses[0]
	for _, s := range l.statuses[1:] {
		if p.seen(s.from) {
			now = s
		}
	}
	l.emitChart(l.patient, l.person, now, l.since, 0, l.dropped)
	const mergedShare = 0.008
	if l.arrived < p.goLive || !l.names.chance(mergedShare) {
		return
	}
	opened := l.arrived + day(l.names.between(1, 20))
	merged := (opened + day(l.names.between(2, 90))).business()
	if !p.seen(opened) {
		return
	}
	person := l.emitPerson(opened, l.names.firstName(), l.family.last, "F", l.born)
	twin := status{"exam_scheduled", opened, -1}
	id := p.key(tPatient, opened)
	history := p.key(tStatus, opened)
	if p.seen(merged) {
		twin = status{"closed", merged, -1}
		after := p.key(tStatus, merged)
		if b := p.out.row(tStatus, merged, merged); b != nil {
			b.bigint(after).bigint(p.id).bigint(id).text("closed").null().null().date(merged).null()
			l.stamp(l.stamp(b, merged, after), merged, after).end()
		}
	}
	changed := p.latest(opened, merged)
	if b := p.out.row(tStatus, opened, changed); b != nil {
		b.bigint(history).bigint(p.id).bigint(id).text("exam_scheduled").null().null().date(opened).date(p.known(merged))
		l.stamp(l.stamp(b, opened, history), changed, history).end()
	}
	l.emitChart(id, person, twin, opened, l.patient, merged)
}

func (l *life) emitChart(id, person int64, now status, created day, mergedInto int64, deleted day) {
	p := l.p
	group := "child"
	if l.adult {
		group = "adult"
	}
	if !p.seen(deleted) {
		mergedInto = 0
	}
	changed := p.latest(created, now.from, deleted)
	b := p.out.row(tPatient, created, changed)
	if b == nil {
		return
	}
	b.bigint(id).bigint(p.id).bigint(person).bigint(l.loc.id).bigint(l.provider).bigint(l.coordinator).ref(l.referral)
	b.text(strconv.FormatInt(id%10_000_000+int64(created)*1000, 36)).text(group).text(now.name).date(now.from).ref(mergedInto)
	if p.seen(deleted) {
		l.stamp(b, deleted, id)
	} else {
		b.null()
	}
	l.stamp(l.stamp(b, created, id), changed, id).end()
}

// emitLead writes the call of a new person. One in a hundred is entered
// twice; the second row is deleted within days.
func (l *life) emitLead(counts bool) {
	p := l.p
	if l.arrived < p.goLive {
		return
	}
	r := l.names
	referral, contact := l.referral, true
	if !counts {
		if r.chance(0.7) {
			referral = 0
		} else {
			contact = false
		}
	}
	l.lead = l.emitLeadRow(referral, contact, never)
	if r.chance(0.01) {
		l.emitLeadRow(referral, contact, (l.arrived + day(r.between(1, 6))).business())
	}
}

func (l *life) emitLeadRow(referral int64, contact bool, deleted day) int64 {
	p := l.p
	id := p.key(tLead, l.arrived)
	if p.seen(deleted) {
		p.out.remove(tLead, id, l.arrived, deleted)
		return id
	}
	group := "child"
	if l.adult {
		group = "adult"
	}
	if b := p.out.row(tLead, l.arrived, l.arrived); b != nil {
		b.bigint(id).bigint(p.id).bigint(l.loc.id).ref(l.patient).ref(referral).date(l.arrived).boolean(true).boolean(contact).text(group)
		l.stamp(l.stamp(b, l.arrived, id), l.arrived, id).end()
	}
	return id
}
