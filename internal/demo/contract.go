package demo

import "math"

// contract is the fee agreement of a treatment, with its accounts. A second
// version replaces the first when it is renegotiated.
type contract struct {
	ids                 [2]int64
	treatment           *treatment
	presented, signed   day
	activated           day
	renegotiated        day
	gross, net, newNet  int64 // cents; newNet is that of the second version
	discounts           [3]int64
	insurance           int64
	down, periodic      int64
	newPeriodic         int64
	periods, newPeriods int
	arrangement         string
	takenOver           bool // in flight at go-live
	accounts            []account
	patientShare        int64
	ended               day // planned end: superseded, cancelled, transferred, charged off
	endStatus           string
	dismissed           day
}

// Discounts, in the order of the columns.
const (
	pifDiscount = iota
	familyDiscount
	otherDiscount
)

// zeroFeeRate is the share of contracts without a fee: warranty cases,
// families of staff. Of phase 2 more are free, being part of phase 1's fee.
const (
	zeroFeeRate       = 0.012
	zeroFeePhase2     = 0.08
	pifRate           = 0.228
	thirdPartyRate    = 0.03
	renegotiationRate = 0.085 // of financed contracts: 6 % of all
)

// drawFee draws a gross fee in whole dollars, as practices quote them.
func (l *life) drawFee(t *treatment) int64 {
	r := l.money
	mean, sd := 5600.0, 700.0
	switch {
	case t.category == "phase1":
		mean, sd = 3200, 350
	case t.category == "phase2":
		mean, sd = 3400, 400
	case t.category == "limited", t.category == "other":
		mean, sd = 2900, 450
	case t.category == "aligner":
		mean = 5700
	case l.adult:
		mean = 5900
	}
	if t.subtype == "medicaid" {
		mean *= 0.7
	}
	if t.origin == "transfer_in" {
		mean *= 0.3 + 0.7*float64(t.remaining)/float64(t.estMonths)
	}
	y, m, _ := t.presented.split()
	years := float64(y) + float64(m)/12 - feeYear
	fee := r.normal(mean, sd) * l.p.feeEffect * math.Pow(1.03, years)
	return 1000 * int64(max(math.Round(fee/10), 60))
}

// feeYear is the year whose fees the means are.
const feeYear = 2024.2

// draw agrees the contract of a treatment: fee, discounts, arrangement and
// the shares of its payers. part is the share of a split contract.
func (c *contract) draw(l *life, t *treatment, gross int64, guarantors []guarantor) {
	r := l.money
	*c = contract{
		treatment: t, presented: t.presented, signed: never, activated: never, renegotiated: never,
		ended: never, dismissed: never, accounts: c.accounts[:0], gross: gross,
	}
	if t.start != never {
		c.signed = t.presented + (t.start-t.presented)/2
		c.activated = t.start
		if r.chance(0.06) {
			c.activated = (t.start + day(r.between(2, 30))).business()
		}
		c.takenOver = c.activated < l.p.goLive
	}
	if gross == 0 {
		c.arrangement = "none"
		return
	}
	pif := r.chance(pifRate)
	switch {
	case pif:
		c.discounts[pifDiscount] = gross / 100 * 3
	case r.chance(0.08 / (1 - pifRate)):
		c.discounts[familyDiscount] = gross / 100 * 5
	case r.chance(0.06 / (1 - pifRate)):
		c.discounts[otherDiscount] = gross / 100 * 4
	}
	c.net = gross - c.discounts[0] - c.discounts[1] - c.discounts[2]
	l.openInsurance(c)
	c.patientShare = c.net - c.insurance
	switch {
	case c.patientShare == 0:
		c.arrangement = "insurance"
	case pif:
		c.arrangement, c.down = "pif", c.patientShare
	case r.chance(thirdPartyRate):
		c.arrangement, c.down = "third_party", c.patientShare
	default:
		c.arrangement = "in_house"
		c.finance(r)
	}
	c.openPatients(l, guarantors)
	c.newNet = c.net
}

// finance draws down payment and term of an instalment plan.
func (c *contract) finance(r *rng) {
	share := float64(c.patientShare) / 100
	down := 0.0
	switch r.pick(25, 35, 40) {
	case 0:
		down = float64(50 * r.between(0, 5))
	case 1:
		down = float64(25 * r.between(11, 30))
	case 2:
		down = math.Round(share * (0.15 + 0.05*r.Float64()))
	}
	c.down = roundCents(min(down, math.Floor(share/2)))
	stretch := []float64{0.9, 1.0, 1.25, 1.5}[r.pick(50, 25, 15, 10)]
	months := c.treatment.estMonths
	if c.treatment.remaining > 0 {
		months = c.treatment.remaining
	}
	c.periods = min(max(int(math.Round(float64(months)*stretch)), 1), 36)
	c.periodic = (c.patientShare - c.down) / int64(c.periods)
}

