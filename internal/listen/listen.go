// Package listen takes addresses to serve at, and says what is in the way of one.
package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"archwire"
)

// TCP takes an address, which a flag names: 127.0.0.1:8080. Whoever connects waits until
// somebody accepts. One that cannot be had is an error of code Unavailable.
func TCP(ctx context.Context, address, flag string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err == nil {
		return l, nil
	}
	e := &archwire.Error{
		Code: archwire.Unavailable, Message: fmt.Sprintf("the address %s cannot be listened on", address),
		Hint: fmt.Sprintf("Choose another address with %s, as HOST:PORT.", flag), Err: err,
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		e.Message = fmt.Sprintf("the address %s is in use", address)
		e.Hint = fmt.Sprintf("Stop what listens there (ss -ltnp names it), or choose another address with %s.", flag)
	case errors.Is(err, syscall.EACCES):
		e.Message = fmt.Sprintf("the address %s is not for this user", address)
		e.Hint = fmt.Sprintf("Ports below 1024 need a right of their own (CAP_NET_BIND_SERVICE): give it, or choose another address with %s.", flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		e.Message = fmt.Sprintf("the address %s is none of this machine", address)
	}
	return nil, e
}
