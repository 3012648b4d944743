package pulltest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/publish"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
	"archwire/internal/serve/ledger"
	"archwire/internal/warehouse/duckdb"
)

// secret is that of pseudonyms.
var secret = []byte("the secret of pseudonyms of these")

// An office is the vendor's side: a warehouse, a store, and a server that is stopped
// and started.
type office struct {
	dir       string
	warehouse *duckdb.Warehouse
	slices    *duckdb.Reader
	store     *publish.Store
	objects   object.Store
	publisher *publish.Publisher
	keys      *authtest.Keys
	now       func() time.Time

	stop    func(t *testing.T)
	address atomic.Pointer[string] // of the server
}

func newOffice(t *testing.T) *office {
	t.Helper()
	ctx := t.Context()
	o := &office{dir: t.TempDir(), keys: authtest.New(), now: time.Now}
	var err error
	o.warehouse, err = duckdb.Open(ctx, duckdb.Config{Path: filepath.Join(o.dir, "warehouse.duckdb"), Memory: "256MB", Threads: 1})
	must(t, err)
	t.Cleanup(func() { must(t, o.warehouse.Close()) })
	o.slices, err = duckdb.OpenReader(ctx, duckdb.ReaderConfig{Memory: "256MB", Threads: 1})
	must(t, err)
	t.Cleanup(func() { must(t, o.slices.Close()) })
	o.objects, err = object.Open("file:" + filepath.Join(o.dir, "store"))
	must(t, err)
	o.store, err = publish.NewStore(o.objects)
	must(t, err)
	o.publisher = &publish.Publisher{Store: o.store, Warehouse: o.warehouse, Reader: o.slices, Now: o.now, Rand: rand.Reader}
	return o
}

// publish publishes the world.
func (o *office) publish(t *testing.T, w *world, night int) archwire.Manifest {
	t.Helper()
	for name, sql := range w.models() {
		_, err := o.warehouse.Refresh(t.Context(), archwire.Model{Name: name, SQL: sql}, archwire.RefreshScope{})
		must(t, err)
	}
	m, _, err := o.publisher.Publish(t.Context(), w.input(night))
	must(t, err)
	return m
}

// open starts a server on an address of its own.
func (o *office) open(t *testing.T) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	taken, err := ledger.Open(t.Context(), ledger.Config{Dir: filepath.Join(o.dir, "ledger"), Store: o.objects, Now: o.now, Log: log})
	must(t, err)
	server, err := serve.New(serve.Config{
		Reader: publish.OpenReader(o.store, o.slices).Keyed(secret), Authorizer: auth.NewAuthorizer(o.keys, o.now), Ledger: taken,
		PersonSecret: []byte("a secret of the tests"), Log: log, Now: o.now, Listen: "127.0.0.1:0", Grace: time.Second,
	})
	must(t, err)
	must(t, server.Open(t.Context()))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	address := server.Addr()
	o.address.Store(&address)
	o.stop = func(t *testing.T) {
		t.Helper()
		cancel()
		must(t, <-ended)
		must(t, taken.Close())
	}
}

// restart stops the server and starts another one. Meanwhile what was made for audiences
// may be deleted.
func (o *office) restart(t *testing.T, without bool) {
	t.Helper()
	o.stop(t)
	if without {
		must(t, os.RemoveAll(filepath.Join(o.dir, "store", "made")))
	}
	o.open(t)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v\n%+v", err, causesOf(err))
	}
}

func causesOf(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || u.Unwrap() == nil {
			return err
		}
		err = u.Unwrap()
	}
}
