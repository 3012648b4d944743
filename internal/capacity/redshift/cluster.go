package redshift

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"archwire"
	"archwire/internal/capacity"
)

// A cluster is a provisioned cluster.
type cluster struct {
	client *redshift.Client
	place  capacity.Place
}

var (
	_ capacity.ControlPlane = (*cluster)(nil)
	_ capacity.Pauser       = (*cluster)(nil)
)

// Status implements capacity.ControlPlane.
func (c *cluster) Status(ctx context.Context) (capacity.Status, error) {
	out, err := c.client.DescribeClusters(ctx, &redshift.DescribeClustersInput{ClusterIdentifier: &c.place.Cluster})
	if err != nil {
		return capacity.Status{}, c.classify(ctx, err, "looking at")
	}
	if len(out.Clusters) != 1 {
		return capacity.Status{}, &archwire.Error{
			Code: archwire.Unavailable, Message: "Amazon Redshift did not describe the " + c.place.String(), Hint: "Try again.",
		}
	}
	status := statusOf(out.Clusters[0])
	if status.Shape.Paused { // nothing is told of resizes then
		return status, nil
	}
	resize, err := c.client.DescribeResize(ctx, &redshift.DescribeResizeInput{ClusterIdentifier: &c.place.Cluster})
	if _, never := errors.AsType[*types.ResizeNotFoundFault](err); never {
		return status, nil
	}
	if err != nil {
		return capacity.Status{}, c.classify(ctx, err, "looking at a resize of")
	}
	addResize(&status, resize)
	return status, nil
}

// addResize says in a status what became of the last resize. While one is under way
// the cluster is not still, whatever else is said of it.
func addResize(status *capacity.Status, r *redshift.DescribeResizeOutput) {
	status.Target = capacity.Shape{Nodes: int(aws.ToInt32(r.TargetNumberOfNodes)), Type: aws.ToString(r.TargetNodeType)}
	status.Message = aws.ToString(r.Message)
	switch aws.ToString(r.Status) {
	case "SUCCEEDED":
		status.Last = capacity.Succeeded
	case "FAILED":
		status.Last = capacity.Failed
	case "IN_PROGRESS", "CANCELLING":
		status.Last = capacity.UnderWay
		if r.DataTransferProgressPercent != nil {
			status.Percent = strconv.FormatFloat(*r.DataTransferProgressPercent, 'f', -1, 64)
		}
		if status.Condition == capacity.Still {
			status.Condition = capacity.Changing
			status.Says += ", resize in progress"
		}
	}
}

// Options implements capacity.ControlPlane: what DescribeNodeConfigurationOptions says
// of an elastic resize.
func (c *cluster) Options(ctx context.Context) ([]capacity.Option, error) {
	options := []capacity.Option{}
	pages := redshift.NewDescribeNodeConfigurationOptionsPaginator(c.client, &redshift.DescribeNodeConfigurationOptionsInput{
		ActionType: types.ActionTypeResizeCluster, ClusterIdentifier: &c.place.Cluster,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, c.classify(ctx, err, "asking for possible sizes of")
		}
		for _, o := range page.NodeConfigurationOptionList {
			option := capacity.Option{Shape: capacity.Shape{Nodes: int(aws.ToInt32(o.NumberOfNodes)), Type: aws.ToString(o.NodeType)}}
			if o.EstimatedDiskUtilizationPercent != nil {
				option.DiskPercent = strconv.FormatFloat(*o.EstimatedDiskUtilizationPercent, 'f', -1, 64)
			}
			if !slices.Contains(options, option) { // one for each mode of the recommendation
				options = append(options, option)
			}
		}
	}
	return options, nil
}

// Resize implements capacity.ControlPlane.
func (c *cluster) Resize(ctx context.Context, to capacity.Shape, classic bool) error {
	_, err := c.client.ResizeCluster(ctx, &redshift.ResizeClusterInput{
		ClusterIdentifier: &c.place.Cluster, Classic: &classic,
		NumberOfNodes: optional(int32(to.Nodes)), NodeType: optional(to.Type), //nolint:gosec // a few hundred at most
	})
	return c.classify(ctx, err, "resizing")
}

// Pause implements capacity.Pauser.
func (c *cluster) Pause(ctx context.Context) error {
	_, err := c.client.PauseCluster(ctx, &redshift.PauseClusterInput{ClusterIdentifier: &c.place.Cluster})
	return c.classify(ctx, err, "pausing")
}

// Resume implements capacity.Pauser.
func (c *cluster) Resume(ctx context.Context) error {
	_, err := c.client.ResumeCluster(ctx, &redshift.ResumeClusterInput{ClusterIdentifier: &c.place.Cluster})
	return c.classify(ctx, err, "resuming")
}

func (c *cluster) classify(ctx context.Context, err error, doing string) error {
	return classify(ctx, err, doing, c.place)
}
