// Package redshift is the control plane of Amazon Redshift, provisioned and
// Serverless, by the clients of AWS.
//
// A provisioned cluster is resized, paused and resumed; what an elastic resize can
// come to is asked of the service. Serverless has a base capacity and a limit of it,
// and needs no pausing: nothing is paid for while nothing runs.
package redshift

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless"
	"github.com/aws/smithy-go/logging"

	"archwire"
	"archwire/internal/capacity"
)

// An Option changes where AWS is asked, and as whom.
type Option = func(*config.LoadOptions) error

// Open is the control plane of a place. It asks nobody yet. Credentials, and what
// options leave open, are those of AWS's usual places: the environment, the shared
// files, the machine's role.
func Open(ctx context.Context, p capacity.Place, options ...Option) (capacity.ControlPlane, error) {
	usual := []Option{config.WithRegion(p.Region), config.WithLogger(logging.Nop{})} // what it warns of is told by its errors, too
	cfg, err := config.LoadDefaultConfig(ctx, append(usual, options...)...)
	if err != nil {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the configuration of AWS cannot be read", Err: err,
			Hint: "Look at the variables AWS_* of the environment, and at AWS's files config and credentials.",
		}
	}
	if p.Workgroup != "" {
		return &workgroup{redshiftserverless.NewFromConfig(cfg), p}, nil
	}
	return &cluster{redshift.NewFromConfig(cfg), p}, nil
}

// optional is nil for the zero value, which requests leave out.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
