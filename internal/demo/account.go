package demo

// account is what one payer owes under a contract.
type account struct {
	id        int64
	c         *contract
	kind      string
	party     int64 // responsible party; 0 for insurance
	cover     int   // index into the patient's covers, for insurance
	share     int64
	down      int64
	adjusted  int64 // by renegotiation
	dueDay    int
	lines     []line
	profiles  []profile
	distress  day // payments stop
	recovered day // and are caught up
	stop      day // treatment ends early: what is due later is waived
	writeOff  day

	balance int64
	active  day // of the last event
	carried int64
	forward int64
}

// line is a scheduled receivable. It is settled as if the future were known;
// what the history has reached of that is kept beside it.
type line struct {
	id             int64
	seq            int
	kind           string
	due, scheduled day
	service        day // insurance: of the visit it is for
	version        int
	amount         int64
	charge         int64 // ledger key, for misc
	paid, before   int64 // in the end, and of that before go-live
	ended          day
	reason         string

	seenPaid      int64
	paidOn        day // posting date that completed it
	full, changed day // when that was entered; when anything was
}

func (a *account) addLine(ln line) *line {
	ln.seq = len(a.lines) + 1
	ln.paidOn, ln.full, ln.changed = never, never, never
	a.lines = append(a.lines, ln)
	return &a.lines[len(a.lines)-1]
}

// posting is a ledger transaction about to be written.
type posting struct {
	kind                         txnType
	code                         string
	amount                       int64
	posted, service, entered     day
	reverses, pair, line, preset int64 // preset: a key already allotted
	method, memo                 string
	deleted                      day // zero: never
}

// post writes a ledger transaction if the history reaches the day it was
// entered, and returns its key, or 0.
func (l *life) post(a *account, x posting) int64 {
	p := l.p
	if !p.seen(x.entered) || x.entered < p.goLive {
		return 0
	}
	id := x.preset
	if id == 0 {
		id = p.key(tLedger, x.entered)
	}
	closes := p.tally(l.locIndex, x)
	if x.deleted != 0 && p.seen(x.deleted) {
		p.out.remove(tLedger, id, x.entered, x.deleted)
		a.active = max(a.active, x.deleted)
		return id
	}
	a.balance += x.amount
	a.active = max(a.active, x.entered)
	changed := p.latest(x.entered, closes)
	b := p.out.row(tLedger, x.entered, changed)
	if b == nil {
		return id
	}
	b.bigint(id).bigint(p.id).bigint(l.loc.id).bigint(l.provider).bigint(l.patient).bigint(a.id).bigint(a.c.version(x.posted))
	b.text(string(x.kind)).text(p.bookedAs(x.code, l.loc, x.entered)).cents(x.amount).date(x.posted).date(x.service)
	l.stamp(b, x.entered, id)
	if p.seen(closes) {
		b.stamp(l.loc.zone.instant(closes, closeSecond(l.loc.id, closes)))
	} else {
		b.null()
	}
	b.ref(x.reverses).ref(x.pair).ref(x.line).boolean(p.inProduction(x)).boolean(x.kind.collects()).word(x.method).word(x.memo)
	if p.seen(closes) {
		b.stamp(l.loc.zone.instant(closes, closeSecond(l.loc.id, closes))).end()
	} else {
		l.stamp(b, x.entered, id).end()
	}
	return id
}

// inProduction says whether a transaction counts in production: by its code,
// except that practices differ about discounts.
func (p *practice) inProduction(x posting) bool {
	if x.kind == discount {
		return p.discountsProduction
	}
	for i := range codes {
		if codes[i].code == x.code {
			return codes[i].production
		}
	}
	return false
}

// allocate applies a credit to a line, or with a negative amount takes it off.
func (l *life) allocate(a *account, ln *line, txn, amount int64, posted, entered day) {
	p := l.p
	ln.paid += amount
	if posted < p.goLive {
		ln.before += amount
		return
	}
	if txn == 0 {
		return
	}
	ln.seenPaid += amount
	ln.changed = max(ln.changed, entered)
	if ln.seenPaid >= ln.amount-ln.before {
		ln.paidOn, ln.full = posted, entered
	} else {
		ln.paidOn, ln.full = never, never
	}
	id := p.key(tAllocation, entered)
	if b := p.out.row(tAllocation, entered, entered); b != nil {
		b.bigint(id).bigint(p.id).bigint(a.id).bigint(txn).bigint(ln.id).cents(amount).date(posted)
		l.stamp(b, entered, id).end()
	}
}

// charge adds a charge outside the share, and the line that asks for it.
// A charge made over several lines falls due month by month.
func (l *life) charge(a *account, x posting, lines int) {
	if a.writeOff != never && x.posted >= a.writeOff {
		return
	}
	x.entered, x.service = x.posted, x.posted
	first := len(a.lines)
	rest := x.amount
	for i := range lines {
		part := rest
		if i+1 < lines {
			part = x.amount / int64(lines)
		}
		rest -= part
		ln := a.addLine(line{kind: "misc", due: x.posted.months(i), scheduled: x.posted, amount: part, ended: never, service: never})
		ln.version = a.c.versionIndex(x.posted)
		l.openLine(ln)
	}
	if x.kind == miscCharge {
		x.line = a.lines[first].id
	}
	txn := l.post(a, x)
	for i := first; i < len(a.lines); i++ {
		a.lines[i].charge = txn
	}
}

// openLine allots a line's key once the history reaches its scheduling.
func (l *life) openLine(ln *line) {
	if p := l.p; p.seen(ln.scheduled) {
		ln.id = p.key(tInstalment, p.created(ln.scheduled))
	}
}

func (c *contract) versionIndex(d day) int {
	if c.renegotiated != never && d >= c.renegotiated {
		return 1
	}
	return 0
}

// open opens the accounts of an activated contract and books its fee.
func (c *contract) open(l *life) {
	p := l.p
	created := p.created(c.activated)
	for i := range c.accounts {
		a := &c.accounts[i]
		a.id = p.key(tAccount, created)
		a.active = created
		for k := range a.lines {
			l.openLine(&a.lines[k])
		}
		fee := posting{kind: contractFee, code: "TXFEE", amount: a.share, posted: c.activated, service: c.treatment.start, entered: c.activated}
		var off [3]int64
		if i == len(c.accounts)-1 {
			off = c.discounts // the last account is the patient's, if there is one
		}
		fee.amount += off[0] + off[1] + off[2]
		l.post(a, fee)
		for k, code := range [...]string{"DISCPIF", "DISCFAM", "DISCOTH"} {
			if off[k] > 0 {
				l.post(a, posting{kind: discount, code: code, amount: -off[k], posted: c.activated, service: c.treatment.start, entered: c.activated})
			}
		}
	}
}
