package object

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"archwire"
)

// longestSigned is the longest that S3 lets a signed URL live.
const longestSigned = 7 * 24 * time.Hour

// Sign implements Signer. The server is not asked. A URL that is signed with
// credentials for a time ends with them.
func (s *S3) Sign(ctx context.Context, name string, lasting time.Duration) (string, error) {
	if err := errors.Join(ctx.Err(), checkName(name)); err != nil {
		return "", err
	}
	if lasting < time.Second || lasting > longestSigned {
		return "", &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("a URL cannot be signed for %s, but for a second to seven days", lasting)}
	}
	signed, err := s.signer.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &s.place.bucket, Key: s.key(name)}, s3.WithPresignExpires(lasting.Truncate(time.Second)))
	if err != nil {
		return "", s.classify(ctx, err, "signing a URL for "+name)
	}
	return signed.URL, nil
}
