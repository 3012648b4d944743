package demo

// attempt writes an attempt that took money; back is when it was taken back.
func (l *life) attempt(a *account, ln *line, n int, on, entered day, method string, amount int64, profile int, txn int64, back day, kind txnType) {
	result, reason, at := "settled", "", entered
	if l.p.seen(back) && kind != paymentCorrection {
		at = back
		result, reason = "returned", "R01"
		switch {
		case kind == chargeback:
			result, reason = "charged_back", "4837"
		case method == "check":
			reason = "NSF"
		}
	}
	l.emitAttempt(a, ln, n, on, entered, at, method, amount, profile, txn, result, reason)
}

// decline writes a failed draft, if there was something to draft.
func (l *life) decline(a *account, ln *line, on day, n int) {
	k := a.live(on)
	if k < 0 || on < l.p.goLive || !a.payable(ln, on) {
		return
	}
	method, reason := a.profiles[k].method, "R01"
	if method == "card" {
		reason = []string{"NSF", "EXPIRED", "DO_NOT_H"}[l.money.pick(50, 15, 35)]
	}
	l.emitAttempt(a, ln, n, on, on, on, method, ln.amount-ln.paid, k, 0, "declined", reason)
}

func (l *life) emitAttempt(a *account, ln *line, n int, on, entered, at day, method string, amount int64, profile int, txn int64, result, reason string) {
	p := l.p
	if !p.seen(entered) || ln.id == 0 {
		return
	}
	id := p.key(tAttempt, entered)
	b := p.out.row(tAttempt, entered, at)
	if b == nil {
		return
	}
	second := officeSecond(id)
	var token int64
	if profile >= 0 {
		token = a.profiles[profile].id
		second = 3*3600 + 300 + int(hash(id)%6000) // drafts run at night
	}
	b.bigint(id).bigint(p.id).bigint(a.id).bigint(ln.id).ref(token).smallint(n).stamp(l.loc.zone.instant(on, second))
	b.text(method).cents(amount).text(result)
	l.stamp(b, at, id).word(reason).ref(txn)
	l.stamp(l.stamp(b, entered, id), at, id).end()
}

// openProfiles allots keys to the stored means of payment, which attempts
// refer to, and writes them.
func (l *life) openProfiles(a *account) {
	p := l.p
	for i := range a.profiles {
		pr := &a.profiles[i]
		if !p.seen(pr.from) || (pr.to != never && pr.to <= p.goLive) {
			continue
		}
		created := p.created(pr.from)
		changed := p.latest(created, pr.to)
		pr.id = p.key(tProfile, created)
		a.active = max(a.active, changed)
		b := p.out.row(tProfile, created, changed)
		if b == nil {
			continue
		}
		expires := never
		if pr.method == "card" {
			y, m, _ := (pr.from + day(300+hash(pr.id)%1200)).split()
			expires = civil(y, m, monthDays(y, m))
		}
		b.bigint(pr.id).bigint(p.id).bigint(a.id).bigint(a.party).text(pr.method)
		b.uuid(hash(pr.id), hash(pr.id+1)).date(pr.from).date(p.known(pr.to)).date(expires).boolean(!p.seen(pr.to))
		l.stamp(l.stamp(b, created, pr.id), changed, pr.id).end()
	}
}
