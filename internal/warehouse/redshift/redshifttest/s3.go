package redshifttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// A place is where an object lies, or many whose names begin so.
type place struct{ bucket, key string }

func (p place) String() string { return "s3://" + p.bucket + "/" + p.key }

// placed reads s3://bucket/key.
func placed(url string) (place, error) {
	bucket, key, ok := strings.Cut(strings.TrimPrefix(url, "s3://"), "/")
	if !ok || !strings.HasPrefix(url, "s3://") || key == "" {
		return place{}, failed("XX000", "Invalid S3 path: COPY and UNLOAD want s3://bucket/key", "COPY from Amazon S3")
	}
	return place{bucket, key}, nil
}

// store is the client of the cluster's role.
func (s *Server) store() (*s3.Client, error) {
	if s.opts.S3 == "" {
		return nil, failed("XX000", "redshifttest: Options.S3 says no endpoint", "")
	}
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: s.opts.AccessKey, SecretAccessKey: s.opts.SecretKey}, nil
	})
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(s.opts.S3), Region: "us-east-1", UsePathStyle: true, Credentials: credentials,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.Proxy = nil }),
	}), nil
}

// read opens an object.
func (s *Server) read(ctx context.Context, at place) (io.ReadCloser, error) {
	client, err := s.store()
	if err != nil {
		return nil, err
	}
	out, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &at.bucket, Key: &at.key})
	if err != nil {
		return nil, said(err)
	}
	return out.Body, nil
}

// write puts an object.
func (s *Server) write(ctx context.Context, at place, data []byte) error {
	client, err := s.store()
	if err != nil {
		return err
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: &at.bucket, Key: &at.key, Body: bytes.NewReader(data)})
	return said(err)
}

// list gives the names that begin as a place's.
func (s *Server) list(ctx context.Context, at place) ([]string, error) {
	client, err := s.store()
	if err != nil {
		return nil, err
	}
	var out []string
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &at.bucket, Prefix: &at.key})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, said(err)
		}
		for _, one := range page.Contents {
			out = append(out, *one.Key)
		}
	}
	return out, nil
}

// remove deletes an object.
func (s *Server) remove(ctx context.Context, at place) error {
	client, err := s.store()
	if err != nil {
		return err
	}
	_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &at.bucket, Key: &at.key})
	return said(err)
}

// said is the store's error as Redshift tells it.
func said(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	status := http.StatusBadRequest
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
	}
	return (&S3Error{status, api.ErrorCode(), fmt.Sprintf("The request failed: %s", api.ErrorCode())}).told()
}
