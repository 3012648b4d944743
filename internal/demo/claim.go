package demo

// claim is one claim from draft to its last verdict.
type claim struct {
	id, original  int64
	kind          string
	frequency     string
	created       day
	submitted     day
	closed        day
	firstPaid     day
	paid          int64
	charge, est   int64
	states        []state
	events        []claimEvent
	verdicts      []verdict
	policy, payer int64
	submissions   int
}

type state struct {
	name string
	on   day
}

type claimEvent struct {
	on                             day
	source, category, code, entity string
	submission                     int
}

// verdict is one adjudication of a claim.
type verdict struct {
	on              day // posted
	late            bool
	clp02           string
	paid, resp      int64 // resp: patient's responsibility
	group, carc     string
	carcAmount      int64
	moves, writeOff int64 // what becomes the patient's, what is given up
}

func (c *claim) is(name string, on day) { c.states = append(c.states, state{name, on}) }

func (c *claim) event(on day, source, category, code, entity string) {
	c.events = append(c.events, claimEvent{on, source, category, code, entity, c.submissions})
}

// Rates of a claim's life. Denials and manual work vary by practice.
const (
	rejectAutomated = 0.01
	rejectManual    = 0.055
	pendRate        = 0.04
	overturnRate    = 0.60
	partPaidRate    = 0.10
	takeBackRate    = 0.006
	lateRemitRate   = 0.04
)

// denial reasons and their weights. Group PR is the patient's own matter and
// does not count as a denial.
var denials = [...]struct {
	carc, group string
	weight      float64
}{
	{"119", "OA", 21},
	{"119", "PR", 4},
	{"27", "CO", 14},
	{"26", "CO", 6},
	{"31", "OA", 5},
	{"16", "CO", 20},
	{"18", "OA", 8},
	{"29", "CO", 5},
	{"6", "PI", 7},
	{"96", "CO", 10},
}

func drawDenial(r *rng) (carc, group string) {
	x := r.Float64() * 100
	for _, d := range denials {
		if x -= d.weight; x < 0 {
			return d.carc, d.group
		}
	}
	return "96", "CO"
}

// submit plans the way of a claim to its payer: a rejection at the front end
// or two, acceptance, a question. It returns the day of the submission that
// was accepted.
func (c *claim) submit(l *life, service day) day {
	r := l.claims
	lag := r.lognormal(1.6, 1.05)
	if !l.p.automated {
		lag = r.lognormal(2.8, 1.0)
	}
	on := (service + day(min(lag, 60))).business()
	c.created, c.submitted = service.business(), on
	c.is("draft", c.created)
	reject := rejectManual
	if l.p.automated {
		reject = rejectAutomated
	}
	for {
		c.submissions++
		c.is("submitted", on)
		c.event(on, "837D", "", "", "")
		answered := on.nextBusiness()
		if c.submissions > 2 || !r.chance(reject) {
			c.event(on, "999", "A", "", "")
			c.event(answered, "277CA", "A1", "19", "PR")
			accepted := answered.nextBusiness()
			c.event(accepted, "277CA", "A2", "20", "PR")
			c.is("accepted", accepted)
			return on
		}
		if r.chance(0.15) {
			c.event(answered, "999", "R", "", "")
		} else {
			c.event(on, "999", "A", "", "")
			c.event(answered, "277CA", []string{"A3", "A6", "A7", "A8"}[r.pick(30, 30, 30, 10)], "21", "40")
		}
		c.is("rejected", answered)
		on = (answered + day(r.between(2, 10))).business()
	}
}

// wait draws when the payer's answer is posted, after questions if any.
func (c *claim) wait(r *rng, submitted day) (day, bool) {
	days := max(r.lognormal(27, 0.56), 5)
	if r.chance(pendRate) {
		on := (submitted + day(r.between(6, 12))).business()
		category := []string{"P0", "P1", "P2", "P3"}[r.pick(15, 35, 20, 30)]
		c.event(on, "277", category, "3", "PR")
		c.is("pended", on)
		if category == "P3" {
			c.event(on.nextBusiness(), []string{"portal", "phone"}[r.IntN(2)], "", "", "")
		}
		days += 14
	}
	late := r.chance(lateRemitRate)
	if late {
		days += float64(r.between(14, 35))
	}
	return (submitted + day(days)).business(), late
}

