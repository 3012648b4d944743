package project

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// cron is a schedule in five cron fields.
type cron struct{ into *string }

func (v cron) words() string {
	return `five fields (minute, hour, day of month, month, day of week) of numbers, *, -, / and commas, such as "30 1 * * *"`
}

func (v cron) decode(d *decoder, n *yaml.Node, path string) {
	s, ok := d.text(n, path)
	if !ok {
		return
	}
	fields := strings.Fields(s)
	if len(fields) != 5 {
		d.complain(n, path, "has %d fields; write %s", len(fields), v.words())
		return
	}
	ranges := [5]struct {
		what     string
		low, top int
	}{{"minute", 0, 59}, {"hour", 0, 23}, {"day of month", 1, 31}, {"month", 1, 12}, {"day of week", 0, 7}}
	for i, r := range ranges {
		if !cronField(fields[i], r.low, r.top) {
			d.complain(n, path, "%q is not %s; write %d to %d, *, a range such as %d-%d, a step such as */2, or several with commas",
				fields[i], article(r.what), r.low, r.top, r.low, r.top)
			return
		}
	}
	*v.into = strings.Join(fields, " ")
}

func cronField(s string, low, top int) bool {
	for part := range strings.SplitSeq(s, ",") {
		span, step, stepped := strings.Cut(part, "/")
		if n, ok := cronNumber(step); stepped && (!ok || n < 1 || n > top) {
			return false
		}
		if span == "*" {
			continue
		}
		from, to, ranged := strings.Cut(span, "-")
		a, ok := cronNumber(from)
		if !ok || a < low || a > top {
			return false
		}
		if b, ok := cronNumber(to); ranged && (!ok || b < a || b > top) {
			return false
		}
	}
	return true
}

func cronNumber(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && len(s) <= 2 && s[0] >= '0' && s[0] <= '9'
}
