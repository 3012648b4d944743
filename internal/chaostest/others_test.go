package chaostest

import (
	"fmt"
	"slices"
)

func (a *author) addClient() {
	id, c := a.key(), client{shop: a.anyShop(), name: a.text()}
	a.do(func(w *world) { w.clients[id] = c },
		"insert into client (client_id, shop_id, name, updated_at) values ($1, $2, $3, "+a.when()+")", id, c.shop, c.name)
}

func (a *author) renameClient() {
	if id, ok := one(a, a.world.clients); ok {
		name := a.text()
		a.do(func(w *world) { c := w.clients[id]; c.name = name; w.clients[id] = c },
			"update client set name = $2, updated_at = "+a.when()+" where client_id = $1", id, name)
	}
}

// markClient marks a client as gone, or takes the mark away.
func (a *author) markClient() {
	id, ok := one(a, a.world.clients)
	if !ok || a.world.missing == "gone_at" {
		return
	}
	mark, gone := a.dialect.moment(0), !a.world.clients[id].gone
	if !gone {
		mark = "null"
	}
	a.do(func(w *world) { c := w.clients[id]; c.gone = gone; w.clients[id] = c },
		"update client set gone_at = "+mark+", updated_at = "+a.when()+" where client_id = $1", id)
}

func (a *author) moveClient() {
	if id, ok := one(a, a.world.clients); ok {
		shop := a.anyShop()
		a.do(func(w *world) { c := w.clients[id]; c.shop = shop; w.clients[id] = c },
			"update client set shop_id = $2, updated_at = "+a.when()+" where client_id = $1", id, shop)
	}
}

func (a *author) addEvent() {
	id, e := a.key(), event{a.anyShop(), fmt.Sprintf("kind %d", a.rng.IntN(4))}
	a.do(func(w *world) { w.events[id] = e },
		"insert into event (event_id, shop_id, kind) values ($1, $2, $3)", id, e.shop, e.kind)
}

func (a *author) removeEvent() {
	if id, ok := one(a, a.world.events); ok {
		a.remove("shop.event", func(w *world) { delete(w.events, id) }, "delete from event where event_id = $1", id)
	}
}

func (a *author) renumberEvent() {
	from, ok := one(a, a.world.events)
	if !ok {
		return
	}
	to := a.key()
	a.remove("shop.event", func(w *world) { w.events[to] = w.events[from]; delete(w.events, from) },
		"update event set event_id = $2 where event_id = $1", from, to)
}

func (a *author) setStock() {
	p, qty := place{a.anyShop(), fmt.Sprintf("item %d", a.rng.IntN(50))}, a.rng.Int64N(1000)
	sql := "insert into stock (shop_id, item_code, qty) values ($1, $2, $3)"
	if _, there := a.world.stock[p]; there {
		sql = "update stock set qty = $3 where shop_id = $1 and item_code = $2"
	}
	a.do(func(w *world) { w.stock[p] = qty }, sql, p.shop, p.item, qty)
}

func (a *author) anyPlace() (place, bool) {
	all := slices.DeleteFunc(sortedBy(a.world.stock, place.compare), func(p place) bool { return !a.busy(p.shop) })
	if len(all) == 0 {
		return place{}, false
	}
	return all[a.rng.IntN(len(all))], true
}

func (a *author) removeStock() {
	if p, ok := a.anyPlace(); ok {
		a.remove("shop.stock", func(w *world) { delete(w.stock, p) }, "delete from stock where shop_id = $1 and item_code = $2", p.shop, p.item)
	}
}

// moveStock gives a row to another shop, which is part of its key.
func (a *author) moveStock() {
	from, ok := a.anyPlace()
	to := place{a.anyShop(), from.item}
	if _, taken := a.world.stock[to]; !ok || taken {
		return
	}
	a.remove("shop.stock", func(w *world) { w.stock[to] = w.stock[from]; delete(w.stock, from) },
		"update stock set shop_id = $3 where shop_id = $1 and item_code = $2", from.shop, from.item, to.shop)
}

