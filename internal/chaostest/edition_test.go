package chaostest

import "slices"

// datasets are those of the edition.
func (e edition) datasets() []dataset {
	all := datasets()
	for i, d := range all {
		switch {
		case d.name == "daily" && e["daily"] == 1:
			all[i].rows = func(w *world) byShop { return dailyOf(w, func(s sale) bool { return s.cents > 0 }) }
		case d.name == "events" && e["events"] == 1:
			all[i].columns = append(d.columns, column{"first_id", pseudonymous})
		case d.name == "ranked" && e["ranked"] == 1:
			all[i].columns = slices.Clone(d.columns)
			all[i].columns[3].class = hidden
		}
	}
	if e["best"] == 1 {
		rows := func(w *world) byShop { return best(w, e["daily"] == 1) }
		all = append(all, dataset{"best", 0, []column{{"amount", public}, {"days", public}}, rows})
	}
	if e["spares"] == 1 {
		all = append(all, dataset{"spares", 1, []column{{"spare_id", public}, {"body", public}}, spares})
	}
	return all
}

// best is the best day of each shop.
func best(w *world, positive bool) byShop {
	days := map[int64]map[int]int64{}
	for _, s := range w.sales {
		if s.cents <= 0 && positive {
			continue
		}
		if days[s.shop] == nil {
			days[s.shop] = map[int]int64{}
		}
		days[s.shop][s.on] += s.cents
	}
	out := byShop{}
	for shop, sums := range days {
		amounts := make([]int64, 0, len(sums))
		for _, cents := range sums {
			amounts = append(amounts, cents)
		}
		out.add(shop, money(slices.Max(amounts)), len(amounts))
	}
	return out
}

// blocked says whether the source lacks what the edition needs.
func (e edition) blocked(w *world) bool {
	return w.missing != "" || w.spares == nil && e["spares"] == 1
}
