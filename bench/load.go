package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A client asks the server; request makes the n-th path.
type client struct {
	http    *http.Client
	base    string
	key     string
	request func(r *rand.Rand) string
	loads   uint64 // so far; each draws requests of its own
}

// ask sends one request and reads the whole answer, which must hold the text.
func (c *client) ask(ctx context.Context, path, holds string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(holds)) {
		return fmt.Errorf("GET %s: %s: %s; want one that holds %s", path, res.Status, body, holds)
	}
	return nil
}

// most is how many requests a second the server answers when every worker asks
// again at once.
func (c *client) most(ctx context.Context, workers int, length time.Duration) (float64, error) {
	var answered atomic.Int64
	ends := time.Now().Add(length)
	err := c.workers(workers, func(r *rand.Rand) error {
		for time.Now().Before(ends) {
			if err := c.ask(ctx, c.request(r), `"value"`); err != nil {
				return err
			}
			answered.Add(1)
		}
		return nil
	})
	return float64(answered.Load()) / length.Seconds(), err
}

// at sends requests at a fixed rate, whether or not earlier ones were answered,
// and returns how long each took from the moment it was due: a server that
// stalls is charged for every request that should have been sent meanwhile.
func (c *client) at(ctx context.Context, rate float64, length time.Duration) ([]time.Duration, error) {
	total := int(rate * length.Seconds())
	took := make([]time.Duration, total)
	var next atomic.Int64
	start := time.Now()
	err := c.workers(64, func(r *rand.Rand) error {
		for {
			i := next.Add(1) - 1
			if int(i) >= total {
				return nil
			}
			due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
			time.Sleep(time.Until(due))
			if err := c.ask(ctx, c.request(r), `"value"`); err != nil {
				return err
			}
			took[i] = time.Since(due)
		}
	})
	return took, err
}

// emptyAt sends the same load to a server in this process that does nothing: what
// it takes is the machine's and the load generator's own doing.
func emptyAt(ctx context.Context, rate float64, length time.Duration) ([]time.Duration, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	nothing := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"value":0}`) //nolint:errcheck // the client tells
	})}
	go nothing.Serve(listener) //nolint:errcheck // it ends with Close
	defer nothing.Close()      //nolint:errcheck // nothing left to lose
	c := (&server{base: "http://" + listener.Addr().String()}).client(func(*rand.Rand) string { return "/" })
	return c.at(ctx, rate, length)
}

// workers runs work side by side and returns the first error.
func (c *client) workers(n int, work func(r *rand.Rand) error) error {
	c.loads++
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() {
			errs[i] = work(rand.New(rand.NewPCG(uint64(i), c.loads))) //nolint:gosec // a reproducible load
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
