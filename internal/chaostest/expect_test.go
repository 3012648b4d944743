package chaostest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// A column of a dataset, and the privacy class that the project gives it.
type column struct{ name, class string }

// A dataset is what the project publishes under a name, said once more: its key
// (the first columns), its columns, and its rows by tenant, in the key's order,
// without the tenant.
type dataset struct {
	name    string
	key     int
	columns []column
	rows    func(w *world) byShop
}

// byShop holds rows of text by tenant.
type byShop map[int64][][]string

func (b byShop) add(shop int64, values ...any) {
	row := make([]string, len(values))
	for i, v := range values {
		row[i] = fmt.Sprint(v)
		if text, ok := v.(*string); ok {
			row[i] = null
			if text != nil {
				row[i] = *text
			}
		}
	}
	b[shop] = append(b[shop], row)
}

// null is how NULL is written; no text of the test's is like it.
const null = "\x00"

const (
	public       = "public"
	pseudonymous = "pseudonymous"
	identified   = "identified"
)

func datasets() []dataset {
	return []dataset{
		{"daily", 1, []column{{"sold_on", public}, {"amount", public}, {"sales", public}, {"notes", public}}, daily},
		{"clients", 1, []column{{"client_id", pseudonymous}, {"name", identified}, {"sales", pseudonymous}, {"amount", pseudonymous}}, clients},
		{"ranked", 1, []column{
			{"sale_id", pseudonymous}, {"note", identified}, {"amount", pseudonymous}, {"place", pseudonymous}, {"running", pseudonymous},
		}, ranked},
		{"recent", 0, []column{{"sales", public}, {"amount", pseudonymous}}, recent},
		{"share", 0, []column{{"amount", public}, {"total", public}}, share},
		{"events", 1, []column{{"kind", public}, {"events", public}, {"last_id", identified}}, events},
		{"stock", 1, []column{{"item_code", public}, {"qty", public}, {"label", public}, {"copies", public}, {"value", pseudonymous}}, stock},
		{"papers", 1, []column{{"paper_id", public}, {"pages", public}}, papers},
		{"version", 0, []column{{"version", public}}, version},
	}
}

func daily(w *world) byShop {
	type key struct {
		shop int64
		on   int
	}
	type sums struct{ cents, sales, notes int64 }
	days := map[key]sums{}
	for _, s := range w.sales {
		d := days[key{s.shop, s.on}]
		d.cents += s.cents
		d.sales++
		if s.note != nil {
			d.notes++
		}
		days[key{s.shop, s.on}] = d
	}
	out := byShop{}
	for _, k := range sortedBy(days, func(a, b key) int { return cmp.Compare(a.on, b.on) }) {
		d := days[k]
		out.add(k.shop, date(k.on), money(d.cents), d.sales, d.notes)
	}
	return out
}

func clients(w *world) byShop {
	out := byShop{}
	bought := map[[2]int64][]int64{}
	for _, s := range w.sales {
		k := [2]int64{s.shop, s.client}
		bought[k] = append(bought[k], s.cents)
	}
	for _, id := range sorted(w.clients) {
		c := w.clients[id]
		if c.gone {
			continue
		}
		var amount *string
		all := bought[[2]int64{c.shop, id}]
		if len(all) > 0 {
			text := money(sum(all))
			amount = &text
		}
		out.add(c.shop, id, c.name, len(all), amount)
	}
	return out
}

