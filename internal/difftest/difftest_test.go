package difftest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/demo"
	"archwire/internal/testdb"
)

func TestTheAPIAnswersWhatTheSourcesHold(t *testing.T) {
	t.Parallel()
	p, y := newProduct(t), newYardstick(t)
	p.fill(t, demo.Size{Practices: 4, Months: 14, Seed: 20261120, AsOf: archwire.Day("2026-11-20").Time()})
	p.hold(t, y)
	p.key = p.createKey(t, "--all", "--profile", "identified")
	t.Run("every tile is answered", p.everyTile)
	t.Run("lists that people work by", func(t *testing.T) { p.listsOfTheSources(t, y) })
	t.Run("a cent more", func(t *testing.T) { p.noticesACent(t, y) })
}

// noticesACent makes one receipt a cent larger on the SQL's side: the
// comparison must see it where it counts, and nowhere else.
func (p *product) noticesACent(t *testing.T, y *yardstick) {
	practice := y.value(t, `update rcm.ledger_transaction set amount = amount - 0.01
		where txn_id = (select max(txn_id) from rcm.ledger_transaction where txn_type = 'patient_payment') returning practice_id::text`)
	for metric, want := range map[string]int{"gross_collections": 1, "gross_production": 0} {
		y.count(t, metric)
		q := y.questions(t, metric, nil)[1] // by month
		var c comparison
		for _, id := range y.practices(t) {
			c.hold(q, "additive", only(y.answers(t, q), id), p.ask(t, p.own[id], id, q))
		}
		if len(c.differences) != want || want == 1 && !strings.Contains(c.differences[0], ", practice "+practice+", month of ") {
			t.Errorf("%s: after a cent more in practice %s the comparison finds %q", metric, practice, c.differences)
		}
	}
}

func TestTheAPIAnswersWhatUnusualSourcesHold(t *testing.T) {
	t.Parallel()
	p, y := newProduct(t), newYardstick(t)
	// A business date that ends a month, and from which 24 months lead to a day
	// of another number: 2024-02-29.
	const asOf = "2022-02-28"
	p.fill(t, demo.Size{Practices: 3, Months: 8, Seed: 7, AsOf: archwire.Day(asOf).Time()})
	testdb.Exec(t, p.rcm, readFile(t, "testdata/unusual_rcm.sql"))
	p.inPMS(t, strings.ReplaceAll(readFile(t, "testdata/unusual_pms.sql"), ":as_of", "'"+asOf+"'"))
	p.dropChecks(t)
	p.hold(t, y)
}

// hold runs the project, serves it and compares every metric.
func (p *product) hold(t *testing.T, y *yardstick) {
	y.fill(t, p.rcm, p.pms)
	practices := y.practices(t)
	p.publish(t, practices)
	catalogue := p.metrics(t)
	if diff := gocmp.Diff(metrics(t), slices.Sorted(maps.Keys(catalogue))); diff != "" {
		t.Errorf("the metrics that have SQL are not those the API has (-SQL, +API):\n%s", diff)
	}
	t.Run("reconcile", func(t *testing.T) { p.reconciles(t, y, practices) })
	made := 0
	for _, metric := range metrics(t) {
		t.Run(metric, func(t *testing.T) {
			dimensions := y.count(t, metric)
			want := catalogued{Metric: metric, Additivity: y.additivity(metric), Dimensions: slices.Sorted(slices.Values(dimensions))}
			got := catalogue[metric]
			slices.Sort(got.Dimensions)
			want.Rows = got.Rows // where the rows behind it are is tested by adding them up
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("the catalogue differs from the SQL (-SQL, +API):\n%s", diff)
			}
			var c comparison
			for _, q := range y.questions(t, metric, dimensions) {
				p.compare(t, y, &c, q, want.Additivity, practices)
			}
			if quiet := methodOf(metric).quiet; quiet > 0 && c.nonzero == 0 {
				c.silence(t, y, quiet)
				return
			}
			c.report(t)
			made += c.made
		})
	}
	t.Logf("%d answers of the API compared, as of %s", made, y.asOf)
}

// compare asks one question of all sides: of all practices together, of each
// beside the others and, by month, of each with its own key, which sees nothing
// else.
func (p *product) compare(t *testing.T, y *yardstick, c *comparison, q question, additivity string, practices []string) {
	t.Helper()
	want := y.answers(t, q)
	c.hold(q, additivity, except(want, ""), p.askEach(t, q))
	asked := []string{""}
	if q.Grain == "month" && q.Dimension == "" {
		asked = append(asked, practices...)
	}
	for _, id := range asked {
		key := p.key
		if id != "" {
			key = p.own[id]
		}
		got := p.ask(t, key, id, q)
		c.hold(q, additivity, only(want, id), got)
		if q.Dimension == "" {
			c.everyPeriod(q, id, got)
			c.nothingKnown(q, id, got, y.knownFrom(additivity, id))
		}
	}
}

// questions are what is asked of a metric: each grain that its definition
// speaks of; and by month by each dimension.
func (y *yardstick) questions(t *testing.T, metric string, dimensions []string) []question {
	t.Helper()
	how := methodOf(metric)
	q := question{Metric: metric, To: y.value(t, "select (date '"+y.asOf+"' + 40)::text")}
	grains := []string{"week", "month", "quarter", "year"}
	switch {
	case how.snapshot:
		q.From, q.To = y.firstMonth, y.asOf
		grains = grains[1:]
	case how.due:
		q.From, q.To = y.asOf, y.value(t, "select (date '"+y.asOf+"' + interval '26 months')::date::text")
	default:
		q.From = y.value(t, "select least('"+y.firstMonth+"', min(day)::text) from fact")
		q.To = y.value(t, "select greatest('"+q.To+"', max(day)::text) from fact") // some lie ahead
	}
	var all []question
	for _, g := range grains {
		q.Grain = g
		all = append(all, q)
	}
	q.Grain = "month"
	for _, d := range dimensions {
		q.Dimension = d
		all = append(all, q)
	}
	return all
}

// additivity is what the form of the facts makes of a metric.
func (y *yardstick) additivity(metric string) string {
	how := methodOf(metric)
	switch {
	case how.percentile != "":
		return "none"
	case y.hasDenominator:
		return "ratio"
	case how.snapshot:
		return "semi"
	}
	return "additive"
}

// knownFrom is the day from which on a practice has a value: of a sum always,
// of a state since the practice's first entry in the ledger, of others never
// for certain.
func (y *yardstick) knownFrom(additivity, practice string) string {
	switch additivity {
	case "additive":
		return "0001-01-01"
	case "semi":
		return cmp.Or(y.firstPosting[practice], "9999-12-31")
	}
	return "9999-12-31"
}

// only keeps the cells of one practice.
func only(all map[cell]answer, practice string) map[cell]answer {
	kept := map[cell]answer{}
	for c, a := range all {
		if c.Practice == practice {
			kept[c] = a
		}
	}
	return kept
}

// except keeps the cells of all other practices.
func except(all map[cell]answer, practice string) map[cell]answer {
	kept := maps.Clone(all)
	maps.DeleteFunc(kept, func(c cell, _ answer) bool { return c.Practice == practice })
	return kept
}