// openPatients opens one account for every guarantor. Separated parents
// share in halves, or nearly.
func (c *contract) openPatients(l *life, guarantors []guarantor) {
	if c.patientShare == 0 {
		return
	}
	rest := c.patientShare
	for i, g := range guarantors {
		share := rest
		if i+1 < len(guarantors) {
			share = c.patientShare / 100 * int64([]int{50, 60, 70}[l.money.pick(6, 3, 1)])
			rest -= share
		}
		a := c.newAccount()
		a.kind, a.party, a.share = "responsible_party", g.id, share
		a.down = c.down * share / c.patientShare
	}
}

// newAccount appends an account, taking over the memory of an earlier one.
func (c *contract) newAccount() *account {
	a := account{c: c, writeOff: never, stop: never}
	if n := len(c.accounts); n < cap(c.accounts) {
		old := &c.accounts[:n+1][n]
		a.lines, a.profiles = old.lines[:0], old.profiles[:0]
	}
	c.accounts = append(c.accounts, a)
	return &c.accounts[len(c.accounts)-1]
}

// version returns the contract in force on a day.
func (c *contract) version(d day) int64 {
	if c.renegotiated != never && d >= c.renegotiated && c.ids[1] != 0 {
		return c.ids[1]
	}
	return c.ids[0]
}

// treat runs the money of the i-th treatment: contract, insurance, payments.
// A patient dismissed for non-payment loses everything planned afterwards.
func (l *life) treat(i int) {
	p := l.p
	t := &l.treatments[i]
	if !p.seen(t.presented) || (t.end != never && t.end < p.goLive-day(800)) {
		return
	}
	if t.start == never && t.presented < p.goLive {
		return // proposals were not taken over
	}
	t.id = p.key(tTreatment, p.created(t.presented))
	if t.end != never && t.end < p.goLive-200 {
		return // the case is remembered, its contract was settled
	}
	l.restart(l.money, i)
	gross := l.drawFee(t)
	free := zeroFeeRate
	if t.category == "phase2" {
		free = zeroFeePhase2
	}
	if l.money.chance(free) {
		gross = 0
	}
	guarantors := l.family.guarantors
	var dismissed day
	if gross > 0 && len(guarantors) == 2 && p.splits {
		half := gross / 2
		dismissed = l.agree(t, 100+2*i, half, guarantors[:1])
		if other := l.agree(t, 101+2*i, gross-half, guarantors[1:]); dismissed == never || (other != never && other < dismissed) {
			dismissed = other
		}
	} else {
		dismissed = l.agree(t, 100+2*i, gross, guarantors)
	}
	if dismissed != never && dismissed > t.start && (t.end == never || dismissed < t.end) {
		t.end, t.endReason, t.debond = dismissed, "dismissed", never
		if t.partial >= dismissed {
			t.partial = never
		}
		for n := len(t.revisions); n > 1 && t.revisions[n-1].on >= dismissed; n = len(t.revisions) {
			t.revisions = t.revisions[:n-1]
		}
		l.cut(dismissed)
		l.say("dismissed", dismissed, -1)
		l.say("closed", dismissed+365, -1)
	}
}

// agree makes and lives one contract, and returns when its patient was
// dismissed for non-payment.
func (l *life) agree(t *treatment, n int, gross int64, guarantors []guarantor) day {
	l.restart(l.money, n)
	l.restart(l.claims, n)
	c := &l.contract
	c.draw(l, t, gross, guarantors)
	c.ids[0] = l.p.key(tContract, l.p.created(c.presented))
	l.predetermine(c)
	if c.activated == never {
		l.emitContract(c)
		return never
	}
	c.schedule(l)
	if c.renegotiated != never && l.p.seen(c.renegotiated) {
		c.ids[1] = l.p.key(tContract, l.p.created(c.renegotiated))
	}
	if !l.p.seen(c.activated) {
		l.emitContract(c)
		return c.dismissed
	}
	c.open(l)
	for i := range c.accounts {
		l.openProfiles(&c.accounts[i])
	}
	l.payInsurance(c)
	if n := len(c.accounts); n > 1 && c.accounts[n-2].party != 0 {
		l.shareBetween(&c.accounts[n-2], &c.accounts[n-1])
	}
	for i := range c.accounts {
		if a := &c.accounts[i]; a.party != 0 {
			l.payPatient(a)
		}
	}
	for i := range c.accounts {
		l.emitAccount(&c.accounts[i])
	}
	l.emitContract(c)
	return c.dismissed
}
