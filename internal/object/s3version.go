package object

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var _ Versioner = (*S3)(nil)

// Versions implements Versioner. A version is the object's ETag, which is another
// one for other bytes (API Reference, Object: ETag).
func (s *S3) Versions(ctx context.Context, prefix string) (versions []Version, err error) {
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.place.bucket, Prefix: s.key(prefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, s.classify(ctx, err, "listing "+prefix)
		}
		for _, o := range page.Contents {
			name := strings.TrimPrefix(aws.ToString(o.Key), s.folder())
			if checkName(name) == nil { // else it is another program's: a folder's mark, for one
				versions = append(versions, Version{
					Info{name, aws.ToInt64(o.Size)}, aws.ToTime(o.LastModified).UTC(), aws.ToString(o.ETag),
				})
			}
		}
	}
	return versions, nil // sorted: S3 lists keys by their bytes
}

// OpenVersion implements Versioner. What is sent is one object from its first byte
// to its last, whatever is written meanwhile.
func (s *S3) OpenVersion(ctx context.Context, v Version) (io.ReadCloser, error) {
	if err := errors.Join(ctx.Err(), checkName(v.Name)); err != nil {
		return nil, err
	}
	waiting, body := s.waitFor(ctx, v.Name)
	out, err := s.client.GetObject(waiting, &s3.GetObjectInput{Bucket: &s.place.bucket, Key: s.key(v.Name), IfMatch: &v.Version})
	body.timer.Stop()
	if err != nil {
		body.cancel()
		if statusOf(err) == http.StatusPreconditionFailed {
			return nil, rewritten(v.Name)
		}
		return nil, s.classify(ctx, err, "reading "+v.Name)
	}
	body.ReadCloser = out.Body
	return body, nil
}
