package auth

import (
	"context"
	"maps"
	"time"
)

// usedEvery is how often keys' last uses are written down.
const usedEvery = time.Minute

// WriteUses writes down when keys were last used, each at most once a minute,
// until ctx ends and once more then. What could not be written is reported, and
// tried again.
func (a *Authorizer) WriteUses(ctx context.Context, report func(error)) {
	tick := time.NewTicker(usedEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := a.writeUses(last); err != nil {
				report(err)
			}
			return
		case <-tick.C:
			if err := a.writeUses(ctx); err != nil && ctx.Err() == nil {
				report(err)
			}
		}
	}
}

func (a *Authorizer) writeUses(ctx context.Context) error {
	a.mu.Lock()
	used := a.used
	a.used = map[string]time.Time{}
	a.mu.Unlock()
	if len(used) == 0 {
		return nil
	}
	err := a.keys.Used(ctx, used)
	if err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		maps.Copy(used, a.used) // which are later
		a.used = used
	}
	return err
}
