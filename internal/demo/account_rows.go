package demo

// emitAccount writes an account and its lines, once everything that happened
// to them is known.
func (l *life) emitAccount(a *account) {
	p, c := l.p, a.c
	if c.takenOver {
		l.carryOver(a)
	}
	l.chargeLines(a)
	open := false
	paid := int64(0)
	for i := range a.lines {
		ln := &a.lines[i]
		if p.seen(ln.scheduled) && !p.seen(ln.ended) && ln.seenPaid < ln.amount-ln.before {
			open = true
		}
		paid += ln.seenPaid
		l.emitLine(a, ln)
	}
	share := a.share
	if p.seen(c.renegotiated) {
		share += a.adjusted
		a.active = max(a.active, p.created(c.renegotiated))
	}
	if p.converted && c.takenOver {
		share -= a.carried
	}
	if cv := l.coverOf(a); cv != nil && cv.successor != 0 {
		a.active = max(a.active, p.created(cv.found))
	}
	closed := never
	if !open && a.balance == 0 {
		closed = a.active
	}
	created := p.created(c.activated)
	b := p.out.row(tAccount, created, a.active)
	if b == nil {
		return
	}
	b.bigint(a.id).bigint(p.id).bigint(c.version(p.w.asOf)).bigint(l.patient).text(a.kind)
	if cv := l.coverOf(a); cv == nil {
		b.bigint(a.party).null().null().cents(share).smallint(a.dueDay)
	} else {
		b.null().bigint(cv.current(p)).bigint(cv.plan.payer).cents(share).null()
	}
	k := a.live(p.w.asOf)
	b.boolean(k >= 0).date(c.activated).date(closed).cents(a.balance)
	l.stamp(l.stamp(b, created, a.id), a.active, a.id).end()
}

// coverOf returns the cover behind an insurance account, nil for a patient's.
func (l *life) coverOf(a *account) *cover {
	if a.party != 0 {
		return nil
	}
	return &l.covers[a.cover]
}

// carryOver books what was owed at go-live, and gathers what had been paid
// or had ended before in one line.
func (l *life) carryOver(a *account) {
	p := l.p
	due := never
	for i := range a.lines {
		ln := &a.lines[i]
		gone := ln.ended != never && ln.ended < p.goLive
		switch {
		case ln.scheduled >= p.goLive:
		case gone && ln.reason == "rescheduled":
		case gone:
			if ln.kind != "misc" {
				a.carried += ln.amount
			}
		default:
			a.forward += ln.amount - ln.before
			if ln.kind != "misc" {
				a.carried += ln.before
			}
		}
		if ln.before > 0 || gone {
			due = max(due, ln.due)
		}
	}
	if a.forward > 0 {
		l.post(a, posting{kind: balanceForward, code: "BALFWD", amount: a.forward, posted: p.goLive, service: p.goLive, entered: p.goLive})
	}
	if a.carried > 0 && !p.converted {
		id := p.key(tInstalment, p.goLive)
		if b := p.out.row(tInstalment, p.goLive, p.goLive); b != nil {
			b.bigint(id).bigint(p.id).bigint(a.id).bigint(a.c.ids[0]).smallint(0).text("initial").date(a.c.activated).cents(a.carried)
			b.date(p.goLive).date(p.goLive).text("carried").text("carried").cents(0).null().null()
			l.stamp(l.stamp(b, p.goLive, id), p.goLive, id).end()
		}
	}
}

// chargeLines books every periodic line of a patient when it falls due: no
// change of what is owed in total, but of what is owed now.
func (l *life) chargeLines(a *account) {
	if a.party == 0 {
		return
	}
	for i := range a.lines {
		ln := &a.lines[i]
		on := ln.due.business()
		if ln.kind == "periodic" && ln.before < ln.amount && (ln.ended == never || ln.ended > on) {
			l.post(a, posting{kind: contractCharge, code: "INST", posted: on, service: ln.due, entered: on, line: ln.id})
		}
	}
}

