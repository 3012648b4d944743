package demo

// localCodes are codes that an office of some practices uses in place of those
// that the practice began with: taken over from another system, made up at the
// desk, given up, or deleted although rows hold them.
var localCodes = [...]struct {
	code, label string // without a label: deleted from the list of codes
	instead     string // the code it stands for
	category    string // what the practice says it means; "" if nobody ever did
	everywhere  bool   // said for the whole practice, not for the one office
	given       bool   // up halfway
}{
	{"RP-01", "Bracket repair", "REPAIR", "repair", false, false},
	{"PROMO", "Promotion", "DISCOTH", "discount_other", true, true},
	{"RTN-9", "Second retainer", "RETAINER", "", false, false},
	{"GOODWL", "", "COURTESY", "", false, false},
}

// localOffice is the location that has codes of its own, or nil.
func (p *practice) localOffice() *location {
	if p.id%3 != 2 {
		return nil
	}
	return &p.locations[len(p.locations)-1]
}

// halfway is when local codes are given up.
func (p *practice) halfway() day { return p.goLive.months(max(1, p.w.size.Months/2)).business() }

// bookedAs is the code under which a location books what the practice calls x.
func (p *practice) bookedAs(x string, at *location, entered day) string {
	office := p.localOffice()
	if office == nil || office.id != at.id {
		return x
	}
	for _, c := range localCodes {
		if c.instead == x && (!c.given || entered < p.halfway()) {
			return c.code
		}
	}
	return x
}

// emitLocalCodes writes the local codes and what the practice says of them.
func (p *practice) emitLocalCodes() {
	office := p.localOffice()
	if office == nil {
		return
	}
	for i, c := range localCodes {
		n := int64(len(codes) + 1 + i)
		retired, label := never, c.label
		if c.given && p.seen(p.halfway()) {
			retired, label = p.halfway(), "z"+c.label
		}
		if c.label != "" {
			p.emitCode(p.goLive, c.code, label, p.kindOf(c.instead), "", retired, n)
		}
		if c.category == "" {
			continue
		}
		id := p.key(tCodeMapping, p.goLive)
		b := p.out.row(tCodeMapping, p.goLive, p.goLive)
		if b == nil {
			continue
		}
		b.bigint(id).bigint(p.id)
		if c.everywhere {
			b.null()
		} else {
			b.bigint(office.id)
		}
		b.text(c.code).text(c.category)
		p.stamp(p.stamp(b, p.goLive, id), p.goLive, id).end()
	}
}

// kindOf is what transactions of a code that every practice starts with are.
func (p *practice) kindOf(code string) txnType {
	for i := range codes {
		if codes[i].code == code {
			return codes[i].kind
		}
	}
	panic("no code " + code)
}