// bill sends a claim for the i-th line of an insurance account and follows
// it, and any corrected claim after it, to the end of the money.
func (l *life) bill(a *account, i int, service day, frequency string, original int64) {
	r, ln := l.claims, &a.lines[i]
	rest := ln.amount - ln.paid
	if rest <= 0 {
		return
	}
	c := &claim{kind: "continuation", frequency: frequency, original: original, closed: never, firstPaid: never, est: rest}
	c.reuse(&l.claim)
	if ln.kind == "initial" {
		c.kind = "initial"
	}
	cv := &l.covers[a.cover]
	if a.cover == 1 {
		c.kind = "secondary"
	}
	c.policy, c.payer = cv.id, cv.plan.payer
	if cv.successor != 0 && service >= cv.found {
		c.policy, c.payer = cv.successor, cv.next.payer
	}
	c.charge = rest * 100 / int64(cv.plan.percent)
	on, late := c.wait(r, c.submit(l, service))
	deny := l.p.denial
	if c.kind == "initial" {
		deny *= 1.4
	} else {
		deny *= 0.85
	}
	var again day
	if frequency == "1" && r.chance(deny) {
		again = c.deny(r, on, late, rest)
	} else {
		again = c.pay(r, on, late, rest, frequency, cv.plan.network)
	}
	l.finishClaim(c, a, i)
	l.claim = *c
	if again != never {
		l.bill(a, i, again, "7", c.id)
	}
}

// reuse takes over the memory of an earlier claim.
func (c *claim) reuse(old *claim) {
	c.states, c.events, c.verdicts = old.states[:0], old.events[:0], old.verdicts[:0]
}

// deny plans a denial and what the practice does about it. It returns the
// service date of a corrected claim, or never.
func (c *claim) deny(r *rng, on day, late bool, rest int64) day {
	carc, group := drawDenial(r)
	v := verdict{on: on, late: late, clp02: "1", group: group, carc: carc, carcAmount: c.charge}
	if c.kind == "secondary" {
		v.clp02 = "2"
	}
	if carc == "31" {
		v.clp02 = "4"
	}
	c.is("denied", on)
	c.event(on, "835", v.clp02, "", "")
	if !r.chance(overturnRate) {
		done := (on + day(r.between(15, 45))).business()
		c.verdicts = append(c.verdicts, v)
		end := verdict{on: done, moves: rest}
		if group == "CO" && r.chance(0.3) {
			end = verdict{on: done, writeOff: rest}
		}
		c.verdicts = append(c.verdicts, end)
		c.is("closed", done)
		c.closed = done
		return never
	}
	c.verdicts = append(c.verdicts, v)
	if r.chance(0.3) {
		asked := (on + day(r.between(3, 20))).business()
		c.event(asked, []string{"portal", "phone"}[r.IntN(2)], "", "", "")
		won := (asked + day(r.between(15, 50))).business()
		c.verdicts = append(c.verdicts, verdict{on: won, clp02: v.clp02, paid: rest})
		c.event(won, "835", v.clp02, "", "")
		c.is("paid", won)
		c.closed = won
		return never
	}
	again := (on + day(r.between(5, 25))).business()
	c.is("corrected", again)
	c.closed = again
	return again
}

// pay plans a payment, in full or in part, and for a few its reversal. It
// returns the service date of a corrected claim, or never.
func (c *claim) pay(r *rng, on day, late bool, rest int64, frequency, network string) day {
	v := verdict{on: on, late: late, clp02: "1", paid: rest}
	if c.kind == "secondary" {
		v.clp02 = "2"
	}
	state := "paid"
	if frequency == "1" && r.chance(partPaidRate) {
		state = "part_paid"
		v.paid = rest * int64(r.between(60, 92)) / 100
		short := rest - v.paid
		v.carcAmount = short
		if network == "ppo" && r.chance(0.5) {
			v.group, v.carc, v.writeOff = "CO", "45", short
		} else {
			v.group, v.carc, v.moves, v.resp = "PR", "2", short, short
		}
	}
	c.verdicts = append(c.verdicts, v)
	c.is(state, on)
	c.event(on, "835", v.clp02, "", "")
	c.closed = on
	if frequency != "1" || state != "paid" || !r.chance(takeBackRate) {
		return never
	}
	back := (on + day(r.between(20, 90))).business()
	c.verdicts = append(c.verdicts, verdict{on: back, clp02: "22", paid: -rest, group: "CO", carc: "129", carcAmount: rest})
	c.is("reversed", back)
	c.event(back, "835", "22", "", "")
	c.closed = back
	return (back + day(r.between(3, 12))).business()
}
