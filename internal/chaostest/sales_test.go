package chaostest

import "slices"

// when is the moment at which a row is written: now, or so little earlier that
// the overlap covers it.
func (a *author) when() string {
	if a.rng.IntN(4) == 0 {
		return a.dialect.moment(5)
	}
	return a.dialect.moment(0)
}

func (a *author) newSale() sale {
	s := sale{shop: a.anyShop(), on: 20_700 - a.rng.IntN(60), cents: a.rng.Int64N(100_000) - 5_000}
	if a.rng.IntN(50) == 0 {
		s.on += 1 + a.rng.IntN(3) // moves the business date
	}
	if a.rng.IntN(2) == 0 {
		note := a.text()
		s.note = &note
	}
	ids := slices.DeleteFunc(sorted(a.world.clients), func(id int64) bool { return !a.busy(a.world.clients[id].shop) })
	if len(ids) > 0 {
		s.client = ids[a.rng.IntN(len(ids))]
		s.shop = a.world.clients[s.client].shop
	}
	return s
}

func (s sale) args(id int64) []any {
	var client *int64
	if s.client != 0 {
		client = &s.client
	}
	return []any{id, nullable(s.shop), client, date(s.on), money(s.cents), s.note}
}

func (a *author) addSale(id int64) {
	s := a.newSale()
	a.do(func(w *world) { w.sales[id] = s },
		"insert into sale (sale_id, shop_id, client_id, sold_on, amount, note, updated_at) values ($1, $2, $3, $4, $5, $6, "+a.when()+")",
		s.args(id)...)
}

func (a *author) changeSale() {
	id, ok := one(a, a.world.sales)
	if !ok {
		return
	}
	s := a.newSale()
	s.shop, s.client = a.world.sales[id].shop, a.world.sales[id].client
	a.do(func(w *world) { w.sales[id] = s },
		"update sale set shop_id = $2, client_id = $3, sold_on = $4, amount = $5, note = $6, updated_at = "+a.when()+" where sale_id = $1",
		s.args(id)...)
}

func (a *author) removeSale() {
	if id, ok := one(a, a.world.sales); ok {
		a.dropSale(id)
	}
}

func (a *author) dropSale(id int64) {
	a.remove("shop.sale", func(w *world) { delete(w.sales, id) }, "delete from sale where sale_id = $1", id)
}

// renumberSale changes the key of a row.
func (a *author) renumberSale() {
	from, ok := one(a, a.world.sales)
	if !ok {
		return
	}
	to := a.key()
	a.remove("shop.sale", func(w *world) { w.sales[to] = w.sales[from]; delete(w.sales, from) },
		"update sale set sale_id = $2, updated_at = "+a.when()+" where sale_id = $1", from, to)
}

// swapSales lets two rows exchange their keys.
func (a *author) swapSales() {
	x, okX := one(a, a.world.sales)
	y, okY := one(a, a.world.sales)
	if !okX || !okY || x == y {
		return
	}
	sql := "update sale set sale_id = $2, updated_at = " + a.dialect.moment(0) + " where sale_id = $1"
	a.do(func(w *world) { w.sales[x], w.sales[y] = w.sales[y], w.sales[x] }, sql, x, -x)
	a.do(func(*world) {}, sql, y, x)
	a.do(func(*world) {}, sql, -x, y)
}

// moveSale gives a row to another shop.
func (a *author) moveSale() {
	id, ok := one(a, a.world.sales)
	if !ok {
		return
	}
	to := a.anyShop()
	a.do(func(w *world) { s := w.sales[id]; s.shop = to; w.sales[id] = s },
		"update sale set shop_id = $2, updated_at = "+a.when()+" where sale_id = $1", id, to)
}

// reuseSale takes a row out and puts another one in under its key.
func (a *author) reuseSale() {
	if id, ok := one(a, a.world.sales); ok {
		a.dropSale(id)
		a.addSale(id)
	}
}

// misdateSale writes a row whose date of change says nothing.
func (a *author) misdateSale() {
	id, ok := one(a, a.world.sales)
	if !ok {
		return
	}
	dates := []string{"null", "'infinity'", "'2099-12-31'"}
	if a.portable {
		dates[1] = "'9999-12-31T23:59:59Z'"
	}
	cents := a.rng.Int64N(1000)
	a.do(func(w *world) { s := w.sales[id]; s.cents = cents; w.sales[id] = s },
		"update sale set amount = $2, updated_at = "+dates[a.rng.IntN(len(dates))]+" where sale_id = $1", id, money(cents))
}

// raiseSales changes all rows of one shop that no open transaction holds.
func (a *author) raiseSales() {
	shop := a.anyShop()
	for id := range a.held {
		if a.world.sales[id].shop == shop || a.dialect.scansWait() {
			return
		}
	}
	a.do(func(w *world) {
		for id, s := range w.sales {
			if s.shop == shop {
				s.cents++
				w.sales[id] = s
			}
		}
	}, "update sale set amount = amount + 0.01, updated_at = "+a.when()+" where shop_id = $1", shop)
}

// tooMuch is the amount of a sale that the project's check objects to.
const tooMuch = 200_000_000

// spoil adds a sale that must not be published.
func (a *author) spoil() {
	id, s := a.key(), a.newSale()
	if a.rng.IntN(2) == 0 {
		s.cents = tooMuch
	} else {
		s.shop, s.client = []int64{0, 999}[a.rng.IntN(2)], 0
	}
	a.do(func(w *world) { w.sales[id] = s },
		"insert into sale (sale_id, shop_id, client_id, sold_on, amount, note, updated_at) values ($1, $2, $3, $4, $5, $6, "+a.dialect.moment(0)+")",
		s.args(id)...)
}

// mend makes up a transaction that takes such sales away.
func (a *author) mend() []step {
	for _, id := range sorted(a.world.sales) {
		s := a.world.sales[id]
		if _, ok := a.world.shops[s.shop]; (!ok || s.cents >= tooMuch) && !a.held[id] {
			a.dropSale(id)
		}
	}
	return a.written()
}

// massacre removes more rows than a run takes for granted.
func (a *author) massacre() {
	for i, id := range sorted(a.world.sales) {
		if i%4 == 0 && !a.held[id] {
			a.dropSale(id)
		}
	}
	for range len(a.world.sales) / 4 {
		a.addSale(a.key())
	}
}
