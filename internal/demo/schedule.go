package demo

import "math"

// profile is a stored means of payment, live from one day to another.
type profile struct {
	id       int64
	method   string
	from, to day
}

// Rates of payment behaviour.
const (
	autopayRate         = 0.85
	cardShare           = 0.75
	cardLapse           = 0.014 // a month
	distressWithProfile = 0.0050
	distressWithout     = 0.021
	recoveryRate        = 0.60
)

// schedule draws the lines of the patients' accounts, the times when they
// cannot pay, and whether the contract is renegotiated.
func (c *contract) schedule(l *life) {
	r, t := l.money, c.treatment
	early := t.endReason == "transfer_out" || t.endReason == "discontinued"
	defaulted := false
	for i := range c.accounts {
		a := &c.accounts[i]
		a.stop, a.writeOff, a.distress, a.recovered = never, never, never, never
		if early {
			a.stop = max(t.end, c.activated+1)
		}
		if a.party == 0 {
			continue
		}
		a.scheduleLines(l)
		if c.arrangement == "in_house" {
			a.drawProfiles(r)
			a.drawDistress(l)
		}
		if a.distress != never && a.recovered == never {
			defaulted = true
			if a.writeOff != never && (c.dismissed == never || a.writeOff < c.dismissed) {
				c.dismissed = a.writeOff
			}
		}
	}
	if c.arrangement == "in_house" && c.periods >= 8 && !defaulted && r.chance(renegotiationRate) {
		c.renegotiate(l)
	}
	if early {
		c.ended, c.endStatus = max(t.end, c.activated+1), "cancelled"
		if t.endReason == "transfer_out" {
			c.endStatus = "transferred"
		}
	}
	if c.dismissed != never {
		c.ended, c.endStatus = c.dismissed, "charged_off"
		for i := range c.accounts {
			// The other payers owe nothing for what will not be done.
			if a := &c.accounts[i]; a.writeOff == never && (t.end == never || c.dismissed < t.end) {
				a.stop = c.dismissed
			}
		}
	}
}

// scheduleLines makes the initial, the periodic and sometimes a retention
// line of a patient account.
func (a *account) scheduleLines(l *life) {
	c, r := a.c, l.money
	a.dueDay = []int{1, 5, 10, 15, 20, 25, 28, 29, 30, 31}[r.pick(22, 12, 12, 18, 10, 8, 4, 3, 6, 5)]
	base := line{scheduled: c.activated, ended: never, service: never}
	if a.down > 0 {
		base.kind, base.due, base.amount = "initial", c.activated, a.down
		a.addLine(base)
	}
	rest := a.share - a.down
	if rest == 0 {
		return
	}
	retention := int64(0)
	if l.p.retentionFee && rest > 100_000 {
		retention = 25_000
		rest -= retention
	}
	a.spread(base, c.activated, rest, c.periods)
	if retention > 0 {
		base.kind, base.due, base.amount = "retention", c.treatment.band.months(c.treatment.estMonths+1), retention
		base.due = max(base.due, c.activated+30)
		a.addLine(base)
	}
}

// spread adds n periodic lines that add up to total, the odd cents in the
// last, due month by month after from.
func (a *account) spread(base line, from day, total int64, n int) {
	base.kind, base.amount = "periodic", total/int64(n)
	first := from.addMonths(1, a.dueDay)
	if first < from+15 {
		first = from.addMonths(2, a.dueDay)
	}
	for k := range n {
		base.due = first.addMonths(k, a.dueDay)
		if k == n-1 {
			base.amount = total - base.amount*int64(n-1)
		}
		a.addLine(base)
	}
}

// drawProfiles draws the means of automatic payment over the account's life.
func (a *account) drawProfiles(r *rng) {
	a.profiles = a.profiles[:0]
	if !r.chance(autopayRate) {
		return
	}
	end := a.lines[len(a.lines)-1].due + 60
	for from := a.c.activated; from < end; {
		pr := profile{method: "ach", from: from, to: never}
		if r.chance(cardShare) {
			pr.method = "card"
			lapse := from + day(30.44*math.Ceil(math.Log(1-r.Float64())/math.Log(1-cardLapse)))
			if lapse < end {
				pr.to = lapse
			}
		}
		a.profiles = append(a.profiles, pr)
		if pr.to == never || !r.chance(0.85) {
			return
		}
		from = pr.to + day(r.between(1, 35))
	}
}

// live returns the index of the profile that can be drafted on a day, or -1.
func (a *account) live(d day) int {
	for i, pr := range a.profiles {
		if pr.from <= d && (pr.to == never || pr.to > d) {
			return i
		}
	}
	return -1
}

// drawDistress draws whether and when the payer stops paying: for some
// months, or for good. A practice that writes off does so when the oldest
// line has been due for its number of days.
func (a *account) drawDistress(l *life) {
	r := l.money
	for i := range a.lines {
		ln := &a.lines[i]
		if ln.kind != "periodic" {
			continue
		}
		rate := distressWithout
		if a.live(ln.due) >= 0 {
			rate = distressWithProfile
		}
		if a.c.treatment.subtype == "adult" {
			rate *= 1.2
		}
		if !r.chance(rate) {
			continue
		}
		a.distress = ln.due
		if r.chance(recoveryRate) {
			a.recovered = (ln.due + day(r.between(35, 120))).business()
		} else if off := l.p.writeOffDay; off > 0 {
			a.writeOff = (ln.due + day(off)).business()
		}
		if a.stop != never && a.recovered == never && (a.writeOff == never || a.stop < a.writeOff) {
			// The treatment ends first, and the account is settled with it.
			a.writeOff, a.recovered = never, (a.stop + day(r.between(20, 60))).business()
		}
		return
	}
}

// renegotiate replaces the lines not yet due by others, mostly over a longer
// time, sometimes for another fee.
func (c *contract) renegotiate(l *life) {
	r := l.money
	on := (c.activated + day(30.44*float64(c.periods)*(0.2+0.5*r.Float64()))).business()
	if t := c.treatment; t.end != never && on >= t.end {
		return
	}
	change := int64(0)
	if r.chance(0.3) {
		change = 1000 * int64(r.between(-30, 25))
	}
	stretch := 1.2 + 0.6*r.Float64()
	for i := range c.accounts {
		a := &c.accounts[i]
		if a.party == 0 {
			continue
		}
		var moved int64
		n := 0
		for k := range a.lines {
			if ln := &a.lines[k]; ln.kind == "periodic" && ln.due > on+7 {
				moved += ln.amount
				n++
				ln.ended, ln.reason = on, "rescheduled"
			}
		}
		if n == 0 {
			continue
		}
		if c.renegotiated == never {
			change = max(change, -moved/2)
			a.adjusted = change
			c.newNet = c.net + change
			moved += change
			c.renegotiated = on
		}
		c.newPeriods = max(int(float64(n)*stretch), 1)
		c.newPeriodic = moved / int64(c.newPeriods)
		a.spread(line{scheduled: on, ended: never, service: never, version: 1}, on, moved, c.newPeriods)
	}
}