// addItem adds a row to a table that has no key; some are there twice.
func (a *author) addItem() {
	i := item{fmt.Sprintf("item %d", a.rng.IntN(60)), fmt.Sprintf("label %d", a.rng.IntN(3)), 100 * a.rng.Int64N(4)}
	a.do(func(w *world) { w.items[i]++ }, "insert into item (item_code, label, price) values ($1, $2, $3)", i.code, i.label, money(i.cents))
}

func (a *author) removeItem() {
	all := sortedBy(a.world.items, item.compare)
	if len(all) < 10 {
		return
	}
	i := all[a.rng.IntN(len(all))]
	a.remove("shop.item", func(w *world) {
		if w.items[i]--; w.items[i] == 0 {
			delete(w.items, i)
		}
	}, a.dialect.removeItem(),
		i.code, i.label, money(i.cents))
}

func (a *author) relabelItems() {
	code, label := fmt.Sprintf("item %d", a.rng.IntN(60)), a.text()
	a.do(func(w *world) {
		for i, n := range w.items {
			if i.code == code && i.label != label {
				delete(w.items, i)
				i.label = label
				w.items[i] += n
			}
		}
	}, "update item set label = $2 where item_code = $1", code, label)
}

func (a *author) addPaper() {
	if a.world.missing == "paper" {
		return
	}
	id, p := a.key(), paper{a.anyShop(), a.rng.Int64N(100)}
	a.do(func(w *world) { w.papers[id] = p },
		"insert into paper (paper_id, shop_id, pages, body) values ($1, $2, $3, $4)", id, p.shop, p.pages, fmt.Sprintf("p%d", id))
}

func (a *author) removePaper() {
	if id, ok := one(a, a.world.papers); ok && a.world.missing != "paper" {
		a.remove("shop.paper", func(w *world) { delete(w.papers, id) }, "delete from paper where paper_id = $1", id)
	}
}

func (a *author) changePaper() {
	if id, ok := one(a, a.world.papers); ok && a.world.missing != "paper" {
		pages := a.rng.Int64N(100)
		a.do(func(w *world) { p := w.papers[id]; p.pages = pages; w.papers[id] = p },
			"update paper set pages = $2 where paper_id = $1", id, pages)
	}
}

func (a *author) movePaper() {
	if id, ok := one(a, a.world.papers); ok && a.world.missing != "paper" {
		shop := a.anyShop()
		a.do(func(w *world) { p := w.papers[id]; p.shop = shop; w.papers[id] = p },
			"update paper set shop_id = $2 where paper_id = $1", id, shop)
	}
}

func (a *author) openShop(id int64) {
	s := shop{fmt.Sprintf("Shop %d", id), "America/Denver"}
	a.do(func(w *world) { w.shops[id] = s }, "insert into shop values ($1, $2, $3)", id, s.name, s.zone)
}

func (a *author) renameShop() {
	id := a.anyShop()
	s := shop{fmt.Sprintf("Shop %d %s", id, []string{"north", "Zoë", "'s"}[a.rng.IntN(3)]), []string{"UTC", "Europe/Berlin"}[a.rng.IntN(2)]}
	a.do(func(w *world) { w.shops[id] = s }, "update shop set name = $2, zone = $3 where shop_id = $1", id, s.name, s.zone)
}

// changeShops opens a shop, moves a sale and a client into it, or closes one that
// holds nothing any more.
func (a *author) changeShops() {
	extra := slices.DeleteFunc(sorted(a.world.shops), func(id int64) bool { return id <= shopsKept })
	for _, id := range extra {
		if a.world.empty(id) && len(a.held) == 0 {
			a.remove("shop.shop", func(w *world) { delete(w.shops, id) }, "delete from shop where shop_id = $1", id)
			return
		}
	}
	if len(extra) < 4 {
		extra = []int64{a.key()}
		a.openShop(extra[0])
	}
	to := extra[a.rng.IntN(len(extra))]
	if id, ok := one(a, a.world.sales); ok {
		from := a.world.sales[id].shop
		if from > shopsKept { // out again, so that shops become empty
			to = a.anyShop()
		}
		a.do(func(w *world) { s := w.sales[id]; s.shop = to; w.sales[id] = s },
			"update sale set shop_id = $2, updated_at = "+a.when()+" where sale_id = $1", id, to)
	}
}
