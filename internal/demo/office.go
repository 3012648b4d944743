package demo

import (
	"fmt"
	"strconv"
)

type provider struct {
	id        int64
	associate bool
	left      day
	weight    float64
}

type staffMember struct {
	id       int64
	roles    []string
	left     day
	location int // index of the main one
}

type referral struct {
	id       int64
	category string
}

// hire fills the practice with doctors, staff and referral sources.
func (p *practice) hire(r *rng) {
	doctors := 1 + r.pick(73, 14, 11, 2)
	doctors = max(doctors, int(p.starts/350), 1)
	for k := range doctors {
		d := provider{id: p.id*1000 + int64(k) + 1, associate: k > 0 && r.chance(0.7), left: never, weight: 1 / float64(k+1)}
		if k > 1 && r.chance(0.2) {
			d.left = p.goLive + day(r.between(200, 900))
		}
		p.providers = append(p.providers, d)
	}
	coordinators := 1 + len(p.locations) + int(p.starts/500)
	for k := range coordinators + 3 {
		s := staffMember{id: p.id*1000 + int64(k) + 1, left: never, location: k % len(p.locations)}
		switch {
		case k < coordinators:
			s.roles = []string{"treatment_coordinator"}
			if k == 0 && coordinators < 3 {
				s.roles = append(s.roles, "observation_coordinator")
			}
			if k > 1 && r.chance(0.3) {
				s.left = p.goLive + day(r.between(100, 900))
			}
			p.coordinators = append(p.coordinators, s.id)
		case k == coordinators:
			s.roles = []string{"financial_coordinator"}
		case k == coordinators+1:
			s.roles = []string{"insurance_coordinator", "financial_coordinator"}
		default:
			s.roles = []string{}
		}
		p.staff = append(p.staff, s)
	}
	for k := range r.between(15, 45) {
		category := []string{"dentist", "patient", "ad", "web", "other"}[r.pick(50, 20, 8, 17, 5)]
		p.referrals = append(p.referrals, referral{id: p.id*1000 + int64(k) + 1, category: category})
	}
}

func (p *practice) associates() int {
	n := 0
	for _, d := range p.providers {
		if d.associate {
			n++
		}
	}
	return n
}

func (p *practice) settings() string {
	return fmt.Sprintf(`{"statement_day": %d, "same_day_culture": %.2f, "automated_claims": %t, "late_fee": %t}`,
		1+p.id%28, p.sameDay, p.automated, p.lateFee)
}

// emitPeople writes the doctors, the staff and the referral sources.
func (p *practice) emitPeople() {
	r := newRNG()
	r.seed(p.w.size.Seed, p.id, 0, 4)
	for _, d := range p.providers {
		name := "Dr. " + r.firstName() + " " + r.lastName()
		if b := p.out.row(tProvider, p.goLive, p.latest(p.goLive, d.left)); b != nil {
			role := "orthodontist"
			if d.associate {
				role = "associate"
			}
			b.bigint(d.id).bigint(p.id).text(name).text(role).text(strconv.FormatInt(9_900_000_000+d.id, 10))
			b.date(p.goLive.months(-12 * int(1+d.id%20))).date(p.known(d.left))
			p.stamp(p.stamp(b, p.goLive, d.id), p.latest(p.goLive, d.left), d.id).end()
		}
	}
	for _, s := range p.staff {
		name := r.firstName() + " " + r.lastName()
		places := []int64{p.locations[s.location].id}
		if n := len(p.locations); n > 1 && s.id%2 == 0 {
			places = append(places, p.locations[(s.location+1)%n].id)
		}
		roles := s.roles
		if p.seen(s.left) {
			roles = nil // the role goes, the person stays
		}
		if b := p.out.row(tStaff, p.goLive, p.latest(p.goLive, s.left)); b != nil {
			b.bigint(s.id).bigint(p.id).text(name).words(roles...).bigints(places).date(p.known(s.left))
			p.stamp(p.stamp(b, p.goLive, s.id), p.latest(p.goLive, s.left), s.id).end()
		}
	}
	for _, f := range p.referrals {
		name := map[string]string{"dentist": "Dr. " + r.lastName(), "patient": "Patient of the practice", "ad": "Radio", "web": "Web search", "other": "Walked by"}[f.category]
		if b := p.out.row(tReferral, p.goLive, p.goLive); b != nil {
			b.bigint(f.id).bigint(p.id).text(f.category).text(name).boolean(true)
			p.stamp(p.stamp(b, p.goLive, f.id), p.goLive, f.id).end()
		}
	}
}
