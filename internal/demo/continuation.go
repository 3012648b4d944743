package demo

// payInsurance pays the expected instalments of every insurance account: by
// claims, or without them where the plan pays on its own; until cover is
// lost, the treatment ends, or payments silently stop.
func (l *life) payInsurance(c *contract) {
	for k := range c.accounts {
		a := &c.accounts[k]
		if a.party != 0 {
			continue
		}
		l.payCover(a)
		if a.stop != never {
			l.waive(a)
		}
	}
}

func (l *life) payCover(a *account) {
	r, cv := l.claims, &l.covers[a.cover]
	stopped, noticed, resumes := false, never, false
	for i := range a.lines {
		ln := &a.lines[i]
		if a.stop != never && ln.service > a.stop {
			return
		}
		if cv.lost != never && ln.service > cv.lost {
			if cv.next == nil {
				l.moveRest(a, i, (cv.lost + day(r.between(20, 70))).business())
				return
			}
			l.bill(a, i, max(ln.service, cv.found), "1", 0)
			continue
		}
		if i > 0 && !stopped && r.chance(silentStopRate) {
			stopped, resumes = true, r.chance(0.6)
			noticed = (ln.service + day(r.between(150, 330))).business()
		}
		switch {
		case stopped && !resumes:
			l.moveRest(a, i, noticed)
			return
		case stopped && ln.service < noticed:
			l.bill(a, i, noticed, "1", 0)
		case i > 0 && (cv.plan.style != "initial_and_periodic" || a.cover == 1):
			l.payWithoutClaim(a, i)
		default:
			l.bill(a, i, ln.service, "1", 0)
		}
	}
}

// moveRest moves every line from the i-th on to the patient, except those
// for what an early end of treatment left undone.
func (l *life) moveRest(a *account, i int, on day) {
	if a.stop != never && on >= a.stop {
		on = a.stop
	}
	to := a.c.patientAccount()
	total := int64(0)
	for k := i; k < len(a.lines); k++ {
		ln := &a.lines[k]
		if ln.paid > 0 || (a.stop != never && ln.service > a.stop) {
			continue
		}
		total += ln.amount
		ln.ended, ln.reason = on, "moved"
		if to == nil || (to.writeOff != never && on >= to.writeOff) {
			ln.reason = "waived"
		}
	}
	if total == 0 {
		return
	}
	if to == nil || (to.writeOff != never && on >= to.writeOff) {
		l.post(a, posting{kind: feeAdjustment, code: "FEEADJ", amount: -total, posted: on, service: on, entered: on})
		return
	}
	out, in := l.pairKeys(on)
	l.post(a, posting{kind: balanceTransfer, code: "INS2PT", amount: -total, posted: on, service: on, entered: on, pair: in, preset: out})
	l.charge(to, posting{kind: balanceTransfer, code: "INS2PT", amount: total, posted: on, pair: out, preset: in}, min(int(total/12_000)+1, 8))
}

// payWithoutClaim posts a continuation payment that the plan makes by itself.
func (l *life) payWithoutClaim(a *account, i int) {
	ln, cv := &a.lines[i], &l.covers[a.cover]
	on := (ln.due + day(l.claims.normal(0, 6))).business()
	on = max(on, ln.service.business()+2).business()
	v := &verdict{on: on, clp02: "1", paid: ln.amount, late: l.claims.chance(lateRemitRate)}
	if a.cover == 1 {
		v.clp02 = "2"
	}
	txn := l.post(a, posting{kind: insurancePayment, code: "INSPMT", amount: -v.paid, posted: on, service: ln.service, entered: on, method: l.remitMethod(cv.plan.payer)})
	l.allocate(a, ln, txn, v.paid, on, on)
	if txn != 0 {
		l.remitLine(0, a, v, cv.plan.payer, txn, ln.amount*100/int64(cv.plan.percent))
	}
}

// predetermine asks the payer beforehand what it would pay: a fifth of all
// insured contracts.
func (l *life) predetermine(c *contract) {
	r, p := l.claims, l.p
	if len(l.covers) == 0 || !r.chance(0.2) {
		return
	}
	cv := &l.covers[0]
	q := &claim{kind: "predetermination", frequency: "1", closed: never, firstPaid: never, policy: cv.id, payer: cv.plan.payer}
	q.reuse(&l.claim)
	q.charge, q.est = c.gross, min(c.gross/2, cv.checked)
	on := q.submit(l, c.presented)
	answered := (on + day(r.between(10, 30))).business()
	q.event(answered, "835", "25", "", "")
	q.is("closed", answered)
	q.closed = answered
	if p.seen(q.created) && answered >= p.goLive {
		q.id = p.key(tClaim, p.created(q.created))
		l.emitEvents(q)
		l.emitClaim(q, &account{c: c}, 0)
	}
	l.claim = *q
}
