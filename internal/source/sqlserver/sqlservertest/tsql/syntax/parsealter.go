package syntax

import "strings"

func (p *parser) alterTable() any {
	a := &AlterTable{Table: p.object()}
	switch {
	case p.take("WITH", "NOCHECK"), p.take("WITH", "CHECK"):
		p.must("ADD")
		a.Constraints = append(a.Constraints, p.constraint())
	case p.take("ADD"):
		for {
			if p.startsConstraint() {
				a.Constraints = append(a.Constraints, p.constraint())
			} else {
				a.Add = append(a.Add, p.columnDef())
			}
			if !p.sign(",") {
				break
			}
		}
	case p.take("DROP"):
		p.dropped(a)
	case p.take("ALTER", "COLUMN"):
		c := p.columnDef()
		a.Alter = &c
	case p.take("ENABLE", "CHANGE_TRACKING"):
		a.Tracking = "ENABLE"
		if p.take("WITH") {
			p.mustSign("(")
			p.must("TRACK_COLUMNS_UPDATED", "=")
			a.Columns = strings.EqualFold(p.anyWord(), "ON")
			p.mustSign(")")
		}
	case p.take("DISABLE", "CHANGE_TRACKING"):
		a.Tracking = "DISABLE"
	case p.take("REBUILD"):
		a.Rebuild = true
	case p.take("SET"):
		p.mustSign("(")
		p.must("SYSTEM_VERSIONING", "=")
		a.Versioning = strings.ToUpper(p.anyWord())
		p.mustSign(")")
	default:
		p.wrong()
	}
	return a
}

func (p *parser) dropped(a *AlterTable) {
	for {
		keys := p.take("CONSTRAINT")
		if !keys {
			p.take("COLUMN")
		}
		p.take("IF", "EXISTS")
		if keys {
			a.DropKeys = append(a.DropKeys, p.name())
		} else {
			a.Drop = append(a.Drop, p.name())
		}
		if !p.sign(",") {
			return
		}
	}
}

// alterDatabase takes SET option [=] value [(details)] [WITH termination].
func (p *parser) alterDatabase() any {
	a := &AlterDatabase{Details: map[string]string{}}
	if !p.take("CURRENT") {
		a.Name = p.name()
	}
	if p.take("COLLATE") {
		a.Option, a.Value = "COLLATE", p.anyWord()
		return a
	}
	p.must("SET")
	a.Option = strings.ToUpper(p.anyWord())
	switch a.Option {
	case "CHANGE_TRACKING":
		if p.sign("=") {
			a.Value = strings.ToUpper(p.anyWord())
		}
		if p.sign("(") {
			p.trackingDetails(a)
		}
	case "ALLOW_SNAPSHOT_ISOLATION", "READ_COMMITTED_SNAPSHOT", "RECOVERY", "AUTO_CLOSE", "QUOTED_IDENTIFIER", "ANSI_NULLS",
		"AUTO_UPDATE_STATISTICS", "AUTO_CREATE_STATISTICS":
		a.Value = strings.ToUpper(p.anyWord())
	case "READ_ONLY", "READ_WRITE", "SINGLE_USER", "MULTI_USER":
		a.Value = "ON"
	case "COMPATIBILITY_LEVEL":
		p.mustSign("=")
		a.Value = p.next().text
	default:
		p.at--
		p.wrong()
	}
	if p.take("WITH") {
		if p.take("ROLLBACK") {
			p.must("IMMEDIATE")
		} else {
			p.must("NO_WAIT")
		}
	}
	return a
}

func (p *parser) trackingDetails(a *AlterDatabase) {
	for {
		option := strings.ToUpper(p.anyWord())
		p.mustSign("=")
		switch option {
		case "CHANGE_RETENTION":
			a.Details[option] = p.next().text
			unit := strings.ToUpper(p.anyWord())
			if unit != "DAYS" && unit != "HOURS" && unit != "MINUTES" {
				p.at--
				p.wrong()
			}
			a.Details["UNITS"] = unit
		case "AUTO_CLEANUP":
			a.Details[option] = strings.ToUpper(p.anyWord())
		default:
			p.at -= 2
			p.wrong()
		}
		if !p.sign(",") {
			break
		}
	}
	p.mustSign(")")
}
