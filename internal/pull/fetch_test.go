package pull

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"archwire/internal/pull/mirror"
)

// A slice is written as far as the manifest says that it goes, and no further.
func TestFetcher_WritesNoMoreThanWasPromised(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte(strings.Repeat("x", 4096))); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	client, err := NewClient(ClientConfig{URL: s.URL, Credential: Key{"aw_secret"}})
	if err != nil {
		t.Fatal(err)
	}
	spool, err := openSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer spool.close() //nolint:errcheck // the test is over
	slice := mirror.Slice{SHA256: strings.Repeat("a", 64), Bytes: 1000, URL: "/v1/slices/a"}
	p, err := spool.begin(slice.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close() //nolint:errcheck // the test is over
	_, err = (&fetcher{client: client, spool: spool}).more(t.Context(), slice, p, 0)
	info, statErr := os.Stat(spool.partial(slice.SHA256))
	if err != nil || statErr != nil || info.Size() != 1000 || p.bytes != 1000 {
		t.Errorf("%d bytes are written, %v, %v", info.Size(), err, statErr)
	}
}
