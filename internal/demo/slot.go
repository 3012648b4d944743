package demo

// slot is one appointment, from booking to its end.
type slot struct {
	kind        string
	newExam     bool
	booked, day day
	status      string
	ended       day // when the status was set
	deleted     day // cancelled by deleting the row; never if not
	minutes     int
	treatment   int64
}

// emitSlot writes an appointment as far as the history reaches, and returns
// its key, or 0. Days before go-live were not taken over. Some rows are there
// twice.
func (l *life) emitSlot(s *slot) int64 {
	p := l.p
	if !p.seen(s.booked) || s.day < p.goLive {
		return 0
	}
	created := p.created(s.booked)
	id := p.key(tAppointment, created)
	if p.seen(s.deleted) && s.deleted > p.goLive {
		p.out.remove(tAppointment, id, created, s.deleted)
		return 0
	}
	l.emitAppointment(s, id, id, created)
	const twiceShare = 250 // one in so many
	if s.deleted == never && hash(id)%twiceShare == 0 {
		l.emitAppointment(s, p.key(tAppointment, created), id, created)
	}
	return id
}

// emitAppointment writes one row; the time of day comes from the key of the
// original, so that a duplicate has the same.
func (l *life) emitAppointment(s *slot, id, original int64, created day) {
	p := l.p
	status, changed := "scheduled", created
	if p.seen(s.ended) {
		status = s.status
		changed = p.latest(created, s.ended)
	}
	b := p.out.row(tAppointment, created, changed)
	if b == nil {
		return
	}
	second := 8*3600 + int(hash(original+3)%36)*900
	b.bigint(id).bigint(p.id).bigint(l.loc.id).bigint(l.patient).bigint(l.provider).ref(s.treatment).text(s.kind)
	b.boolean(s.newExam).boolean(s.kind == "start").boolean(s.kind == "debond").boolean(s.kind == "recall")
	b.boolean(s.kind == "retention").boolean(s.kind == "repair")
	b.stamp((int64(s.day)*86400 + int64(second)) * 1_000_000).smallint(s.minutes).text(status)
	l.stamp(l.stamp(l.stamp(b, changed, id), created, id), changed, id).end()
}

// emitVisit writes what was done at a kept appointment.
func (l *life) emitVisit(appointment, treatment int64, on day, procedure, repair string) {
	p := l.p
	if appointment == 0 || !p.seen(on) || on < p.goLive {
		return
	}
	id := p.key(tVisit, on)
	if b := p.out.row(tVisit, on, on); b != nil {
		b.bigint(id).bigint(p.id).bigint(appointment).bigint(l.loc.id).bigint(l.patient).ref(treatment).date(on).text(procedure).word(repair)
		if note, ok := noteOf(id); ok {
			b.text(note)
		} else {
			b.null()
		}
		l.stamp(b, on, id).end()
	}
}

// noteOf returns what somebody wrote down at one visit in ten: with quotes,
// separators, line ends and other letters, and sometimes nothing at all,
// which is not the same as NULL.
func noteOf(id int64) (string, bool) {
	notes := [...]string{
		"", "upper 0.016 NiTi", `patient says "no pain"`, "elastics | night only", "rewards: 5\\10",
		"mother asks:\nwhen is debond?", "habló con el padre", "tab\there", "wire, bond, wire",
	}
	h := hash(id + 11)
	return notes[h/10%uint64(len(notes))], h%10 == 0
}
