package chaostest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A world is what the source should hold, kept by the test itself: what the
// product publishes is compared with what follows from it.
type world struct {
	version int64
	shops   map[int64]shop
	clients map[int64]client
	sales   map[int64]sale
	events  map[int64]event
	stock   map[place]int64 // quantities
	items   map[item]int    // how many rows of it there are
	papers  map[int64]paper
	visits  map[visitKey]visit
	spares  map[int64]spare // nil when there is no such table

	visitKey string // the primary key of visits
	columns  drift  // those that no model and no dataset uses
	shelf    shelf  // of the files, as the publication in service shows it
	missing  string // what the project needs and the source lacks for a while; "" is nothing
}

type shop struct{ name, zone string }

type client struct {
	shop int64
	name string
	gone bool
}

type sale struct {
	shop   int64 // 0 is NULL
	client int64 // 0 is nobody
	on     int   // days since 1970
	cents  int64
	note   *string
}

type event struct {
	shop int64
	kind string
}

type place struct {
	shop int64
	item string
}

type item struct {
	code, label string
	cents       int64
}

type paper struct{ shop, pages int64 }

type spare struct {
	shop int64
	body string
}

// of is the shop that a row belongs to.
func (c client) of() int64 { return c.shop }
func (s sale) of() int64   { return s.shop }
func (e event) of() int64  { return e.shop }
func (p paper) of() int64  { return p.shop }
func (s spare) of() int64  { return s.shop }

func newWorld() *world {
	return &world{
		shops: map[int64]shop{}, clients: map[int64]client{}, sales: map[int64]sale{}, events: map[int64]event{},
		stock: map[place]int64{}, items: map[item]int{}, papers: map[int64]paper{},
		visits: map[visitKey]visit{}, spares: map[int64]spare{}, visitKey: "visit_id", columns: newDrift(),
	}
}

// rows counts the rows of each table, as the product calls it. Clients that are
// marked as gone do not count.
func (w *world) rows() map[string]int64 {
	var live, items int64
	for _, c := range w.clients {
		if !c.gone {
			live++
		}
	}
	for _, n := range w.items {
		items += int64(n)
	}
	rows := map[string]int64{
		"shop.shop": int64(len(w.shops)), "shop.client": live, "shop.sale": int64(len(w.sales)), "shop.event": int64(len(w.events)),
		"shop.stock": int64(len(w.stock)), "shop.item": items, "shop.paper": int64(len(w.papers)), "shop.clock": 1,
		"shop.visit": int64(len(w.visits)), "shop.spare": int64(len(w.spares)),
		"post.parcel": int64(len(w.shelf.parcels)), "post.reading": int64(len(w.shelf.readings)),
	}
	if w.spares == nil {
		delete(rows, "shop.spare")
	}
	return rows
}

// spoilt says whether there is a sale that must not be published: too large a one,
// or one of a shop that there is not.
func (w *world) spoilt() bool {
	for _, s := range w.sales {
		if _, ok := w.shops[s.shop]; !ok || s.cents >= tooMuch {
			return true
		}
	}
	return false
}

// day is the business date: that of the newest sale.
func (w *world) day() int {
	most := 0
	for _, s := range w.sales {
		most = max(most, s.on)
	}
	return most
}

// empty says whether nothing belongs to a shop, so that it may close.
func (w *world) empty(id int64) bool {
	for _, c := range w.clients {
		if c.shop == id {
			return false
		}
	}
	for _, s := range w.sales {
		if s.shop == id {
			return false
		}
	}
	for _, e := range w.events {
		if e.shop == id {
			return false
		}
	}
	for p := range w.stock {
		if p.shop == id {
			return false
		}
	}
	for _, p := range w.papers {
		if p.shop == id {
			return false
		}
	}
	for _, s := range w.spares {
		if s.shop == id {
			return false
		}
	}
	return true
}

// sorted lists the keys of a table, so that a choice among them depends on the
// seed alone.
func sorted[K cmp.Ordered, V any](table map[K]V) []K { return slices.Sorted(maps.Keys(table)) }

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.shop, o.shop), cmp.Compare(p.item, o.item))
}

func (i item) compare(o item) int {
	return cmp.Or(cmp.Compare(i.code, o.code), cmp.Compare(i.label, o.label), cmp.Compare(i.cents, o.cents))
}

// money writes cents as a decimal with two places.
func money(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

// date writes days since 1970.
func date(days int) string { return time.Unix(int64(days)*86400, 0).UTC().Format(time.DateOnly) }
