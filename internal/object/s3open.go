package object

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"

	"archwire"
)

// anyRegion is the region that servers other than Amazon's take when none is said.
const anyRegion = "us-east-1"

// openS3 is the store at a place. It asks nobody yet. What the URL leaves open, and
// the credentials, are those of AWS's usual places: the environment, the shared
// files, the machine's role.
//
//nolint:contextcheck,nolintlint // it is said of callers; nobody is asked, and the store outlives who opens it
func openS3(place s3Place, p patience) (*S3, error) {
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithHTTPClient(patientClient(p)), config.WithLogger(logging.Nop{})) // what it warns of is told by its errors, too
	if err != nil {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "the configuration of AWS cannot be read", Err: err,
			Hint: "Look at the variables AWS_* of the environment, and at AWS's files config and credentials.",
		}
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.APIOptions = append(o.APIOptions, p.bound)
		if place.region != "" {
			o.Region = place.region
		}
		if place.endpoint != "" {
			o.BaseEndpoint = &place.endpoint
		}
		if o.BaseEndpoint != nil {
			// Not all servers know the checksums that the SDK adds by default:
			// https://github.com/aws/aws-sdk-go-v2/discussions/2960
			o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
			o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
			o.UsePathStyle = true
			if o.Region == "" {
				o.Region = anyRegion
			}
		}
		if place.pathStyle != nil {
			o.UsePathStyle = *place.pathStyle
		}
	})
	if client.Options().Region == "" {
		return nil, &archwire.Error{
			Code: archwire.Invalid, Message: "it is not said in which region the bucket " + place.bucket + " lies",
			Hint: "Add ?region=REGION to store in archwire.yaml, or set AWS_REGION.",
		}
	}
	// Checksums would be a header that whoever has a signed URL must send.
	plain := s3.WithPresignClientFromClientOptions(func(o *s3.Options) {
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	return &S3{client, s3.NewPresignClient(client, plain), place, p}, nil
}

// patientClient waits for a server that has the whole request, but not forever.
func patientClient(p patience) aws.HTTPClient {
	const perHost = 64
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.ResponseHeaderTimeout = p.answer
		t.MaxIdleConnsPerHost = perHost
	})
}
