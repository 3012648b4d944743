// Package request reads what a caller sends (parameters, bodies, days and instants) and
// answers what is told to one caller only. What cannot be read is a problem that says
// what would be right.
package request

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"

	"archwire/internal/serve/auth"
)

// A Call is one request on its way: who asks, for what, and who is to be answered.
type Call struct {
	Ctx   context.Context //nolint:containedctx // lives as long as the request it belongs to
	W     http.ResponseWriter
	R     *http.Request
	ID    string // names the request in the log and the ledger
	Scope auth.Scope
	Name  string // the variable of the path

	Credential string // that the caller showed; a secret
}

// Address is where the connection comes from, whatever a header says: anybody can
// write one. It is the zero Addr where the connection has none.
func Address(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr()
}

// Caller names who calls, whatever credential is used.
func (c *Call) Caller() string {
	if p := c.Scope.Person().ID; p != "" {
		if as := c.Scope.Viewing().String(); as != "" {
			return "person " + p + " as " + as
		}
		return "person " + p
	}
	return "client " + c.Scope.Client()
}

// Told answers a request that changed something: with what is there as JSON, which
// nobody keeps, or with nothing where doc is nil.
func (c *Call) Told(status int, doc any) error {
	head := c.W.Header()
	head.Set("Cache-Control", "no-store")
	if doc == nil {
		c.W.WriteHeader(status)
		return nil
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("writing an answer: %w", err)
	}
	head.Set("Content-Type", JSON)
	c.W.WriteHeader(status)
	if _, err := c.W.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("sending an answer: %w", err)
	}
	return nil
}
