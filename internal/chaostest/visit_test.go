package chaostest

import "cmp"

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
	a.doAll(func(w *world) { w.visitKey = key }, a.dialect.rekey("visit", key))
}

// rekey gives a table a primary key with a column more or less. Clients keep theirs:
// one that moved would be another row then, and nothing looks for rows of theirs
// that are gone unmarked.
func (a *author) rekey() {
	keys := map[string][]string{
		"event": {"event_id", "event_id, shop_id", "kind, event_id"}, "sale": {"sale_id", "sale_id, sold_on"},
		"paper": {"paper_id", "shop_id, paper_id"},
	}
	tables := sorted(keys)
	table := tables[a.rng.IntN(len(tables))]
	if table == "paper" && a.world.missing == "paper" {
		return
	}
	key := keys[table][a.rng.IntN(len(keys[table]))]
	a.doAll(func(*world) {}, a.dialect.rekey(table, key))
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
