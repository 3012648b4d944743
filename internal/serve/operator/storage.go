package operator

import (
	"cmp"
	"context"
	"maps"
	"math/big"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/serve/request"
)

// Stored is what lies in the store and on this machine.
type Stored struct {
	Places   []Place
	Price    *big.Rat // of a GB and month in the store; nil where none is declared
	Currency string

	Warehouse *WarehouseDoc // nil where the project declares no capacity
}

// A Place is where something lies.
type Place struct {
	Kind    string // slices, publications, made, ledger, warehouse, cache, state
	Store   bool   // in the store; otherwise on this machine
	Objects int
	Bytes   int64
}

// StorageDoc is what lies where, and what it costs.
type StorageDoc struct {
	Places   []PlaceDoc         `json:"places" doc:"What takes most first."`
	Datasets []StoredDatasetDoc `json:"datasets" doc:"Of the publication in service, what takes most first."`
	Bytes    int64              `json:"bytes" doc:"In the store, all of it."`
	Cost     *CostDoc           `json:"cost,omitempty" doc:"Of what lies in the store, for a month; left out where archwire.yaml declares no price."`

	Warehouse *WarehouseDoc `json:"warehouse,omitempty" doc:"How large the warehouse is and what that cost; left out where archwire.yaml declares no capacity."`
}

// PlaceDoc is a place.
type PlaceDoc struct {
	Kind    string `json:"kind" doc:"What lies there: slices, publications, ledger, warehouse, cache and so on."`
	Where   string `json:"where" enum:"store,machine"`
	Objects int    `json:"objects"`
	Bytes   int64  `json:"bytes"`
}

// StoredDatasetDoc is how much there is of a dataset.
type StoredDatasetDoc struct {
	Dataset string `json:"dataset"`
	Slices  int    `json:"slices"`
	Rows    int64  `json:"rows"`
	Bytes   int64  `json:"bytes"`
}

// CostDoc is what a month costs.
type CostDoc struct {
	Amount   string `json:"amount" doc:"A decimal, to the cent."`
	Currency string `json:"currency"`
	PerGB    string `json:"per_gb" doc:"The declared price of a gigabyte, of 10^9 bytes, and month."`
}

// Storage answers GET /v1/operator/storage.
func (h *Handler) Storage(c *request.Call) error { return plain(c, h.StorageDoc) }

// StorageDoc is what lies where, and what it costs.
func (h *Handler) StorageDoc(ctx context.Context) (doc StorageDoc, err error) {
	done, err := h.slowly(ctx)
	if err != nil {
		return doc, err
	}
	defer done()
	stored, err := h.Project.Storage(ctx)
	if err != nil {
		return doc, err
	}
	doc = StorageDoc{Places: []PlaceDoc{}, Datasets: []StoredDatasetDoc{}, Warehouse: stored.Warehouse}
	for _, p := range stored.Places {
		where := "machine"
		if p.Store {
			where, doc.Bytes = "store", doc.Bytes+p.Bytes
		}
		doc.Places = append(doc.Places, PlaceDoc{p.Kind, where, p.Objects, p.Bytes})
	}
	slices.SortStableFunc(doc.Places, func(a, b PlaceDoc) int { return cmp.Compare(b.Bytes, a.Bytes) })
	doc.Cost = costOf(stored, doc.Bytes)
	m, err := h.current(ctx)
	if err != nil || m.ID == "" {
		return doc, err
	}
	_, index, err := h.Publications.Held(ctx, m.ID)
	doc.Datasets = datasetDocs(index)
	return doc, err
}

// costOf is what bytes in the store cost; nil where no price is declared.
func costOf(s Stored, bytes int64) *CostDoc {
	if s.Price == nil {
		return nil
	}
	amount := new(big.Rat).Mul(s.Price, big.NewRat(bytes, 1e9))
	const most = 9 // digits of a price
	perGB := strings.TrimSuffix(strings.TrimRight(s.Price.FloatString(most), "0"), ".")
	return &CostDoc{Amount: amount.FloatString(2), Currency: s.Currency, PerGB: perGB}
}

// datasetDocs sums up an index by dataset: a file counts once, and so do the rows of
// a tenant, whoever sees them.
func datasetDocs(index []archwire.Slice) []StoredDatasetDoc {
	byName, files, rows := map[string]StoredDatasetDoc{}, map[string]bool{}, map[string]int64{}
	for _, s := range index {
		d, name := byName[s.Dataset], s.Dataset+"\x00"+s.Tenant
		d.Dataset = s.Dataset
		if file := name + "\x00" + s.SHA256; !files[file] {
			files[file], d.Slices, d.Bytes = true, d.Slices+1, d.Bytes+s.Bytes
		}
		if more := s.Rows - rows[name]; more > 0 {
			rows[name], d.Rows = s.Rows, d.Rows+more
		}
		byName[s.Dataset] = d
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b StoredDatasetDoc) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Dataset, b.Dataset))
	})
}
