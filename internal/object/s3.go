package object

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"archwire"
)

// S3 is a Store in a bucket of Amazon S3, or of a server that speaks its protocol:
// an object is one of the bucket, its key the store's prefix and the object's name.
type S3 struct {
	client   *s3.Client
	signer   *s3.PresignClient // one for all: making it writes to what the client reads
	place    s3Place
	patience patience
}

var (
	_ Store  = (*S3)(nil)
	_ Signer = (*S3)(nil)
)

// Open implements Store.
func (s *S3) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := errors.Join(ctx.Err(), checkName(name)); err != nil {
		return nil, err
	}
	waiting, body := s.waitFor(ctx, name)
	out, err := s.client.GetObject(waiting, &s3.GetObjectInput{Bucket: &s.place.bucket, Key: s.key(name)})
	body.timer.Stop()
	if err != nil {
		body.cancel()
		return nil, s.classify(ctx, err, "reading "+name)
	}
	body.ReadCloser = out.Body
	return body, nil
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string) (infos []Info, err error) {
	versions, err := s.Versions(ctx, prefix)
	for _, v := range versions {
		infos = append(infos, v.Info)
	}
	return infos, err
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, name string) error {
	if err := errors.Join(ctx.Err(), checkName(name)); err != nil {
		return err
	}
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.place.bucket, Key: s.key(name)})
	if err = s.classify(ctx, err, "deleting "+name); archwire.CodeOf(err) == archwire.NotFound {
		return nil
	}
	return err
}

// key is where the object of that name lies in the bucket.
func (s *S3) key(name string) *string { return aws.String(s.folder() + name) }

// folder is what all keys of the store begin with.
func (s *S3) folder() string {
	if s.place.prefix == "" {
		return ""
	}
	return s.place.prefix + "/"
}

// String names the store for people.
func (s *S3) String() string {
	return strings.TrimSuffix("s3://"+s.place.bucket+"/"+s.place.prefix, "/")
}