func ranked(w *world) byShop {
	byAmount, byDay := map[int64][]int64{}, map[int64][]int64{}
	for _, id := range sorted(w.sales) {
		shop := w.sales[id].shop
		byAmount[shop] = append(byAmount[shop], id)
		byDay[shop] = append(byDay[shop], id)
	}
	places, running := map[int64]int{}, map[int64]int64{}
	for shop, ids := range byAmount {
		slices.SortStableFunc(ids, func(a, b int64) int { return cmp.Compare(w.sales[b].cents, w.sales[a].cents) })
		for i, id := range ids {
			places[id] = i + 1
		}
		var total int64
		ids = byDay[shop]
		slices.SortStableFunc(ids, func(a, b int64) int { return cmp.Compare(w.sales[a].on, w.sales[b].on) })
		for _, id := range ids {
			total += w.sales[id].cents
			running[id] = total
		}
	}
	out := byShop{}
	for _, id := range sorted(w.sales) {
		s := w.sales[id]
		out.add(s.shop, id, s.note, money(s.cents), places[id], money(running[id]))
	}
	return out
}

func recent(w *world) byShop {
	day := w.day()
	amounts := map[int64][]int64{}
	for _, s := range w.sales {
		if day-s.on < 30 {
			amounts[s.shop] = append(amounts[s.shop], s.cents)
		}
	}
	out := byShop{}
	for shop, all := range amounts {
		out.add(shop, len(all), money(sum(all)))
	}
	return out
}

func share(w *world) byShop {
	var total int64
	amounts := map[int64]int64{}
	for _, s := range w.sales {
		amounts[s.shop] += s.cents
		total += s.cents
	}
	out := byShop{}
	for shop, cents := range amounts {
		out.add(shop, money(cents), money(total))
	}
	return out
}

func events(w *world) byShop {
	type counted struct{ n, last int64 }
	kinds := map[event]counted{}
	for id, e := range w.events {
		k := kinds[e]
		kinds[e] = counted{k.n + 1, max(k.last, id)}
	}
	out := byShop{}
	for _, e := range sortedBy(kinds, func(a, b event) int { return cmp.Compare(a.kind, b.kind) }) {
		out.add(e.shop, e.kind, kinds[e].n, kinds[e].last)
	}
	return out
}

func stock(w *world) byShop {
	type known struct {
		label  string
		cents  int64
		copies int
	}
	catalog := map[string]known{}
	for i, n := range w.items {
		k := catalog[i.code]
		catalog[i.code] = known{max(k.label, i.label), max(k.cents, i.cents), k.copies + n}
	}
	out := byShop{}
	for _, p := range sortedBy(w.stock, place.compare) {
		qty := w.stock[p]
		if k, ok := catalog[p.item]; ok {
			out.add(p.shop, p.item, qty, k.label, k.copies, money(qty*k.cents))
			continue
		}
		out.add(p.shop, p.item, qty, null, null, null)
	}
	return out
}

func papers(w *world) byShop {
	out := byShop{}
	for _, id := range sorted(w.papers) {
		out.add(w.papers[id].shop, id, w.papers[id].pages)
	}
	return out
}

func version(w *world) byShop {
	out := byShop{}
	for shop := range w.shops {
		out.add(shop, strconv.FormatInt(w.version, 10))
	}
	return out
}

func sum(all []int64) (total int64) {
	for _, n := range all {
		total += n
	}
	return total
}

func sortedBy[K comparable, V any](table map[K]V, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(table))
	for k := range table {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	return keys
}

// profiles are the privacy profiles, and which classes each opens.
func profiles() []profile {
	return []profile{
		{"aggregate", []string{public}},
		{"pseudonymous", []string{public, pseudonymous}},
		{"identified", []string{public, pseudonymous, identified}},
	}
}

type profile struct {
	name  string
	opens []string
}

// seen lists the numbers of the columns that a profile sees; nil when it may not
// see the key, and so nothing.
func (d dataset) seen(p profile) []int {
	var out []int
	for i, c := range d.columns {
		switch {
		case slices.Contains(p.opens, c.class):
			out = append(out, i)
		case i < d.key:
			return nil
		}
	}
	return out
}

// listed are the profiles under which the index lists the dataset: those that see
// more of it than the next narrower one.
func (d dataset) listed() []profile {
	var out []profile
	before := 0
	for _, p := range profiles() {
		if n := len(d.seen(p)); n > before {
			out = append(out, p)
			before = n
		}
	}
	return out
}
