package demo

// closeDay is the day on which a location closes its books of a business
// day: mostly the same evening, sometimes a day or three later. Every third
// practice does it the day after, so that some day is open at any time.
func (p *practice) closeDay(location int64, d day) day {
	if p.id%3 == 0 {
		return d.nextBusiness()
	}
	switch h := mix(p.w.size.Seed^hash(location<<20+int64(d))) % 1000; {
	case h < 930:
		return d
	case h < 990:
		return d.nextBusiness()
	default:
		return d.nextBusiness().nextBusiness().nextBusiness()
	}
}

// closeSecond is the time of day: after the last row of the day was written.
func closeSecond(location int64, d day) int {
	return 18*3600 + 1800 + int(hash(location*7919+int64(d))%3600)
}

// tally adds a transaction to the totals of its business day, unless these
// were closed before it was entered, and returns the day on which the books
// were closed that contain it.
func (p *practice) tally(location int, x posting) day {
	id := p.locations[location].id
	d := x.posted.business()
	closes := p.closeDay(id, d)
	if x.entered > closes {
		return p.closeDay(id, x.entered.business())
	}
	if i := d - p.goLive; i >= 0 && int(i) < len(p.totals[location]) {
		t := &p.totals[location][i]
		if x.amount > 0 {
			t.charges += x.amount
		}
		if x.kind.collects() {
			t.receipts -= x.amount
		}
	}
	return closes
}

func (p *practice) emitDayCloses() {
	for i, l := range p.locations {
		for d := p.goLive; d <= p.w.asOf; d++ {
			closed := p.closeDay(l.id, d)
			if !d.isWeekday() || !p.seen(closed) {
				continue
			}
			b := p.out.row(tDayClose, closed, closed)
			if b == nil {
				continue
			}
			t := p.totals[i][d-p.goLive]
			b.bigint(l.id).date(d).bigint(p.id).stamp(l.zone.instant(closed, closeSecond(l.id, closed)))
			b.bigint(p.staff[len(p.coordinators)].id).cents(t.charges).cents(t.receipts).end()
		}
	}
}
