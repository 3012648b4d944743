package archwire

import "context"

// A PendingLister is a Warehouse that can tell what is pending for many consumers by
// asking once.
type PendingLister interface {
	// PendingOf is Pending for each of several consumers, by consumer, as of one moment.
	PendingOf(ctx context.Context, reads map[string][]string) (map[string]Pending, error)
}

// PendingOf is what is pending in w for several consumers, of which reads lists what each
// reads: by one question if w takes that.
func PendingOf(ctx context.Context, w interface {
	Pending(ctx context.Context, consumer string, reads []string) (Pending, error)
}, reads map[string][]string,
) (map[string]Pending, error) {
	if lister, ok := w.(PendingLister); ok {
		return lister.PendingOf(ctx, reads)
	}
	out := make(map[string]Pending, len(reads))
	for consumer, relations := range reads {
		p, err := w.Pending(ctx, consumer, relations)
		if err != nil {
			return nil, err
		}
		out[consumer] = p
	}
	return out, nil
}
