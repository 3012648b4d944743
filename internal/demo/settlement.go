package demo

// overpay lets a few accounts pay more than they owe with their last line.
// Some of the credits are refunded.
func (l *life) overpay(a *account) {
	r := l.money
	n := len(a.lines) - 1
	if !r.chance(overpaidRate) || a.stop != never || a.writeOff != never || a.distress != never {
		return
	}
	on := (a.lines[n].due + day(r.between(0, 20))).business()
	extra := int64(100 * r.between(5, 180))
	if on < l.p.goLive {
		return
	}
	l.post(a, posting{kind: patientPayment, code: "PMTCHK", amount: -extra, posted: on, service: on, entered: on, method: "check"})
	if r.chance(0.35) {
		back := (on + day(r.between(25, 100))).business()
		l.post(a, posting{kind: refund, code: "REFUND", amount: extra, posted: back, service: back, entered: back, method: "check"})
	}
}

// waive ends what would have fallen due after an early end of treatment, and
// pays back part of what was paid in advance.
func (l *life) waive(a *account) {
	total := int64(0)
	for i := range a.lines {
		ln := &a.lines[i]
		later := ln.due > a.stop
		if a.party == 0 {
			later = ln.service > a.stop // insurers pay for what was done
		}
		if ln.ended == never && ln.kind != "misc" && later && ln.paid < ln.amount {
			total += ln.amount - ln.paid
			ln.ended, ln.reason = a.stop, "waived"
		}
	}
	if total > 0 {
		l.post(a, posting{kind: feeAdjustment, code: "FEEADJ", amount: -total, posted: a.stop, service: a.stop, entered: a.stop})
		return
	}
	t := a.c.treatment
	planned := t.band.months(t.estMonths)
	if a.c.arrangement != "pif" || a.kind == "insurance" || planned <= a.stop || a.stop < l.p.goLive {
		return
	}
	unearned := a.share / 100 * int64(60*(planned-a.stop)/(planned-t.start+1))
	if unearned <= 0 || a.c.takenOver && a.carriedAway() {
		return
	}
	l.post(a, posting{kind: feeAdjustment, code: "FEECRED", amount: -unearned, posted: a.stop, service: a.stop, entered: a.stop})
	back := (a.stop + day(l.money.between(10, 40))).business()
	l.post(a, posting{kind: refund, code: "REFUND", amount: unearned, posted: back, service: back, entered: back, method: "check"})
}

// carriedAway says whether everything was paid before go-live, so that there
// is no payment on the books to refund.
func (a *account) carriedAway() bool {
	for i := range a.lines {
		if a.lines[i].paid != a.lines[i].before {
			return false
		}
	}
	return true
}

// writeOff gives up what is unpaid. An agency recovers some of it later:
// the debt comes back for as much as it brought in.
func (l *life) writeOff(a *account) {
	r, total := l.money, int64(0)
	for i := range a.lines {
		ln := &a.lines[i]
		if ln.ended == never && ln.paid < ln.amount && ln.scheduled < a.writeOff {
			total += ln.amount - ln.paid
			ln.ended, ln.reason = a.writeOff, "written_off"
		}
	}
	if total == 0 || a.writeOff < l.p.goLive {
		return
	}
	on := a.writeOff
	l.post(a, posting{kind: badDebtWriteOff, code: "BADDEBT", amount: -total, posted: on, service: on, entered: on})
	if r.chance(0.15) {
		got := total / 100 * int64(r.between(20, 60))
		on = (on + day(r.between(60, 240))).business()
		l.post(a, posting{kind: badDebtWriteOff, code: "BADDEBT", amount: got, posted: on, service: on, entered: on, memo: "recovered"})
		l.post(a, posting{kind: agencyReceipt, code: "AGENCY", amount: -got, posted: on, service: on, entered: on, method: "check"})
	}
}

// adjust books the change of fee that a renegotiation agreed.
func (l *life) adjust(a *account) {
	if on := a.c.renegotiated; a.adjusted != 0 {
		l.post(a, posting{kind: feeAdjustment, code: "FEEADJ", amount: a.adjusted, posted: on, service: on, entered: on})
	}
}

// shareBetween moves money from one parent's account to the other's: the
// first pays more than was asked, and a transfer pays a line of the second.
func (l *life) shareBetween(from, to *account) {
	r := l.money
	if !r.chance(0.25) || from.writeOff != never || to.writeOff != never || to.distress != never || to.stop != never {
		return
	}
	i := len(to.lines) / 2
	ln := &to.lines[i]
	on := (ln.due - 9).business()
	if ln.kind != "periodic" || ln.ended != never || on <= max(ln.scheduled, l.p.goLive)+3 {
		return
	}
	amount := ln.amount / 2
	paid := (on - 3).business()
	l.post(from, posting{kind: patientPayment, code: "PMTCHK", amount: -amount, posted: paid, service: paid, entered: paid, method: "check"})
	out, in := l.pairKeys(on)
	l.post(from, posting{kind: transfer, code: "XFER", amount: amount, posted: on, service: on, entered: on, pair: in, preset: out})
	id := l.post(to, posting{kind: transfer, code: "XFER", amount: -amount, posted: on, service: on, entered: on, pair: out, preset: in})
	l.allocate(to, ln, id, amount, on, on)
}

// pairKeys allots the keys of two transactions that name each other.
func (l *life) pairKeys(on day) (int64, int64) {
	p := l.p
	if !p.seen(on) || on < p.goLive {
		return 0, 0
	}
	return p.key(tLedger, on), p.key(tLedger, on)
}
