package serve

import (
	"context"
	"errors"
	"net"

	"archwire/internal/listen"
)

// Taken are addresses at which a Server will serve. Whoever connects waits until it
// runs.
type Taken struct{ api, metrics net.Listener }

// Take takes the addresses: of the API and, unless it is "", of /metrics. It is for the
// beginning: a second server at the same address is to end before it touches what
// belongs to the first.
func Take(ctx context.Context, api, metrics string) (t *Taken, err error) {
	t = new(Taken)
	if t.api, err = listen.TCP(ctx, api, "--listen"); err != nil {
		return nil, err
	}
	if metrics == "" {
		return t, nil
	}
	if t.metrics, err = listen.TCP(ctx, metrics, "--metrics-listen"); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close gives the addresses back. A server that ran has done so.
func (t *Taken) Close() error {
	var errs []error
	for _, l := range []net.Listener{t.api, t.metrics} {
		if l == nil {
			continue
		}
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
