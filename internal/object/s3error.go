package object

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"archwire"
)

// classify says what an error of S3 means to a person; doing names what was being
// done in the gerund. Whatever keeps the store from being used is Unavailable, a
// wrong URL or right too: who asks the API for rows can do nothing about it.
func (s *S3) classify(ctx context.Context, err error, doing string) error {
	if err == nil {
		return nil
	}
	_, said := errors.AsType[*archwire.Error](err)
	_, asked := errors.AsType[*smithy.OperationError](err)
	ended := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	if said || ended && (ctx.Err() != nil || !asked) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if ended { // the server's doing: it must not be taken for the end of who asks
		err = severed{err}
	}
	// Any other 404 is not about an object: a store that seems to be empty would be
	// published to as if it were new.
	if code := codeOf(err); code == "NoSuchKey" || code == "NotFound" {
		return &archwire.Error{Code: archwire.NotFound, Message: doing + ": the store has no such object", Err: err}
	}
	if says, hint := s.meaning(err); says != "" {
		return &archwire.Error{Code: archwire.Unavailable, Message: doing + ": " + says, Hint: hint, Err: err}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// severed is an error that is shown and looked into, but is none of those within it to
// who asks.
type severed struct{ within error }

func (s severed) Error() string { return s.within.Error() }

// As shows what kinds of errors are within.
func (s severed) As(target any) bool { return errors.As(s.within, target) }

// meaning is what keeps the store from being used, and what to do about it; nothing
// where err is another error.
func (s *S3) meaning(err error) (says, hint string) {
	bucket := "the bucket " + s.place.bucket
	switch codeOf(err) {
	case "NoSuchBucket":
		return bucket + " does not exist", "Create it, or correct store in archwire.yaml."
	case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "MovedPermanently":
		return bucket + " lies in another region", "Add its region to store in archwire.yaml: ?region=REGION."
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired",
		"XAdminUserNotFound": // the last is versitygw's
		return "the credentials for " + bucket + " are not accepted", "Give the program credentials that are in force, and look at the machine's clock."
	}
	switch status := statusOf(err); {
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return bucket + " may not be used with these credentials",
			"Allow them s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on what is in it."
	case status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
		return fmt.Sprintf("the server of %s answers %d, also when asked again", bucket, status), "Try again later."
	case status == http.StatusMovedPermanently || status == http.StatusTemporaryRedirect:
		return bucket + " lies in another region", "Add its region to store in archwire.yaml: ?region=REGION."
	case status != 0 && codeOf(err) != "":
		return fmt.Sprintf("the server of %s answers %d %s", bucket, status, codeOf(err)), "Look up what the server means by that; what was published before is still there."
	}
	return s.unreached(err)
}

// unreached is meaning where the server gave no answer, or not the whole.
func (s *S3) unreached(err error) (says, hint string) {
	const endpoint = "Correct the endpoint or the region in store of archwire.yaml, or wait until the server is there."
	if name, ok := errors.AsType[*net.DNSError](err); ok && name.IsNotFound {
		return fmt.Sprintf("the name %s of the store's server is not found", name.Name), endpoint
	}
	if strings.Contains(err.Error(), "get identity") || strings.Contains(err.Error(), "get credentials") {
		return "no credentials for AWS are found",
			"Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role."
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return "the server of the bucket " + s.place.bucket + " cannot be reached", endpoint
	}
	if _, ok := err.(severed); ok { //nolint:errorlint // classify has just made it
		return "the server of the bucket " + s.place.bucket + " does not answer", "Try again later."
	}
	if _, ok := errors.AsType[net.Error](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the connection to the server of the bucket " + s.place.bucket + " broke off", "Try again."
	}
	return "", ""
}

// codeOf is S3's own code of an error.
func codeOf(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

// statusOf is the status that the server answered with.
func statusOf(err error) int {
	if e, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return e.HTTPStatusCode()
	}
	return 0
}
