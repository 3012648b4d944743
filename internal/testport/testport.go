// Package testport chooses ports for servers that start after their address was
// given away: processes of their own, and what is told where to find them.
package testport

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// The system hands out ports from 32768 on (Linux, ip_local_port_range) to whoever
// asks for any: between the choice of one of those and its use somebody else could
// have it.
const first, last = 10_000, 32_767

// Reserve returns a port of 127.0.0.1 that nobody listens on and nobody else is given,
// in any process, until the test ends.
func Reserve(tb testing.TB) int {
	tb.Helper()
	var err error
	for range 1000 {
		port := first + rand.IntN(last-first+1) //nolint:gosec // it is no secret
		var guard, probe net.Listener
		// Whoever listens at this address beside the one that is used has reserved it.
		if guard, err = net.Listen("tcp", fmt.Sprintf("127.0.0.2:%d", port)); err != nil { //nolint:noctx // it is done at once
			continue
		}
		if probe, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err != nil { //nolint:noctx // likewise
			guard.Close() //nolint:errcheck // the next port is tried
			continue
		}
		tb.Cleanup(func() { guard.Close() }) //nolint:errcheck // the test is over
		if err := probe.Close(); err != nil {
			tb.Fatal(err)
		}
		return port
	}
	tb.Fatalf("no port is free: %v", err)
	return 0
}
