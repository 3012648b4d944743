package pipeline

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"

	"archwire"
)

// proveModels runs the checks, and computes one of the models in full that were
// recomputed for some tenants only: another one in each run.
func (r *Runner) proveModels(ctx context.Context, run *archwire.Run) (int64, error) {
	n, err := r.check(ctx, run, r.Project.Checks)
	if err != nil {
		return 0, err
	}
	var partly []string
	for _, d := range run.Details {
		if d.Verb == archwire.Refresh && d.Mode == refreshTenants {
			partly = append(partly, d.What)
		}
	}
	if len(partly) == 0 {
		return n, nil
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(run.ID)) // never fails, says its documentation
	name := partly[int(h.Sum32())%len(partly)]
	reports, err := r.VerifyModels(ctx, []string{name})
	if err != nil {
		return 0, err
	}
	if reports[0].Differ > 0 {
		return 0, errors.Join(WrongModels(reports), r.suspect(ctx, name))
	}
	run.Details = append(run.Details, archwire.Detail{
		Verb: archwire.Verify, What: name, Rows: reports[0].Rows, Note: "computed in full and compared: the sample of this run",
	})
	return n + 1, nil
}

// suspected is what a model is marked with that was not what a full computation
// gives: no definition has such a digest, so that the next run computes all of it.
const suspected = "suspected"

// suspect has the next run compute a model in full.
func (r *Runner) suspect(ctx context.Context, name string) error {
	if err := r.Warehouse.Published(ctx, map[string]archwire.Acknowledged{name: {Mark: suspected}}); err != nil {
		return fmt.Errorf("marking %s: %w", name, err)
	}
	return nil
}
