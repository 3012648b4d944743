package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A client asks the server; request makes the n-th path.
type client struct {
	address string
	key     string
	request func(r *rand.Rand) string
	holds   string // what every answer must hold; "" is a value
	loads   uint64 // so far; each draws requests of its own
}

// A line is one connection to the server. It speaks as much HTTP as asking takes:
// the generator shares the cores with what it measures, and net/http's client
// takes more of them than the server does.
type line struct {
	c    *client
	conn net.Conn
	in   *bufio.Reader
	out  []byte
	body []byte
}

func (c *client) dial(ctx context.Context) (*line, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.address)
	if err != nil {
		return nil, err
	}
	return &line{c: c, conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

// ask sends one request and reads the whole answer, which must hold the text.
func (l *line) ask(path, holds string) error {
	l.out = append(append(l.out[:0], "GET "...), path...)
	l.out = append(append(l.out, " HTTP/1.1\r\nHost: "...), l.c.address...)
	l.out = append(append(l.out, "\r\nAuthorization: Bearer "...), l.c.key...)
	if _, err := l.conn.Write(append(l.out, "\r\n\r\n"...)); err != nil {
		return err
	}
	status, err := l.answer()
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	if status != "HTTP/1.1 200 OK" || !bytes.Contains(l.body, []byte(holds)) {
		return fmt.Errorf("GET %s: %s: %s; want one that holds %s", path, status, l.body, holds)
	}
	return nil
}

// once asks on a connection of its own.
func (c *client) once(ctx context.Context, path, holds string) error {
	l, err := c.dial(ctx)
	if err != nil {
		return err
	}
	return errors.Join(l.ask(path, holds), l.conn.Close())
}

// answer reads an answer, the body of which has its length before it.
func (l *line) answer() (status string, err error) {
	length := -1
	for {
		text, err := l.in.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		text = bytes.TrimRight(text, "\r\n")
		if len(text) == 0 {
			break
		}
		if status == "" {
			status = string(text)
		}
		if digits, ok := bytes.CutPrefix(text, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(digits)); err != nil {
				return "", err
			}
		}
	}
	if length < 0 {
		return "", fmt.Errorf("%s: an answer that does not say its length", status)
	}
	l.body = slices.Grow(l.body[:0], length)[:length]
	_, err = io.ReadFull(l.in, l.body)
	return status, err
}

// most is how many requests a second the server answers when every worker asks
// again at once. Answers wait for the ledger's disk, all that are under way for
// the same write: few workers would measure the disk, and not the server.
func (c *client) most(ctx context.Context, length time.Duration) (float64, error) {
	const workers = 64

	var answered atomic.Int64
	ends := time.Now().Add(length)
	err := c.workers(ctx, workers, func(l *line, r *rand.Rand) error {
		for time.Now().Before(ends) {
			if err := l.ask(c.request(r), cmp.Or(c.holds, `"value"`)); err != nil {
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
	err := c.workers(ctx, 64, func(l *line, r *rand.Rand) error {
		for {
			i := next.Add(1) - 1
			if int(i) >= total {
				return nil
			}
			due := start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
			time.Sleep(time.Until(due))
			if err := l.ask(c.request(r), cmp.Or(c.holds, `"value"`)); err != nil {
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
	c := (&server{address: listener.Addr().String()}).client(func(*rand.Rand) string { return "/" })
	return c.at(ctx, rate, length)
}

// workers runs work side by side, each on a connection of its own, and returns the
// errors.
func (c *client) workers(ctx context.Context, n int, work func(l *line, r *rand.Rand) error) error {
	c.loads++
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		l, err := c.dial(ctx)
		if err != nil {
			return err
		}
		defer l.conn.Close() //nolint:errcheck // every answer was read
		wg.Go(func() {
			errs[i] = work(l, rand.New(rand.NewPCG(uint64(i), c.loads))) //nolint:gosec // a reproducible load
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
