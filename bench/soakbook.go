package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/warehouse/duckdb"
)

// A book publishes collections that change a little each time, and knows what each
// publication holds: the sums, as the warehouse says before it is published.
type book struct {
	o         options
	warehouse *duckdb.Warehouse
	reader    *duckdb.Reader
	publisher *publish.Publisher
	version   int

	mu    sync.Mutex
	sums  map[archwire.PublicationID]map[string]*big.Rat // by practice
	order []switched
}

// A switched publication went into service at about that time.
type switched struct {
	id archwire.PublicationID
	at time.Time
}

func openBook(ctx context.Context, dir string, o options) (b *book, err error) {
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	b = &book{o: o, sums: map[archwire.PublicationID]map[string]*big.Rat{}}
	defer func() { //nolint:contextcheck // closing must not be cut short
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.warehouse, err = duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(data, "warehouse.duckdb"), Memory: "512MB", TempDir: filepath.Join(data, "tmp")}); err != nil {
		return b, err
	}
	if b.reader, err = duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "256MB", Threads: 1}); err != nil {
		return b, err
	}
	objects, err := object.Open("file:" + filepath.Join(data, "store"))
	if err != nil {
		return b, err
	}
	store, err := publish.NewStore(objects)
	if err != nil {
		return b, err
	}
	b.publisher = &publish.Publisher{Store: store, Warehouse: b.warehouse, Reader: b.reader, Now: time.Now, Rand: rand.Reader, Writers: 1}
	return b, nil
}

func (b *book) close() (err error) {
	if b.reader != nil {
		err = b.reader.Close()
	}
	if b.warehouse != nil {
		err = errors.Join(err, b.warehouse.Close())
	}
	return err
}

// next changes the money of one practice in ten, publishes, and collects what is
// old.
func (b *book) next(ctx context.Context) error {
	b.version++
	sql := fmt.Sprintf("select practice_id, location_id, payer_kind, business_date, (net_amount + case when practice_id %% 10 = %d then %d else 0 end * 0.01)::decimal(12,2) as net_amount from ("+
		collections+") c", b.version%10, b.version, b.o.practices+1, b.o.months)
	if _, err := b.warehouse.Refresh(ctx, archwire.Model{
		Name: "finance.collections_daily", SQL: sql, Tenant: "practice_id", Key: []string{"practice_id", "location_id", "payer_kind", "business_date"},
	}, archwire.RefreshScope{}); err != nil {
		return err
	}
	sums, err := b.sum(ctx)
	if err != nil {
		return err
	}
	m, _, err := b.publisher.Publish(ctx, publication(b.o))
	if err != nil {
		return err
	}
	b.mu.Lock()
	b.sums[m.ID] = sums
	b.order = append(b.order, switched{m.ID, time.Now()})
	b.mu.Unlock()
	_, err = b.publisher.Collect(ctx, 3, 2*time.Minute)
	return err
}

func (b *book) sum(ctx context.Context) (map[string]*big.Rat, error) {
	sums := map[string]*big.Rat{}
	q := archwire.Query{SQL: "select practice_id, sum(net_amount)::decimal(18,2) from finance.collections_daily group by 1"}
	for batch, err := range b.warehouse.Query(ctx, q) {
		if err != nil {
			return nil, err
		}
		for row := range int(batch.NumRows()) {
			sum, ok := new(big.Rat).SetString(strings.Clone(batch.Column(1).ValueStr(row)))
			if !ok {
				return nil, errors.New("a sum of the warehouse is no number")
			}
			sums[strings.Clone(batch.Column(0).ValueStr(row))] = sum
		}
	}
	return sums, nil
}

// holds says whether a practice has that sum in a publication. The server may
// answer from one before its publisher has returned: then it waits.
func (b *book) holds(id archwire.PublicationID, practice string, sum *big.Rat) error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		b.mu.Lock()
		want := b.sums[id][practice]
		b.mu.Unlock()
		switch {
		case want != nil && want.Cmp(sum) == 0:
			return nil
		case want != nil:
			return fmt.Errorf("practice %s has %s in publication %s, and was answered %s", practice, want.FloatString(2), id, sum.FloatString(2))
		case time.Now().After(deadline):
			return fmt.Errorf("publication %s is not one that was published", id)
		}
	}
}

// heldBetween says whether a practice has that sum in a publication that may have
// been in service between two times: servers follow within a second or two.
func (b *book) heldBetween(from, to time.Time, practice string, sum *big.Rat) error {
	const lag = 5 * time.Second
	for deadline := to.Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		b.mu.Lock()
		for i, s := range b.order {
			over := i+1 < len(b.order) && b.order[i+1].at.Add(lag).Before(from)
			if !over && s.at.Add(-lag).Before(to) && b.sums[s.id][practice].Cmp(sum) == 0 {
				b.mu.Unlock()
				return nil
			}
		}
		b.mu.Unlock()
		if time.Now().After(deadline) {
			return fmt.Errorf("practice %s was exported with %s, which no publication in service holds", practice, sum.FloatString(2))
		}
	}
}
