package redshift

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"archwire"
	"archwire/internal/capacity"
)

// classify says what an error of the service means to a person; doing is followed by
// the place. What the service says is the cause: it may name users and accounts.
func classify(ctx context.Context, err error, doing string, place capacity.Place) error {
	if err == nil {
		return nil
	}
	doing = fmt.Sprintf("%s the %s", doing, place)
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	e := &archwire.Error{Err: err}
	var says string
	e.Code, says, e.Hint = meaning(err, place)
	e.Message = doing + ": " + says
	if e.Code == archwire.Invalid || e.Code == archwire.Denied || refuses(codeOf(err)) {
		e.Err = fmt.Errorf("%w: %w", capacity.ErrRefused, err)
	}
	return e
}

// refuses says whether an error that has to do with the moment will be the same for a
// long time.
func refuses(code string) bool {
	return code == "InsufficientClusterCapacity" || code == "InsufficientCapacityException"
}

const permissions = "Allow redshift:DescribeClusters, DescribeResize, DescribeNodeConfigurationOptions, ResizeCluster, PauseCluster and ResumeCluster " +
	"on the cluster, or redshift-serverless:GetWorkgroup and UpdateWorkgroup on the workgroup."

// meaning is what an error means, by the codes of the Amazon Redshift API Reference
// (Common Errors, and the errors of each action), of that of Serverless, and of AWS
// at large.
func meaning(err error, place capacity.Place) (code archwire.Code, says, hint string) {
	switch codeOf(err) {
	case "ClusterNotFound", "ResourceNotFoundException":
		return archwire.NotFound, "it does not exist", "Correct the name or the region under capacity in archwire.yaml."
	case "InvalidClusterState", "ConflictException":
		return archwire.Conflict, "it is being changed, or cannot be changed as it is", "Wait until it is available: archwire capacity show."
	case "InsufficientClusterCapacity", "InsufficientCapacityException":
		return archwire.Unavailable, "AWS has no machines for it at the moment", "Try again later, or declare fewer nodes or others."
	case "NumberOfNodesQuotaExceeded", "NumberOfNodesPerClusterLimitExceeded", "LimitExceededFault", "ServiceQuotaExceededException":
		return archwire.Invalid, "the account's quota does not allow so many nodes", "Have the quota raised, or declare fewer."
	case "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "OptInRequired":
		return archwire.Denied, "the credentials do not allow it", permissions
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
		"InvalidSignatureException", "MissingAuthenticationToken", "IncompleteSignature", "AuthFailure":
		return archwire.Denied, "the credentials are not accepted", "Give the program credentials that are in force, and look at the machine's clock."
	case "UnsupportedOperation", "UnsupportedOptionFault", "ValidationException", "ValidationError", "InvalidParameterValue", "InvalidParameterCombination":
		return archwire.Invalid, "Amazon Redshift does not do this: " + messageOf(err), "Look at capacity in archwire.yaml: archwire capacity plan."
	}
	return unanswered(err, place)
}

// unanswered is meaning where the service did not say what is wrong, or nobody did.
func unanswered(err error, place capacity.Place) (archwire.Code, string, string) {
	switch status := statusCode(err); {
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return archwire.Denied, "the credentials do not allow it", permissions
	case codeOf(err) != "" && status != 0: // throttling is among them
		return archwire.Unavailable, fmt.Sprintf("Amazon Redshift answers %d %s", status, codeOf(err)), "Try again later."
	}
	if text := err.Error(); strings.Contains(text, "get identity") || strings.Contains(text, "get credentials") {
		return archwire.Denied, "no credentials for AWS are found",
			"Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role."
	}
	return archwire.Unavailable, "Amazon Redshift in " + place.Region + " did not answer", "Look at the network, and at the region under capacity in archwire.yaml."
}

func codeOf(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

// messageOf is what the service says of a request: names and numbers of it.
func messageOf(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorMessage()
	}
	return ""
}

func statusCode(err error) int {
	if e, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return e.HTTPStatusCode()
	}
	return 0
}
