package chaostest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Spares are rows of a table that is dropped, and made anew.
func (a *author) addSpare() {
	if a.world.spares == nil {
		return
	}
	id, s := a.key(), spare{a.anyShop(), a.text()}
	a.do(func(w *world) { w.spares[id] = s }, "insert into spare values ($1, $2, $3)", id, s.shop, s.body)
}

func (a *author) changeSpare() {
	if id, ok := one(a, a.world.spares); ok {
		body := a.text()
		a.do(func(w *world) { s := w.spares[id]; s.body = body; w.spares[id] = s }, "update spare set body = $2 where spare_id = $1", id, body)
	}
}

func (a *author) removeSpare() {
	if id, ok := one(a, a.world.spares); ok {
		a.remove("shop.spare", func(w *world) { delete(w.spares, id) }, "delete from spare where spare_id = $1", id)
	}
}

// dropSpares drops the table, or makes it anew with some rows.
func (a *author) dropSpares() {
	a.spares = max(a.spares, len(a.world.spares))
	for range a.spares { // as the brake sees it, whether the table is gone or another one in its place
		a.remove("shop.spare", func(*world) {}, "select 1")
	}
	if a.world.spares != nil {
		a.do(func(w *world) { w.spares = nil }, "drop table spare")
		return
	}
	a.doAll(func(w *world) { w.spares = map[int64]spare{} }, a.dialect.createSpare())
	var rows []string
	made := map[int64]spare{}
	for range 5 + a.rng.IntN(20) {
		id, s := a.key(), spare{a.anyShop(), "new"}
		made[id] = s
		rows = append(rows, fmt.Sprintf("(%d, %d, '%s')", id, s.shop, s.body))
	}
	a.do(func(w *world) { maps.Copy(w.spares, made) }, "insert into spare values "+strings.Join(rows, ", "))
}

func spares(w *world) byShop {
	out := byShop{}
	for _, id := range sorted(w.spares) {
		out.add(w.spares[id].shop, id, w.spares[id].body)
	}
	return out
}

// reload empties a table and fills it again, with a row less now and then.
func (a *author) reload() {
	kept := sortedBy(a.world.stock, place.compare)
	if len(kept) > 1 && a.rng.IntN(2) == 0 {
		p := kept[0]
		kept = kept[1:]
		a.remove("shop.stock", func(w *world) { delete(w.stock, p) }, "select 1")
	}
	if len(kept) == 0 {
		return
	}
	var rows []string
	for _, p := range slices.Backward(kept) {
		rows = append(rows, fmt.Sprintf("(%d, '%s', %d)", p.shop, p.item, a.world.stock[p]))
	}
	a.do(func(*world) {}, "truncate table stock")
	a.do(func(*world) {}, "insert into stock (shop_id, item_code, qty) values "+strings.Join(rows, ", "))
}
