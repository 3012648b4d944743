package demo

import "math"

// cover is a policy of the patient, and the one that followed it when cover
// was lost in the middle of treatment and found again elsewhere.
type cover struct {
	id, successor int64
	plan          *plan
	next          *plan
	from          day
	lost          day // last covered day, never while it goes on
	found         day // when the successor began
	verified      string
	created       day
	checked, left int64 // of the lifetime maximum: when verified, and after contracts
}

// current returns the policy that is billed on the last day.
func (cv *cover) current(p *practice) int64 {
	if cv.successor != 0 && p.seen(cv.found) {
		return cv.successor
	}
	return cv.id
}

// Rates of what goes wrong with cover.
const (
	dualCoverRate  = 0.07 // of insured patients: 4 % of all
	coverLossRate  = 0.006
	silentStopRate = 0.004
)

// openInsurance opens an account for every policy that pays the practice,
// with the instalments expected from it.
func (l *life) openInsurance(c *contract) {
	r, t := l.claims, c.treatment
	if !l.insured {
		return
	}
	if len(l.covers) == 0 {
		l.drawCovers(c)
	}
	if t.start == never {
		return
	}
	for i := range l.covers {
		cv := &l.covers[i]
		if cv.verified != "verified" || cv.plan.interval == "pays_patient" || (cv.lost != never && cv.lost < t.start) {
			continue
		}
		benefit := min(c.gross*int64(cv.plan.percent)/100, cv.left)
		benefit = min(benefit/100*100, c.net-c.insurance)
		if i == 1 {
			benefit /= 2
		}
		if benefit < 10_000 {
			continue
		}
		a := c.newAccount()
		a.kind, a.cover, a.share = "insurance", i, benefit
		a.expect(cv.plan, t, benefit)
		c.insurance += benefit
		cv.left -= benefit
		l.drawLoss(r, cv, t)
	}
}

// drawCovers draws the policies that were verified at the exam.
func (l *life) drawCovers(c *contract) {
	r, w := l.claims, l.p.w
	n := 1
	if r.chance(dualCoverRate) && !l.p.medicaid {
		n = 2
	}
	for range n {
		cv := cover{plan: drawPlanOf(r, w), lost: never, found: never, verified: "verified"}
		if l.p.medicaid {
			cv.plan = &w.plans[len(w.plans)-1]
		}
		cv.from = c.presented - day(r.between(60, 1500))
		cv.left = cv.plan.lifetimeMax
		switch r.pick(94, 3, 3) {
		case 1:
			cv.verified = "no_ortho_benefit"
		case 2:
			cv.verified = "unverified"
		default:
			if r.chance(0.05) {
				cv.left = cv.left / 2 // used elsewhere
			}
		}
		cv.checked = cv.left
		cv.created = l.p.created(c.presented)
		cv.id = l.p.key(tPolicy, cv.created)
		l.covers = append(l.covers, cv)
	}
}

// drawPlanOf draws a payer by Zipf's law and one of its plans.
func drawPlanOf(r *rng, w *world) *plan {
	payer := int64(r.zipf(payerCount, 1.1) + 1)
	first, n := 0, 0
	for i := range w.plans {
		if w.plans[i].payer == payer {
			if n == 0 {
				first = i
			}
			n++
		}
	}
	return &w.plans[first+r.IntN(n)]
}

// expect adds the instalments a plan pays: a first one with banding, the
// rest at its interval over at most two years.
func (a *account) expect(pl *plan, t *treatment, benefit int64) {
	const delay = 30 // days from service to payment
	initial := benefit * pl.initialShare / 10_000
	months := t.estMonths
	if t.remaining > 0 {
		months = t.remaining
	}
	n := 0
	if pl.intervalMonth > 0 {
		n = min(months, 24) / pl.intervalMonth
	}
	if n == 0 {
		initial = benefit
	}
	base := line{kind: "initial", scheduled: a.c.activated, ended: never, amount: initial}
	base.service = max(t.band, a.c.activated)
	base.due = base.service + delay
	a.addLine(base)
	rest := benefit - initial
	base.kind = "periodic"
	for k := range n {
		if rest <= 0 {
			break
		}
		// Continuation is billed on the first of the month.
		base.service = max(t.band, a.c.activated).addMonths((k+1)*pl.intervalMonth, 1)
		base.due = base.service + delay
		base.amount = (benefit - initial) / int64(n)
		if k == n-1 {
			base.amount = rest
		}
		rest -= base.amount
		a.addLine(base)
	}
}

// drawLoss draws whether cover ends in the middle of treatment, and whether
// another plan takes over the work in progress.
func (l *life) drawLoss(r *rng, cv *cover, t *treatment) {
	if cv.lost != never {
		return
	}
	month := math.Ceil(math.Log(1-r.Float64()) / math.Log(1-coverLossRate))
	if month > 30 {
		return
	}
	cv.lost = t.start + day(30.44*month)
	if r.chance(0.5) && !l.p.medicaid {
		next := drawPlanOf(r, l.p.w)
		if next.coversWIP && next.interval != "pays_patient" {
			cv.next = next
			cv.found = cv.lost + day(r.between(10, 70))
			if l.p.seen(cv.found) {
				cv.successor = l.p.key(tPolicy, l.p.created(cv.found))
			}
		}
	}
}

// emitCovers writes the policies.
func (l *life) emitCovers() {
	for i := range l.covers {
		cv := &l.covers[i]
		l.emitPolicy(cv.id, cv.plan, i+1, cv.created, cv.from, cv.lost, cv.verified, cv.checked)
		if cv.successor != 0 {
			l.emitPolicy(cv.successor, cv.next, i+1, l.p.created(cv.found), cv.found, never, "verified", cv.next.lifetimeMax/2)
		}
	}
}

func (l *life) emitPolicy(id int64, pl *plan, priority int, created, from, to day, verified string, left int64) {
	p := l.p
	changed := p.latest(created, to)
	b := p.out.row(tPolicy, created, changed)
	if b == nil {
		return
	}
	b.bigint(id).bigint(p.id).bigint(l.patient).bigint(pl.id).bigint(l.family.guarantors[0].id)
	b.text(memberID(id)).text(groupNo(id)).smallint(priority).date(from).date(p.known(to)).text(verified)
	if verified == "unverified" {
		b.null().null()
	} else {
		l.stamp(b, created, id).cents(left)
	}
	l.stamp(l.stamp(b, created, id), changed, id).end()
}

const memberAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

func memberID(id int64) string {
	var b [11]byte
	for i, x := 0, hash(id); i < len(b); i++ {
		b[i] = memberAlphabet[x%uint64(len(memberAlphabet))]
		x /= uint64(len(memberAlphabet))
	}
	return string(b[:])
}

func groupNo(id int64) string { return memberID(id ^ 0x5555)[:6] }
