package chaostest

// breakPromise does to the source what the project says does not happen: a row
// that was only ever to be added is changed, one that was only ever to be marked is
// deleted, a change is not dated. A run may not find such rows by its way of
// looking for changes; it must find that the copy differs, and publish nothing.
func (a *author) breakPromise() {
	before := len(a.steps)
	switch a.rng.IntN(4) {
	case 0:
		if id, ok := one(a, a.world.events); ok {
			a.do(func(w *world) { e := w.events[id]; e.kind = "kind 9"; w.events[id] = e }, "update event set kind = 'kind 9' where event_id = $1", id)
		}
	case 1:
		if id, ok := one(a, a.world.clients); ok {
			a.remove("shop.client", func(w *world) { delete(w.clients, id) }, "delete from client where client_id = $1", id)
		}
	case 2:
		if id, ok := one(a, a.world.sales); ok {
			cents := a.rng.Int64N(1000)
			a.do(func(w *world) { s := w.sales[id]; s.cents = cents; w.sales[id] = s }, "update sale set amount = $2 where sale_id = $1", id, money(cents))
		}
	case 3:
		if k, ok := a.anyVisit(); ok {
			a.do(func(w *world) { v := w.visits[k]; v.shop = 0; w.visits[k] = v },
				"update visit set shop_id = null, updated_at = "+a.dialect.moment(24*60*60)+" where visit_id = $1 and room = $2", k.id, k.room)
		}
	}
	for i := range a.steps[before:] {
		a.steps[before+i].breaks = true
	}
}

// broken says whether a promise was broken since the last publication.
func (h *history) broken() bool {
	for _, c := range h.db.log[h.judge.shown.version:] {
		for _, s := range c.steps {
			// Where nothing looks for deleted rows, it does not look for late ones either.
			if s.breaks || h.edition["event"] == 1 && (s.removes == "shop.event" || c.late) {
				return true
			}
		}
	}
	return false
}
