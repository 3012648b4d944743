package chaostest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Visits are rows that may be nobody's: their shop is NULL, or one that there is
// not, or not yet. Their primary key becomes another one from time to time.
type visit struct{ ref, shop, minutes int64 } // shop 0 is NULL

// Two visits of one id in two rooms are there while the key is not the id alone.
type visitKey struct{ id, room int64 }

func (k visitKey) compare(o visitKey) int {
	return cmp.Or(cmp.Compare(k.id, o.id), cmp.Compare(k.room, o.room))
}

// strangers are shops that rows may name before there are such shops.
var strangers = []int64{900_001, 900_002, 900_003}

// visitKeys are the primary keys that the table of visits may have.
var visitKeys = []string{"visit_id", "visit_id, room", "ref"}

// anyone is a shop for a visit.
func (a *author) anyone() int64 {
	switch a.rng.IntN(5) {
	case 0:
		return 0
	case 1:
		return strangers[a.rng.IntN(len(strangers))]
	}
	return a.anyShop()
}

// nullable is a shop's id as SQL has it.
func nullable(shop int64) any {
	if shop == 0 {
		return nil
	}
	return shop
}

func (a *author) addVisit() { a.putVisit(visitKey{a.key(), 1}) }

// twinVisit adds a row that only a part of the key tells from another.
func (a *author) twinVisit() {
	k, ok := a.anyVisit()
	k.room++
	if _, taken := a.world.visits[k]; ok && !taken && a.world.visitKey != "visit_id" {
		a.putVisit(k)
	}
}

func (a *author) putVisit(k visitKey) {
	v := visit{ref: a.key(), shop: a.anyone(), minutes: a.rng.Int64N(100)}
	a.do(func(w *world) { w.visits[k] = v },
		"insert into visit (visit_id, room, ref, shop_id, minutes, updated_at) values ($1, $2, $3, $4, $5, "+a.when()+")",
		k.id, k.room, v.ref, nullable(v.shop), v.minutes)
}

func (a *author) anyVisit() (visitKey, bool) {
	all := sortedBy(a.world.visits, visitKey.compare)
	if len(all) == 0 {
		return visitKey{}, false
	}
	return all[a.rng.IntN(len(all))], true
}

// moveVisit gives a visit to another shop, to nobody or to a shop that there is not.
func (a *author) moveVisit() {
	k, ok := a.anyVisit()
	if !ok {
		return
	}
	shop, minutes := a.anyone(), a.rng.Int64N(100)
	a.do(func(w *world) { v := w.visits[k]; v.shop, v.minutes = shop, minutes; w.visits[k] = v },
		"update visit set shop_id = $3, minutes = $4, updated_at = "+a.when()+" where visit_id = $1 and room = $2", k.id, k.room, nullable(shop), minutes)
}

func (a *author) removeVisit() {
	if k, ok := a.anyVisit(); ok {
		a.dropVisit(k)
	}
}

func (a *author) dropVisit(k visitKey) {
	a.remove("shop.visit", func(w *world) { delete(w.visits, k) }, "delete from visit where visit_id = $1 and room = $2", k.id, k.room)
}

// rekeyVisits gives the table another primary key. What that does not allow is
// taken out before.
func (a *author) rekeyVisits() {
	key := visitKeys[a.rng.IntN(len(visitKeys))]
	if key == "visit_id" {
		for _, k := range sortedBy(a.world.visits, visitKey.compare) {
			if k.room > 1 {
				a.dropVisit(k)
			}
		}
	}
	a.do(func(w *world) { w.visitKey = key }, "alter table visit drop constraint visit_pkey, add constraint visit_pkey primary key ("+key+")")
}

// rekey gives a table a primary key with a column more or less.
func (a *author) rekey() {
	keys := map[string][]string{
		"event": {"event_id", "event_id, shop_id", "kind, event_id"}, "sale": {"sale_id", "sale_id, sold_on"},
		"paper": {"paper_id", "shop_id, paper_id"}, "client": {"client_id", "shop_id, client_id"},
	}
	tables := sorted(keys)
	table := tables[a.rng.IntN(len(tables))]
	if table == "paper" && a.world.missing == "paper" {
		return
	}
	key := keys[table][a.rng.IntN(len(keys[table]))]
	a.do(func(*world) {}, fmt.Sprintf("alter table %[1]s drop constraint %[1]s_pkey, add constraint %[1]s_pkey primary key (%[2]s)", table, key))
}

// adoptVisits opens a shop of which there are rows already, or closes it again.
func (a *author) adoptVisits() {
	id := strangers[a.rng.IntN(len(strangers))]
	switch _, there := a.world.shops[id]; {
	case !there:
		a.openShop(id)
	case a.world.empty(id):
		a.remove("shop.shop", func(w *world) { delete(w.shops, id) }, "delete from shop where shop_id = $1", id)
	}
}

func visits(w *world) byShop {
	type sums struct{ n, minutes, last int64 }
	all := map[int64]sums{}
	for _, v := range w.visits {
		s := all[v.shop]
		all[v.shop] = sums{s.n + 1, s.minutes + v.minutes, max(s.last, v.ref)}
	}
	out := byShop{}
	for shop, s := range all {
		out.add(shop, s.n, s.minutes, s.last)
	}
	return out
}

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
	a.do(func(w *world) { w.spares = map[int64]spare{} }, "create table spare (spare_id bigint primary key, shop_id bigint not null, body text)")
	var rows []string
	made := map[int64]spare{}
	for range 5 + a.rng.IntN(20) {
		id, s := a.key(), spare{a.anyShop(), "new"}
		made[id] = s
		rows = append(rows, fmt.Sprintf("(%d, %d, '%s')", id, s.shop, s.body))
	}
	a.do(func(w *world) {
		for id, s := range made {
			w.spares[id] = s
		}
	}, "insert into spare values "+strings.Join(rows, ", "))
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
	a.do(func(*world) {}, "truncate stock")
	a.do(func(*world) {}, "insert into stock (shop_id, item_code, qty) values "+strings.Join(rows, ", "))
}
