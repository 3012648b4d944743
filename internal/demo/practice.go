package demo

import "math"

// practice is the simulation of one practice: what does not change, and the
// counters that its patients share.
type practice struct {
	w   *world
	out *output
	id  int64

	name, kind                         string
	state, region                      string
	zone                               *zone
	goLive, warm                       day
	starts, growth, keep, accept       float64
	sameDay, denial, feeEffect, season float64
	converted, medicaid, automated     bool
	discountsProduction, lateFee       bool
	retentionFee, splits               bool
	writeOffDay                        int // 0: never
	renamed                            day // when its code for card payments changed; never if not
	locations                          []location
	providers                          []provider
	staff                              []staffMember
	referrals                          []referral
	coordinators                       []int64 // staff who are treatment coordinators

	ids         [relations][]uint32 // next number of each table and day since go-live
	families    []*family
	remittances map[remitKey]*remittance
	remitOrder  []*remittance
	totals      [][]dayTotal // by location and day since go-live

	arrivals *rng
	patients int
	life     life
}

type location struct {
	id     int64
	zone   *zone
	state  string
	zip3   string
	opened day
	weight float64
}

type dayTotal struct{ charges, receipts int64 }

func (w *world) newPractice(id int64, out *output) *practice {
	r := newRNG()
	r.seed(w.size.Seed, id, 0, 2)
	i := int(id) - 1
	spread := 1.0
	if w.isBig(id) {
		spread = 0.4 // many offices, so nearer to the average
	}
	where := regions[i%len(regions)]
	p := &practice{
		w: w, out: out, id: id, arrivals: newRNG(),
		state: where.state, region: where.region, zone: w.zones[where.zone], renamed: never,
		starts: w.startsPerYear(id), growth: r.normal(0.005, 0.03),
		keep: r.beta(0.81, 0.04*spread), accept: r.beta(0.665, 0.06*spread), sameDay: r.beta(0.30, 0.14*spread),
		denial: min(max(r.beta(0.095, 0.03*spread), 0.03), 0.20), feeEffect: math.Exp(r.normal(0, 0.08*spread)),
		converted: i%20 == 6, medicaid: i%20 == 11, splits: i%4 == 3,
		discountsProduction: i%5 != 2, lateFee: r.chance(0.5), retentionFee: r.chance(0.2),
		automated:   r.chance(0.6),
		remittances: map[remitKey]*remittance{},
	}
	p.season = 1 - p.sameDay // no seasons where patients start on the day of the exam
	if i%5 != 3 {
		p.writeOffDay = 180
	}
	p.goLive = w.start
	if i%6 == 5 {
		p.goLive = w.start.months(1 + i%max(1, w.size.Months/3))
	}
	p.goLive = p.goLive.business()
	p.warm = p.goLive.months(-warmUpMonths)
	if i%6 == 3 {
		p.renamed = p.goLive.months(max(1, w.size.Months/2)).business()
	}
	days := int(w.asOf-p.goLive) + 1
	for t := range p.ids {
		p.ids[t] = make([]uint32, days)
	}
	p.name = r.lastName() + " Orthodontics"
	p.arrivals.seed(w.size.Seed, id, 0, 3)
	p.openLocations(r, where.zip3)
	p.hire(r)
	p.totals = make([][]dayTotal, len(p.locations))
	for l := range p.totals {
		p.totals[l] = make([]dayTotal, days)
	}
	p.life.init(p)
	return p
}

// openLocations opens one office for small practices and about one for every
// 250 starts a year otherwise. Offices of a large group spread over states.
func (p *practice) openLocations(r *rng, zip3 string) {
	n := 1 + r.pick(54, 27, 14, 3, 2)
	p.kind = "single"
	if p.starts > 700 {
		n = min(max(n, int(p.starts/250)), 120)
	}
	if n > 1 {
		p.kind = "group"
	}
	if p.w.isBig(p.id) {
		p.kind = "dso"
	}
	for k := range n {
		l := location{
			id: p.id*1000 + int64(k) + 1, zone: p.zone, state: p.state, zip3: zip3,
			opened: p.goLive.months(-12 * r.between(2, 25)), weight: 1 / float64(k+1),
		}
		if p.kind == "dso" && k%3 == 2 {
			other := regions[(int(p.id)+k)%len(regions)]
			l.zone, l.state, l.zip3 = p.w.zones[other.zone], other.state, other.zip3
			l.weight = 0.5
		}
		p.locations = append(p.locations, l)
	}
}

