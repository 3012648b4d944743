package demo

import (
	"fmt"
	"math"
)

// payer is an insurance company, with one or more plans.
type payer struct {
	id   int64
	name string
}

// plan is a benefit plan with orthodontic cover.
type plan struct {
	id            int64
	payer         int64
	network       string
	percent       int   // of the fee
	lifetimeMax   int64 // cents
	ageLimit      int
	waitingMonths int
	interval      string
	intervalMonth int   // months between payments; 0 when all is paid at once
	initialShare  int64 // ten-thousandths
	style         string
	coversWIP     bool
}

const payerCount = 25

// insurers makes the payers and plans that all practices share. The weights
// of benefits and of styles of payment are those of the field. A few payers
// cover most patients, so these two are spread evenly over the plans in their
// order, by steps of irrational numbers: chance alone would let one odd plan
// of the largest payer decide.
func (w *world) insurers() {
	r := newRNG()
	r.seed(w.size.Seed, 0, 0, 1)
	for i := range payerCount {
		id := int64(i + 1)
		name := payerNames[i%len(payerNames)] + " " + payerKinds[(i/len(payerNames)+i)%len(payerKinds)]
		w.payers = append(w.payers, payer{id: id, name: name})
		for range r.between(2, 5) {
			w.plans = append(w.plans, drawPlan(r, int64(len(w.plans)+1), id))
		}
	}
	// The last plan is Medicaid's: it pays the whole fee of those it covers.
	w.payers = append(w.payers, payer{id: payerCount + 1, name: "State Medicaid Dental"})
	w.plans = append(w.plans, plan{
		id: int64(len(w.plans) + 1), payer: payerCount + 1, network: "medicaid", percent: 100,
		lifetimeMax: 600_000, ageLimit: 21, interval: "quarterly", intervalMonth: 3,
		initialShare: 3300, style: "initial_and_periodic",
	})
}

func drawPlan(r *rng, id, payer int64) plan {
	const golden, silver = 0.6180339887, 0.4142135623
	benefit, style := math.Mod(0.37+float64(id)*golden, 1), math.Mod(0.11+float64(id)*silver, 1)
	pl := plan{id: id, payer: payer, network: "ppo", percent: 50, coversWIP: r.chance(0.5)}
	pl.lifetimeMax = []int64{75_000, 100_000, 150_000, 200_000, 250_000, 300_000, 350_000, 400_000}[at(benefit, 5, 27, 27, 18, 8, 7, 5, 3)]
	pl.initialShare = int64(r.between(2500, 3300))
	switch at(style, 40, 40, 5, 4, 1, 10) {
	case 0:
		pl.interval, pl.intervalMonth = "quarterly", 3
	case 1:
		pl.interval, pl.intervalMonth = "monthly", 1
	case 2:
		pl.interval, pl.intervalMonth = "annual", 12
	case 3:
		pl.interval, pl.intervalMonth = "semiannual", 6
	case 4:
		pl.interval, pl.initialShare = "lump", 10_000
	case 5:
		pl.interval, pl.intervalMonth = "pays_patient", 3
	}
	pl.style = []string{"initial_and_periodic", "automatic", "initial_only"}[r.pick(65, 25, 10)]
	if r.chance(0.2) {
		pl.network = []string{"indemnity", "dhmo"}[r.pick(3, 1)]
	}
	if r.chance(0.6) {
		pl.ageLimit = []int{19, 26}[r.pick(7, 3)]
	}
	if r.chance(0.2) {
		pl.waitingMonths = 12
	}
	return pl
}

// emitInsurers writes the rows that belong to no practice.
func (w *world) emitInsurers(o *output) {
	created := w.start.months(-60)
	at := int64(created) * 86400 * 1_000_000
	for _, p := range w.payers {
		if r := o.row(tPayer, created, created); r != nil {
			r.bigint(p.id).text(p.name).text(fmt.Sprintf("%05d", 60000+37*p.id)).boolean(true).stamp(at).stamp(at).end()
		}
	}
	for i := range w.plans {
		pl := &w.plans[i]
		if r := o.row(tPlan, created, created); r != nil {
			r.bigint(pl.id).bigint(pl.payer).text(fmt.Sprintf("%s %d ortho", pl.network, pl.lifetimeMax/100)).text(pl.network)
			r.cents(int64(pl.percent) * 100).cents(pl.lifetimeMax).small(pl.ageLimit).smallint(pl.waitingMonths)
			r.text(pl.interval).numeric(pl.initialShare, 4).text(pl.style).boolean(pl.coversWIP).stamp(at).stamp(at).end()
		}
	}
}
