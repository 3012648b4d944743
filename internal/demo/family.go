package demo

import (
	"fmt"
	"strconv"
)

// family is who guarantees the fees of one or more patients: the adult
// patient, or the parents of children, who may pay separately.
type family struct {
	last       string
	registered day
	location   int
	divorced   bool
	risk       string
	guarantors []guarantor
	emitted    bool
	children   int
}

type guarantor struct {
	id           int64 // responsible party
	person       int64
	relationship string
}

// siblingShare is the share of children whose brother or sister is known.
const siblingShare = 0.22

// familyOf finds the family of a new patient: of a child sometimes one that
// has been here for some weeks, otherwise a new one.
func (p *practice) familyOf(r *rng, child bool, arrived day) *family {
	if n := len(p.families); child && n > 0 && r.chance(siblingShare) {
		f := p.families[n-1-r.IntN(min(n, 300))]
		if f.guarantors[0].relationship != "self" && f.registered < arrived-30 && f.children < 4 {
			f.children++
			return f
		}
	}
	f := &family{last: r.lastName(), registered: arrived, location: p.drawLocation(r), risk: "A", children: 1}
	f.risk = []string{"A", "B", "C", "D"}[r.pick(55, 28, 12, 5)]
	switch {
	case !child:
		f.guarantors = []guarantor{{relationship: "self"}}
	case r.chance(0.09):
		f.divorced = true
		f.guarantors = []guarantor{{relationship: "mother"}, {relationship: "father"}}
	default:
		f.guarantors = []guarantor{{relationship: []string{"mother", "father", "guardian"}[r.pick(60, 36, 4)]}}
	}
	p.families = append(p.families, f)
	return f
}

func (p *practice) drawLocation(r *rng) int {
	total := 0.0
	for _, l := range p.locations {
		total += l.weight
	}
	x := r.Float64() * total
	for i, l := range p.locations {
		if x -= l.weight; x < 0 {
			return i
		}
	}
	return 0
}

// emit writes the guarantors once, with the first of their patients. Adults
// who guarantee themselves share the patient's person.
func (f *family) emit(l *life, created day) {
	if f.emitted {
		return
	}
	f.emitted = true
	p := l.p
	for i := range f.guarantors {
		g := &f.guarantors[i]
		if g.relationship == "self" {
			g.person = l.person
		} else {
			born := l.born - day(l.names.between(24*365, 40*365))
			sex := map[string]string{"mother": "F", "father": "M", "guardian": "X"}[g.relationship]
			g.person = l.emitPerson(created, l.names.firstName(), f.last, sex, born)
		}
		g.id = p.key(tResponsibleParty, created)
		if b := p.out.row(tResponsibleParty, created, created); b != nil {
			b.bigint(g.id).bigint(p.id).bigint(g.person).text(g.relationship).text(f.risk)
			l.stamp(l.stamp(b, created, g.id), created, g.id).end()
		}
	}
}

// emitPerson writes a person. Converted systems know no birth date for some.
func (l *life) emitPerson(created day, first, last, sex string, born day) int64 {
	p, r := l.p, l.names
	id := p.key(tPerson, created)
	if p.converted && created == p.goLive && r.chance(0.05) {
		born = unknown
	}
	street, town, line := r.IntN(len(streets)), r.IntN(len(towns)), r.between(100, 199)
	if b := p.out.row(tPerson, created, created); b != nil {
		b.bigint(id).bigint(p.id).text(first).text(last).date(born).text(sex).text(email(first, id))
		b.text("555-555-0" + strconv.Itoa(line)).text(fmt.Sprintf("%d %s Street", 10*line+street, streets[street]))
		b.text(towns[town]).text(l.loc.state).text(l.loc.zip3 + "0" + strconv.Itoa(10+town))
		l.stamp(l.stamp(b, created, id), created, id).end()
	}
	return id
}
