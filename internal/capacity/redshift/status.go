package redshift

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"archwire/internal/capacity"
)

// statusOf reads what DescribeClusters says of a cluster.
func statusOf(c types.Cluster) capacity.Status {
	status := capacity.Status{
		Shape:     capacity.Shape{Nodes: int(aws.ToInt32(c.NumberOfNodes)), Type: aws.ToString(c.NodeType)},
		Condition: condition(aws.ToString(c.ClusterStatus)),
		Says:      aws.ToString(c.ClusterStatus),
	}
	status.Shape.Paused = status.Says == "paused"
	if status.Shape.Paused || status.Condition != capacity.Still {
		return status
	}
	// A cluster can be read-only, or between two states, while it is called available.
	switch available := aws.ToString(c.ClusterAvailabilityStatus); {
	case available == "" || strings.EqualFold(available, "Available"):
	case strings.EqualFold(available, "Failed"):
		status.Condition, status.Says = capacity.Broken, status.Says+", "+available
	default:
		status.Condition, status.Says = capacity.Changing, status.Says+", "+strings.ToLower(available)
	}
	if p := c.PendingModifiedValues; p != nil && (p.NumberOfNodes != nil || p.NodeType != nil) {
		status.Condition, status.Says = capacity.Changing, status.Says+", changes pending"
	}
	return status
}

// condition is what a cluster's status means (Amazon Redshift API Reference, Cluster,
// ClusterStatus). "available, prep-for-resize" and "available, resize-cleanup" take
// statements but no change; a word that is not known is waited for.
func condition(status string) capacity.Condition {
	switch {
	case status == "available" || status == "paused":
		return capacity.Still
	case status == "hardware-failure" || status == "storage-full" || status == "deleting" || status == "final-snapshot" ||
		strings.HasPrefix(status, "incompatible-"):
		return capacity.Broken
	}
	return capacity.Changing
}
