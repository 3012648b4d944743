package chaostest

import (
	"cmp"
	"slices"
	"strconv"
)

func daily(w *world) byShop { return dailyOf(w, func(sale) bool { return true }) }

func dailyOf(w *world, counts func(sale) bool) byShop {
	type key struct {
		shop int64
		on   int
	}
	type sums struct{ cents, sales, notes int64 }
	days := map[key]sums{}
	for _, s := range w.sales {
		if !counts(s) {
			continue
		}
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
	type counted struct{ n, last, first int64 }
	kinds := map[event]counted{}
	for id, e := range w.events {
		k := kinds[e]
		kinds[e] = counted{k.n + 1, max(k.last, id), min(cmp.Or(k.first, id), id)}
	}
	out := byShop{}
	for _, e := range sortedBy(kinds, func(a, b event) int { return cmp.Compare(a.kind, b.kind) }) {
		out.add(e.shop, e.kind, kinds[e].n, kinds[e].last, kinds[e].first)
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
