package object_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"archwire/internal/object/s3test"
)

// What makes an object is asked to encrypt it under the key that the URL names: PutObject,
// and CreateMultipartUpload for the parts (Amazon S3 User Guide, Specifying server-side
// encryption with AWS KMS).
func TestS3_EncryptsUnderTheKeyOfTheURL(t *testing.T) {
	s3test.Login(t)
	var mu sync.Mutex
	asked := map[string]string{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) //nolint:errcheck // a test's server
		query := r.URL.Query()
		what := r.Method
		switch {
		case r.Method == http.MethodHead:
			w.WriteHeader(http.StatusNotFound)
		case query.Has("uploads"):
			what += " uploads"
			io.WriteString(w, `<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>`) //nolint:errcheck // a test's server
		case query.Has("partNumber"):
			what += " part"
			w.Header().Set("ETag", `"1"`)
		case r.Method == http.MethodPost:
			io.WriteString(w, `<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>`) //nolint:errcheck // a test's server
		}
		mu.Lock()
		defer mu.Unlock()
		asked[what] = r.Header.Get("X-Amz-Server-Side-Encryption") + " " + r.Header.Get("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id")
	}))
	defer srv.Close()
	const key = "arn:aws:kms:eu-west-1:123456789012:key/x"
	for place, want := range map[string]string{"?kms_key=" + key + "&": "aws:kms " + key, "?": " "} {
		s := openStore(t, "s3://mine"+place+"endpoint="+srv.URL)
		put(t, s, "small", "a few bytes")
		put(t, s, "large", strings.Repeat("long", 5<<20))
		mu.Lock()
		for _, what := range []string{"PUT", "POST uploads"} {
			if got := asked[what]; got != want {
				t.Errorf("%s is sent with the encryption %q, want %q", what, got, want)
			}
		}
		mu.Unlock()
	}
}
