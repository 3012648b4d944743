package web

import "time"

// good is the state of a key that opens, with its last day where it has one.
func (w words) good(end *time.Time) cell {
	c := cell{Text: "good", Class: "better"}
	if end != nil {
		c.Small, c.RawSmall = "its last day is "+w.lastDay(*end), "its last day is "+lastDate(*end)
	}
	return c
}

// expired is the state of a key that has ended by itself.
func (w words) expired(end time.Time) cell {
	return cell{Text: "expired", Small: "after " + w.lastDay(end), RawSmall: "after " + lastDate(end)}
}

// revoked is the state of a key that was ended.
func (w words) revoked(at time.Time) cell {
	return cell{Text: "revoked", Small: w.Moment(at), RawSmall: instant(at)}
}
