package pipeline

import (
	"context"
	"hash/fnv"

	"archwire"
)

// proveModels runs the checks, and computes one of the models in full that were
// recomputed for some tenants only: another one in each run.
func (r *Runner) proveModels(ctx context.Context, run *archwire.Run) (int64, error) {
	n, err := r.check(ctx, run)
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
	run.Details = append(run.Details, archwire.Detail{
		Verb: archwire.Verify, What: name, Rows: reports[0].Rows, Note: "computed in full and compared: the sample of this run",
	})
	return n + 1, WrongModels(reports)
}
