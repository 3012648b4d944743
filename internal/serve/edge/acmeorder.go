package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// orders adds to an ACME server's answer about a finished order where the order is,
// as the answer to the new order said. RFC 8555 section 7.4 does not ask servers to
// repeat it, and x/crypto/acme asks it there for orders that take a while.
type orders struct {
	next   http.RoundTripper
	report func(error) // is told why a proof was not taken, which acme keeps to itself

	mu sync.Mutex
	at map[string]string // of an order, by the address where it is finished
}

// RoundTrip implements http.RoundTripper.
func (o *orders) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := o.next.RoundTrip(r)
	if err != nil || r.Method != http.MethodPost {
		return resp, err
	}
	const most = 1 << 20 // more than acme reads
	body, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var order struct {
		refused

		Finalize string `json:"finalize"`
	}
	if json.Unmarshal(body, &order) != nil {
		return resp, nil
	}
	if err := order.err(); err != nil {
		o.report(err)
	}
	if order.Finalize == "" {
		return resp, nil // no order
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if at := resp.Header.Get("Location"); at != "" {
		o.at[order.Finalize] = at
	} else if at := o.at[r.URL.String()]; at != "" {
		resp.Header.Set("Location", at)
	}
	return resp, nil
}

// refused is an authorization whose proof was not taken (RFC 8555, section 7.1.4).
type refused struct {
	Status     string `json:"status"`
	Identifier struct {
		Value string `json:"value"`
	} `json:"identifier"`
	Challenges []struct {
		Type  string `json:"type"`
		Error struct {
			Detail string `json:"detail"`
		} `json:"error"`
	} `json:"challenges"`
}

// err is why; nil where nothing was refused.
func (r refused) err() (err error) {
	if r.Status != "invalid" {
		return nil
	}
	for _, c := range r.Challenges {
		if c.Error.Detail != "" {
			err = errors.Join(err, fmt.Errorf("the ACME server does not take the proof of %s by %s: %s", r.Identifier.Value, c.Type, c.Error.Detail))
		}
	}
	return err
}