// simulate lives the practice from its warm-up to the last day and writes
// all its rows.
func (p *practice) simulate() {
	p.emitPractice()
	p.emitPeople()
	for d := p.warm; d <= p.w.asOf && p.out.err == nil; d++ {
		if !d.isWeekday() {
			continue
		}
		for range p.arrivals.poisson(p.leadsOn(d)) {
			p.patients++
			p.life.live(p.patients, d)
		}
	}
	p.emitRemittances()
	p.emitDayCloses()
}

// leadsOn is the mean number of new people who call on a day. It follows from
// the starts wanted: 0.64 starts other than phase 2 for every new-patient
// exam, and 0.80 exams for every add.
func (p *practice) leadsOn(d day) float64 {
	const phase2Share, acceptance = 0.085, 0.64
	exams := p.starts * (1 - phase2Share) / acceptance
	yearly := exams / p.keep * math.Pow(1+p.growth, float64(d-p.goLive)/365.25)
	_, m, _ := d.split()
	return yearly / 260.9 * (1 + (season[m-1]-1)*p.season) * d.trend() * [5]float64{1.15, 1.15, 1.15, 1.15, 0.4}[d.weekday()]
}

// key allots the next key of a table to a row created on the day. Keys grow
// from day to day in all practices together, so an append-only table can be
// followed by its key; they depend on nothing that happens later.
func (p *practice) key(t relation, created day) int64 {
	n := &p.ids[t][created-p.goLive]
	*n++
	return int64(created)*100_000_000_000 + p.id*10_000_000 + int64(*n)
}

// seen says whether the history reaches the day.
func (p *practice) seen(d day) bool { return d != never && d <= p.w.asOf }

// created returns the day on which a row about something of day d came to
// exist here: nothing did before go-live.
func (p *practice) created(d day) day { return max(d, p.goLive) }

// latest returns the last of the days that the history reaches.
func (p *practice) latest(days ...day) day {
	last := never
	for _, d := range days {
		if d <= p.w.asOf {
			last = max(last, d)
		}
	}
	return p.created(last)
}

// known returns d if the history reaches it, else never.
func (p *practice) known(d day) day {
	if p.seen(d) {
		return d
	}
	return never
}

// stamp writes an instant on the day, in the zone of the head office, for rows
// that belong to no location.
func (p *practice) stamp(r *rows, d day, id int64) *rows {
	return r.stamp(p.zone.instant(d, officeSecond(id)))
}

func (p *practice) emitPractice() {
	r := p.out.row(tPractice, p.goLive, p.goLive)
	if r != nil {
		converted := never
		if p.converted {
			converted = p.goLive
		}
		r.bigint(p.id).text(p.name).text(p.kind).text("live").text(p.region).text(p.state).text(p.zone.name)
		r.date(p.goLive).date(converted).smallint(len(p.providers) - p.associates()).smallint(p.associates())
		r.smallint(int(5 * (p.id % 3))).small(p.writeOffDay).boolean(p.discountsProduction).json(p.settings())
		p.stamp(p.stamp(r, p.goLive, p.id), p.goLive, p.id).end()
	}
	for _, l := range p.locations {
		if r := p.out.row(tLocation, p.goLive, p.goLive); r != nil {
			r.bigint(l.id).bigint(p.id).text(towns[int(l.id)%len(towns)]).text(l.zone.name).text(l.state).text(l.zip3)
			r.date(l.opened).null()
			p.stamp(p.stamp(r, p.goLive, l.id), p.goLive, l.id).end()
		}
	}
	p.emitCodes()
}
