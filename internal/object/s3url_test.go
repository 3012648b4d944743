package object_test

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/object"
)

func TestCheck(t *testing.T) {
	for _, url := range []string{
		"file:data/store", "s3://bucket", "s3://bucket/", "s3://my.bucket-1/a/b/", "s3://bucket?region=eu-west-1",
		"s3://bucket/a?endpoint=https://s3.example.com:9000&path_style=false&kms_key=arn:aws:kms:eu-west-1:1:key/x",
	} {
		if err := object.Check(url); err != nil {
			t.Errorf("Check(%q) = %v", url, err)
		}
	}
	for _, url := range []string{
		"", "data/store", "s3:", "s3:bucket", "s3:///prefix", "s3://B", "s3://Bucket_1", "s3://bucket:80/x", "s3://bucket#x",
		"s3://bucket/a//b", "s3://bucket/../x", "s3://bucket/.tmp", "s3://bucket?regoin=x", "s3://bucket?region=", "s3://bucket?region=a&region=b",
		"s3://bucket?path_style=perhaps", "s3://bucket?endpoint=s3.example.com", "s3://bucket?endpoint=https://s3.example.com/path",
		"s3://AKIA:open-sesame@bucket/x", "s3://open-sesame@bucket", "s3://bucket?secret_access_key=open-sesame",
		"s3://bucket?endpoint=https://me:open-sesame@s3.example.com", "s3://bucket?%zz=open-sesame", "s3://open-sesame:%zz@bucket",
	} {
		err := object.Check(url)
		if archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" || strings.Contains(err.Error(), "open-sesame") {
			t.Errorf("Check(%q) = %v, hint %q", url, err, archwire.HintOf(err))
		}
	}
}

func TestOpen_S3NeedsARegion(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	if _, err := object.Open("s3://bucket"); archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "region") {
		t.Errorf("a bucket of no region: %v", err)
	}
	for name, value := range map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if _, err := object.Open("s3://bucket"); err != nil {
				t.Errorf("with %s: %v", name, err)
			}
		})
	}
}

func FuzzCheck(f *testing.F) {
	for _, url := range []string{"file:x", "s3://bucket/a?region=b", "s3://u:p@bucket", "s3://bucket?endpoint=https://u:p@h", "s3://[::1]/x"} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		err := object.Check(url)
		if code := archwire.CodeOf(err); err != nil && code != archwire.Invalid {
			t.Errorf("Check(%q) has code %s", url, code)
		}
		rest, is := strings.CutPrefix(url, "s3://")
		if bucket, _, _ := strings.Cut(strings.SplitN(rest, "?", 2)[0], "/"); err == nil && is && strings.Contains(bucket, "@") {
			t.Errorf("Check(%q) takes a user", url)
		}
	})
}
