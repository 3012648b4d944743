package demo

import "strconv"

// finishClaim writes a claim and does what its verdicts say to the account.
// A claim that was done with before go-live only left its money behind.
func (l *life) finishClaim(c *claim, a *account, i int) {
	p := l.p
	last := c.states[len(c.states)-1].on
	taken := p.seen(c.created) && last >= p.goLive
	if taken {
		c.id = p.key(tClaim, p.created(c.created))
	}
	var paidTxn int64
	for k := range c.verdicts {
		l.judge(c, &c.verdicts[k], a, i, &paidTxn)
	}
	if taken {
		l.emitEvents(c)
		l.emitClaim(c, a, a.lines[i].id)
	}
}

// judge posts what a verdict pays, gives up or moves to the patient.
func (l *life) judge(c *claim, v *verdict, a *account, i int, paidTxn *int64) {
	p, ln := l.p, &a.lines[i]
	on := v.on
	var txn int64
	switch {
	case v.paid > 0:
		txn = l.post(a, posting{kind: insurancePayment, code: "INSPMT", amount: -v.paid, posted: on, service: ln.service, entered: on, method: l.remitMethod(c.payer)})
		*paidTxn = txn
		l.allocate(a, ln, txn, v.paid, on, on)
	case v.paid < 0:
		if *paidTxn == 0 && p.seen(on) {
			v.paid = 0 // paid before go-live: there is nothing on the books to take back
			return
		}
		txn = l.post(a, posting{kind: paymentCorrection, code: "PMTCORR", amount: -v.paid, posted: on, service: ln.service, entered: on, reverses: *paidTxn, method: l.remitMethod(c.payer)})
		l.allocate(a, ln, txn, v.paid, on, on)
	}
	if v.clp02 != "" && p.seen(on) && on >= p.goLive {
		l.remitLine(c.id, a, v, c.payer, txn, c.charge)
	}
	if p.seen(on) && v.paid != 0 {
		c.paid += v.paid
		if v.paid > 0 && c.firstPaid == never {
			c.firstPaid = on
		}
	}
	if v.writeOff > 0 {
		l.giveUp(a, ln, v.writeOff, on)
	}
	if v.moves > 0 {
		l.move(a, i, v.moves, on)
	}
}

// move makes the patient owe what insurance will not pay. Without a patient
// account, or with one that was written off, the practice gives it up.
func (l *life) move(a *account, i int, amount int64, on day) {
	ln := &a.lines[i]
	to := a.c.patientAccount()
	if to == nil || (to.writeOff != never && on >= to.writeOff) {
		l.giveUp(a, ln, amount, on)
		return
	}
	out, in := l.pairKeys(on)
	id := l.post(a, posting{kind: balanceTransfer, code: "INS2PT", amount: -amount, posted: on, service: ln.service, entered: on, pair: in, preset: out})
	l.allocate(a, ln, id, amount, on, on)
	l.charge(to, posting{kind: balanceTransfer, code: "INS2PT", amount: amount, posted: on, pair: out, preset: in}, min(int(amount/15_000)+1, 6))
}

// giveUp writes off what insurance leaves of a line. One in a dozen is keyed in
// the month after and back-dated, so that production of closed months changes;
// days that end the account are not crossed.
func (l *life) giveUp(a *account, ln *line, amount int64, on day) {
	entered := on
	if h := hash(a.id + int64(on)); h%12 == 0 && on >= l.p.goLive {
		entered = on.addMonths(1, 6+int(h>>32%6)).business()
		for _, end := range [...]day{a.stop, a.writeOff} {
			if end != never && on < end && entered >= end {
				entered = on
			}
		}
	}
	id := l.post(a, posting{kind: contractualWriteOff, code: "INSWO", amount: -amount, posted: on, service: ln.service, entered: entered})
	l.allocate(a, ln, id, amount, on, entered)
}

// patientAccount returns the account that takes what insurance leaves.
func (c *contract) patientAccount() *account {
	for i := range c.accounts {
		if c.accounts[i].party != 0 {
			return &c.accounts[i]
		}
	}
	return nil
}

func (l *life) emitEvents(c *claim) {
	p := l.p
	for _, e := range c.events {
		if !p.seen(e.on) {
			continue
		}
		created := p.created(e.on)
		id := p.key(tClaimEvent, created)
		if b := p.out.row(tClaimEvent, created, created); b != nil {
			b.bigint(id).bigint(p.id).bigint(c.id)
			l.stamp(b, e.on, id).date(e.on).text(e.source).word(e.category).word(e.code).word(e.entity).smallint(e.submission).null().end()
		}
	}
}

func (l *life) emitClaim(c *claim, a *account, line int64) {
	p := l.p
	t := a.c.treatment
	status, changed := "draft", c.created
	for _, s := range c.states {
		if p.seen(s.on) {
			status, changed = s.name, s.on
		}
	}
	created := p.created(c.created)
	changed = p.latest(changed, c.created, t.band)
	cdt := cdtCode(c.kind, t)
	l.emitClaimLine(c, created, cdt)
	b := p.out.row(tClaim, created, changed)
	if b == nil {
		return
	}
	b.bigint(c.id).bigint(p.id).bigint(l.loc.id).bigint(l.patient).bigint(t.id).bigint(c.policy).bigint(c.payer)
	if c.kind == "predetermination" {
		b.null().null()
	} else {
		b.bigint(a.id).bigint(line)
	}
	b.text(c.kind).text(c.frequency).ref(c.original).text(status).date(c.created).date(c.created).date(p.known(c.submitted))
	if p.seen(c.submitted) {
		l.stamp(b, c.submitted, c.id)
	} else {
		b.null()
	}
	b.date(p.known(c.closed)).cents(c.charge).cents(c.est).cents(c.paid).date(c.firstPaid)
	if p.seen(c.submitted) {
		b.text("PC" + strconv.FormatUint(hash(c.id)%1e12, 10))
	} else {
		b.null()
	}
	b.boolean(true).smallint(t.estMonths).small(t.remaining).date(p.known(t.band))
	l.stamp(l.stamp(b, created, c.id), changed, c.id).end()
}

func (l *life) emitClaimLine(c *claim, created day, cdt string) {
	p := l.p
	changed := created
	var decided *verdict
	for k := range c.verdicts {
		if v := &c.verdicts[k]; v.clp02 != "" && p.seen(v.on) {
			decided = v
			changed = max(changed, v.on)
		}
	}
	id := p.key(tClaimLine, created)
	b := p.out.row(tClaimLine, created, changed)
	if b == nil {
		return
	}
	b.bigint(id).bigint(p.id).bigint(c.id).smallint(1).text(cdt).cents(c.charge).cents(c.est)
	if decided == nil {
		b.null().null().null().null().null()
	} else {
		b.cents(c.charge - decided.writeOff).cents(max(c.paid, 0)).cents(0).cents(decided.writeOff)
		if decided.carc == "" {
			b.words()
		} else {
			b.words(decided.group + "-" + decided.carc)
		}
	}
	l.stamp(b, changed, id).end()
}

func cdtCode(kind string, t *treatment) string {
	limited := t.category == "limited" || t.category == "other"
	switch adult := t.subtype == "adult"; {
	case kind == "continuation":
		return "D8670"
	case limited && adult:
		return "D8040"
	case limited:
		return "D8030"
	case t.category == "phase1":
		return "D8020"
	case adult:
		return "D8090"
	}
	return "D8080"
}
