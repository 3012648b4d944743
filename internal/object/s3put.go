package object

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"archwire"
)

// partSize is up to which size a body is sent whole, and that of the parts of larger
// ones: with the 10,000 parts that S3 allows, 160 GB.
const partSize = 16 << 20

// sumKey is the metadata of an object with the SHA-256 of its bytes.
const sumKey = "sha256"

// Put implements Store. No object appears before the server has all of the body, and
// one that was sent whole, or can be read twice, is compared with what is there by
// size and SHA-256 first.
func (s *S3) Put(ctx context.Context, name string, body io.Reader) error {
	if err := errors.Join(ctx.Err(), checkName(name)); err != nil {
		return err
	}
	return s.classify(ctx, s.put(ctx, s.key(name), reader{ctx, body}, body), "writing "+name)
}

func (s *S3) put(ctx context.Context, key *string, body io.Reader, source io.Reader) error {
	part, sum := new(bytes.Buffer), sha256.New()
	last, err := readPart(part, body)
	if err != nil {
		return err
	}
	sum.Write(part.Bytes())
	size, known := int64(part.Len()), last
	if !last {
		if again, ok := source.(io.Seeker); ok {
			n, err := hashRest(sum, body, again)
			if err != nil {
				return err
			}
			size, known = size+n, true
		}
	}
	var meta map[string]string
	if known {
		meta = map[string]string{sumKey: hex.EncodeToString(sum.Sum(nil))}
		if same, err := s.same(ctx, key, size, meta[sumKey]); same || err != nil {
			return err
		}
	}
	if !last {
		return s.putParts(ctx, key, meta, part, body)
	}
	in := &s3.PutObjectInput{Bucket: &s.place.bucket, Key: key, Body: bytes.NewReader(part.Bytes()), Metadata: meta}
	in.ServerSideEncryption, in.SSEKMSKeyId = s.encryption()
	_, err = s.client.PutObject(ctx, in)
	return err
}

// readPart fills part from body and says whether that was the rest of it.
func readPart(part *bytes.Buffer, body io.Reader) (last bool, err error) {
	part.Reset()
	_, err = io.CopyN(part, body, partSize)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// hashRest hashes what is left of a body, and goes back to where it was.
func hashRest(sum hash.Hash, body io.Reader, again io.Seeker) (size int64, err error) {
	at, err := again.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	if size, err = io.Copy(sum, body); err != nil {
		return 0, err
	}
	_, err = again.Seek(at, io.SeekStart)
	return size, err
}

// same says whether the object holds these very bytes.
func (s *S3) same(ctx context.Context, key *string, size int64, sum string) (bool, error) {
	head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.place.bucket, Key: key})
	if err = s.classify(ctx, err, "looking for an object"); archwire.CodeOf(err) == archwire.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return aws.ToInt64(head.ContentLength) == size && head.Metadata[sumKey] == sum, nil
}

// putParts sends a body part by part; the first is read already. What was sent of one
// that fails is taken back.
func (s *S3) putParts(ctx context.Context, key *string, meta map[string]string, part *bytes.Buffer, body io.Reader) (err error) {
	in := &s3.CreateMultipartUploadInput{Bucket: &s.place.bucket, Key: key, Metadata: meta}
	in.ServerSideEncryption, in.SSEKMSKeyId = s.encryption()
	upload, err := s.client.CreateMultipartUpload(ctx, in)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, failed := s.client.AbortMultipartUpload(context.WithoutCancel(ctx),
				&s3.AbortMultipartUploadInput{Bucket: &s.place.bucket, Key: key, UploadId: upload.UploadId})
			if failed != nil {
				err = fmt.Errorf("%w (and what was sent could not be taken back: %w)", err, failed)
			}
		}
	}()
	var parts []types.CompletedPart
	for n, last := int32(1), false; part.Len() > 0; n++ {
		sent, err := s.client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &s.place.bucket, Key: key, UploadId: upload.UploadId, PartNumber: &n, Body: bytes.NewReader(part.Bytes()),
		})
		if err != nil {
			return err
		}
		parts = append(parts, types.CompletedPart{ETag: sent.ETag, PartNumber: aws.Int32(n), ChecksumCRC32: sent.ChecksumCRC32})
		if last {
			break
		}
		if last, err = readPart(part, body); err != nil {
			return err
		}
	}
	_, err = s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &s.place.bucket, Key: key, UploadId: upload.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	return err
}

// encryption is under which key the bucket encrypts an object, where the URL says it.
func (s *S3) encryption() (types.ServerSideEncryption, *string) {
	if s.place.kmsKey == "" {
		return "", nil
	}
	return types.ServerSideEncryptionAwsKms, &s.place.kmsKey
}