func (l *life) emitLine(a *account, ln *line) {
	p := l.p
	if !p.seen(ln.scheduled) || ln.before == ln.amount || (ln.ended != never && ln.ended < p.goLive) {
		return
	}
	due := ln.amount - ln.before
	created := p.created(ln.scheduled)
	changed := max(created, ln.changed)
	status, reason := "scheduled", ""
	switch {
	case p.seen(ln.ended):
		status, reason = ln.reason, ln.reason
		changed = max(changed, ln.ended)
	case ln.seenPaid >= due:
		status = "paid"
	case ln.due < p.w.asOf:
		status = "past_due"
	case ln.seenPaid > 0:
		status = "part_paid"
	case ln.due == p.w.asOf:
		status = "due"
	}
	if ln.full == never && ln.due >= p.goLive {
		// The nightly roll: due today, past due tomorrow.
		for _, d := range [...]day{ln.due, ln.due + 1} {
			if p.seen(d) && (!p.seen(ln.ended) || d < ln.ended) {
				changed = max(changed, d)
			}
		}
	}
	b := p.out.row(tInstalment, created, changed)
	if b == nil {
		return
	}
	b.bigint(ln.id).bigint(p.id).bigint(a.id).bigint(a.c.ids[ln.version]).smallint(ln.seq).text(ln.kind).date(ln.due)
	b.cents(due).date(created).date(p.known(ln.ended)).word(reason).text(status).cents(ln.seenPaid).date(ln.paidOn).ref(ln.charge)
	l.stamp(l.stamp(b, created, ln.id), changed, ln.id).end()
}

// emitContract writes the versions of a contract.
func (l *life) emitContract(c *contract) {
	p := l.p
	settled := never
	if p.seen(c.activated) {
		settled = c.settledOn(p)
	}
	last := 0
	if c.ids[1] != 0 {
		last = 1
	}
	for v := 0; v <= last; v++ {
		l.emitVersion(c, v, v == last, settled)
	}
}

// settledOn is when treatment was over and nothing more was owed, or never.
func (c *contract) settledOn(p *practice) day {
	on := c.treatment.end
	if !p.seen(on) {
		return never
	}
	on = max(on, c.activated)
	for i := range c.accounts {
		a := &c.accounts[i]
		if a.balance != 0 {
			return never
		}
		for k := range a.lines {
			if ln := &a.lines[k]; !p.seen(ln.ended) && ln.seenPaid < ln.amount-ln.before {
				return never
			}
		}
		on = max(on, a.active)
	}
	return p.created(on)
}

func (l *life) emitVersion(c *contract, v int, last bool, settled day) {
	p, t := l.p, c.treatment
	created, activated := p.created(c.presented), c.activated
	if v == 1 {
		created, activated = p.created(c.renegotiated), c.renegotiated
	}
	status, ended, successor := "proposal", never, int64(0)
	changed := p.latest(created, c.signed, activated)
	switch {
	case !last:
		status, ended, successor = "superseded", c.renegotiated, c.ids[1]
	case p.seen(c.ended):
		status, ended = c.endStatus, c.ended
	case settled != never:
		status, ended = "completed", settled
	case p.seen(activated):
		status = "active"
	case p.seen(c.signed):
		status = "signed"
	}
	changed = p.latest(changed, ended)
	if last && p.seen(t.end) {
		changed = max(changed, p.created(t.end))
		for i := range c.accounts { // whatever happens now may settle or reopen it
			changed = max(changed, c.accounts[i].active)
		}
	}
	b := p.out.row(tContract, created, changed)
	if b == nil {
		return
	}
	id := c.ids[v]
	entered := p.known(c.activated)
	net, gross, off, insurance, down, periodic, periods := c.net, c.gross, c.discounts, c.insurance, c.down, c.periodic, c.periods
	if v == 1 {
		net, gross, periodic, periods = c.newNet, c.gross+c.newNet-c.net, c.newPeriodic, c.newPeriods
	}
	known := !p.converted || !c.takenOver
	if !known {
		for i := range c.accounts {
			a := &c.accounts[i]
			net -= a.carried
			if a.party == 0 {
				insurance -= a.carried
			}
		}
		gross, off, down = net, [3]int64{}, 0
	}
	b.bigint(id).bigint(p.id).bigint(l.loc.id).bigint(l.provider).bigint(l.patient).bigint(t.id).smallint(v + 1).text(status)
	b.date(c.presented)
	if p.seen(c.signed) {
		l.stamp(b, c.signed, id)
	} else {
		b.null()
	}
	b.date(entered).date(p.known(activated)).date(ended).ref(successor)
	b.cents(gross).cents(off[0]).cents(off[1]).cents(off[2]).cents(net).cents(insurance).cents(down).cents(periodic)
	b.smallint(periods).smallint(t.estMonths).text(l.family.risk).text(c.arrangement).text(t.origin).boolean(known)
	l.stamp(l.stamp(b, created, id), changed, id).end()
}
