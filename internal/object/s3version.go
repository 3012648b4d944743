package object

import (
	"context"
	"errors"
	"fmt"
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
	return s.getVersion(ctx, v, nil)
}

// getVersion asks for an object, or for some bytes of it, if it is of that version.
func (s *S3) getVersion(ctx context.Context, v Version, bytes *string) (io.ReadCloser, error) {
	waiting, body := s.waitFor(ctx, v.Name)
	out, err := s.client.GetObject(waiting, &s3.GetObjectInput{Bucket: &s.place.bucket, Key: s.key(v.Name), IfMatch: &v.Version, Range: bytes})
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

// OpenParts implements Versioner. Nothing is asked for until something is read.
func (s *S3) OpenParts(ctx context.Context, v Version) (Parts, error) {
	if err := errors.Join(ctx.Err(), checkName(v.Name)); err != nil {
		return nil, err
	}
	return &s3Parts{s, v, ctx}, nil
}

// s3Parts is an object of which ranges are asked for.
type s3Parts struct {
	store *S3
	v     Version
	ctx   context.Context //nolint:containedctx // of who reads
}

// ReadAt implements io.ReaderAt: one request, for these bytes of the version (API
// Reference, GetObject: Range, If-Match).
func (p *s3Parts) ReadAt(b []byte, at int64) (n int, err error) {
	want := min(int64(len(b)), p.v.Size-at)
	if want <= 0 || at < 0 {
		return 0, io.EOF
	}
	r, err := p.store.getVersion(p.ctx, p.v, aws.String(fmt.Sprintf("bytes=%d-%d", at, at+want-1)))
	if err != nil {
		return 0, err
	}
	n, err = io.ReadFull(r, b[:want])
	if err = errors.Join(err, r.Close()); err == nil && n < len(b) {
		err = io.EOF
	}
	return n, err
}

// Unchanged implements Parts: every range was asked for of the version.
func (p *s3Parts) Unchanged() error { return nil }

// Close implements io.Closer.
func (p *s3Parts) Close() error { return nil }
