package ask

import (
	"errors"
	"sync"
)

// Do does several things at once and waits for all of them. Of their errors it
// returns the first in the order of the things.
func Do(things ...func() error) error {
	errs := make([]error, len(things))
	var all sync.WaitGroup
	for i, thing := range things {
		all.Go(func() { errs[i] = thing() })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// StatusOf is the status of a problem; 0 for nil, 500 for another error.
func StatusOf(err error) int {
	if err == nil {
		return 0
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Status
	}
	return 500
}
