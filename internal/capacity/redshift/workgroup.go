package redshift

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless/types"

	"archwire"
	"archwire/internal/capacity"
)

// A workgroup is one of Amazon Redshift Serverless.
type workgroup struct {
	client *redshiftserverless.Client
	place  capacity.Place
}

var _ capacity.ControlPlane = (*workgroup)(nil)

// Status implements capacity.ControlPlane.
func (w *workgroup) Status(ctx context.Context) (capacity.Status, error) {
	out, err := w.client.GetWorkgroup(ctx, &redshiftserverless.GetWorkgroupInput{WorkgroupName: &w.place.Workgroup})
	if err != nil {
		return capacity.Status{}, w.classify(ctx, err, "looking at")
	}
	if out.Workgroup == nil {
		return capacity.Status{}, &archwire.Error{
			Code: archwire.Unavailable, Message: "Amazon Redshift did not describe the " + w.place.String(), Hint: "Try again.",
		}
	}
	status := capacity.Status{
		Shape: capacity.Shape{
			RPU: int(aws.ToInt32(out.Workgroup.BaseCapacity)), MaxRPU: max(0, int(aws.ToInt32(out.Workgroup.MaxCapacity))), // -1 has been seen for none
		},
		Condition: capacity.Changing, Says: strings.ToLower(string(out.Workgroup.Status)),
	}
	switch out.Workgroup.Status {
	case types.WorkgroupStatusAvailable:
		status.Condition = capacity.Still
	case types.WorkgroupStatusDeleting:
		status.Condition = capacity.Broken
	case types.WorkgroupStatusCreating, types.WorkgroupStatusModifying:
	}
	return status, nil
}

// Options implements capacity.ControlPlane. The service does not tell.
func (w *workgroup) Options(context.Context) ([]capacity.Option, error) { return nil, nil }

// Resize implements capacity.ControlPlane. A request changes one of the two capacities
// only, or is refused; and the base may at no time be above the limit. So the limit goes
// first when it rises, and the base first otherwise.
func (w *workgroup) Resize(ctx context.Context, to capacity.Shape, _ bool) error {
	status, err := w.Status(ctx)
	if err != nil {
		return err
	}
	in := &redshiftserverless.UpdateWorkgroupInput{WorkgroupName: &w.place.Workgroup}
	have := status.Shape
	base, limit := to.RPU != 0 && to.RPU != have.RPU, to.MaxRPU != 0 && to.MaxRPU != have.MaxRPU
	switch {
	case limit && (!base || to.MaxRPU > have.MaxRPU && have.MaxRPU != 0):
		in.MaxCapacity = optional(int32(to.MaxRPU)) //nolint:gosec // a few thousand at most
	case base:
		in.BaseCapacity = optional(int32(to.RPU)) //nolint:gosec // a few thousand at most
	default:
		return nil
	}
	_, err = w.client.UpdateWorkgroup(ctx, in)
	return w.classify(ctx, err, "changing the capacity of")
}

func (w *workgroup) classify(ctx context.Context, err error, doing string) error {
	return classify(ctx, err, doing, w.place)
}
