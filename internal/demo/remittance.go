package demo

import "strconv"

// remittance is one payment advice: all claims of a payer that a practice
// posts on a day. Advices that took weeks to arrive come on their own.
type remittance struct {
	id     int64
	key    remitKey
	amount int64
}

type remitKey struct {
	payer    int64
	received day
	late     bool
}

func (l *life) remitMethod(payer int64) string {
	if payer%3 == 0 {
		return "check"
	}
	return "eft"
}

// remitLine writes the adjudication of a claim into the day's advice. A
// claim of 0 means a payment that came without one.
func (l *life) remitLine(claim int64, a *account, v *verdict, payer, txn, charge int64) {
	p := l.p
	key := remitKey{payer, v.on, v.late}
	m := p.remittances[key]
	if m == nil {
		m = &remittance{id: p.key(tRemittance, v.on), key: key}
		p.remittances[key] = m
		p.remitOrder = append(p.remitOrder, m)
	}
	m.amount += v.paid
	id := p.key(tRemittanceLine, v.on)
	b := p.out.row(tRemittanceLine, v.on, v.on)
	if b == nil {
		return
	}
	b.bigint(id).bigint(p.id).bigint(m.id).ref(claim).bigint(a.id).text(v.clp02).cents(charge).cents(v.paid).cents(v.resp)
	if v.carc == "" {
		b.null().null().null()
	} else {
		b.text(v.group).text(v.carc).cents(v.carcAmount)
	}
	b.date(v.on).ref(txn)
	l.stamp(b, v.on, id).end()
}

func (p *practice) emitRemittances() {
	for _, m := range p.remitOrder {
		b := p.out.row(tRemittance, m.key.received, m.key.received)
		if b == nil {
			continue
		}
		sent := m.key.received - day(1+m.id%3)
		if m.key.late {
			sent -= day(14 + m.id%21)
		}
		method := "eft"
		if m.key.payer%3 == 0 {
			method = "check"
		}
		b.bigint(m.id).bigint(p.id).bigint(m.key.payer).text("RA" + strconv.FormatUint(hash(m.id)%1e10, 10)).text(method)
		b.date(sent).date(m.key.received).cents(m.amount)
		p.stamp(b, m.key.received, m.id).end()
	}
}
