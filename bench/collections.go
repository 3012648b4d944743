package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/warehouse/duckdb"
)

// collections makes a dataset as the reference project has it: money by
// practice, location, payer kind and business day.
const collections = `
select p.practice_id::bigint as practice_id, (p.practice_id * 10 + l.location)::bigint as location_id,
       case k.kind when 0 then 'responsible_party' else 'insurance' end as payer_kind,
       d.business_date,
       ((hash(p.practice_id, l.location, k.kind, d.business_date) %% 900000)::decimal(12,2) / 100)::decimal(12,2) as net_amount
from (select range as practice_id from range(1, %d)) p
cross join (select range as location from range(0, 2)) l
cross join (select range as kind from range(0, 2)) k
cross join (select range::date as business_date from range(date '2026-11-21' - to_months(%d), date '2026-11-21', interval '1 day')
            where extract(dow from range) between 1 and 5) d`

// collectionsWithRemarks are collections with a long text in each row, which does not
// repeat itself: at 550 practices and 60 months more than 1 GB of CSV.
const collectionsWithRemarks = `
select c.*, md5(cell || 'a') || md5(cell || 'b') || md5(cell || 'c') || md5(cell || 'd') || md5(cell || 'e') ||
    md5(cell || 'f') || md5(cell || 'g') || md5(cell || 'h') || md5(cell || 'i') || md5(cell || 'j') as remark
from (select c.*, location_id::varchar || payer_kind || business_date::varchar as cell from (` + collections + `) c) c`

// remarkedPublication is publication, with the remarks.
func remarkedPublication(o options) publish.Input {
	in := publication(o)
	in.Datasets[0].Columns = append(in.Datasets[0].Columns, archwire.DatasetColumn{Name: "remark", Type: "text", Class: archwire.ClassPublic})
	return in
}

// A published is what the server is asked about.
type published struct {
	rows int64
	path string // a question
	says string // what its answer holds, as the warehouse says
}

// publishCollections makes one publication of collections in the project's store.
func publishCollections(ctx context.Context, dir string, o options) (published, error) {
	return publishLedger(ctx, dir, o, collections, publication(o))
}

// publishLedger makes one publication of what a query makes.
func publishLedger(ctx context.Context, dir string, o options, sql string, in publish.Input) (p published, err error) {
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return p, err
	}
	wh, err := duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(data, "warehouse.duckdb"), Memory: "2GB", TempDir: filepath.Join(data, "tmp")})
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, wh.Close()) }() //nolint:contextcheck // closing must not be cut short
	refreshed, err := wh.Refresh(ctx, archwire.Model{
		Name: "finance.collections_daily", SQL: fmt.Sprintf(sql, o.practices+1, o.months),
		Tenant: "practice_id", Key: []string{"practice_id", "location_id", "payer_kind", "business_date"},
	}, archwire.RefreshScope{})
	if err != nil {
		return p, err
	}
	reader, err := duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "512MB", Threads: 1})
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	objects, err := object.Open("file:" + filepath.Join(data, "store"))
	if err != nil {
		return p, err
	}
	store, err := publish.NewStore(objects)
	if err != nil {
		return p, err
	}
	publisher := &publish.Publisher{Store: store, Warehouse: wh, Reader: reader, Now: time.Now, Rand: rand.Reader, Writers: 2}
	if _, _, err = publisher.Publish(ctx, in); err != nil {
		return p, err
	}
	sum, err := oneYear(ctx, wh)
	return published{
		rows: refreshed.Rows,
		path: "/v1/metrics/net_collections?practice=1&from=2025-01-01&to=2025-12-31&grain=year",
		says: `"value":` + sum,
	}, err
}

// oneYear is what the first practice took in 2025.
func oneYear(ctx context.Context, wh *duckdb.Warehouse) (sum string, err error) {
	q := archwire.Query{SQL: "select sum(net_amount)::decimal(18,2) from finance.collections_daily where practice_id = 1 and business_date between date '2025-01-01' and date '2025-12-31'"}
	for batch, err := range wh.Query(ctx, q) {
		if err != nil {
			return "", err
		}
		sum = strings.Clone(batch.Column(0).ValueStr(0))
	}
	return sum, nil
}

// publication describes the dataset and its one metric.
func publication(o options) publish.Input {
	now := time.Now().UTC()
	tenants := make([]archwire.Tenant, o.practices)
	for i := range tenants {
		tenants[i] = archwire.Tenant{ID: fmt.Sprint(i + 1), Label: fmt.Sprintf("Practice %d", i+1), Timezone: "America/Denver"}
	}
	column := func(name, kind string) archwire.DatasetColumn {
		return archwire.DatasetColumn{Name: name, Type: kind, Class: archwire.ClassPublic}
	}
	return publish.Input{
		Run: "20261121T013000Z-0000", Project: "bench", Version: "bench", AsOf: "2026-11-20", DataThrough: now,
		Noun: archwire.Noun{Singular: "practice", Plural: "practices"}, Tenants: tenants,
		Datasets: []archwire.Dataset{{
			Name: "collections_daily", Description: "Money received by day.", From: "finance.collections_daily",
			Tenant: "practice_id", Key: []string{"location_id", "payer_kind", "business_date"}, Contract: 1,
			Columns: []archwire.DatasetColumn{
				column("location_id", "int64"), column("payer_kind", "text"), column("business_date", "date"), column("net_amount", "decimal(12,2)"),
			},
		}},
		Metrics: []archwire.Metric{{
			Name: "net_collections", Label: "Net collections", Dataset: "collections_daily", Numerator: "sum(net_amount)",
			Additivity: archwire.Additive, Basis: archwire.BasisPosting, Date: "business_date",
			Dimensions: []string{"location_id", "payer_kind"}, Unit: "usd", Better: "up", Definition: "Money received.", Version: 1,
		}},
		Verification: archwire.Verification{Method: "count", At: now},
	}
}
