package door

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"archwire/internal/serve/request"
)

func FuzzTokenRequest(f *testing.F) {
	f.Add("grant_type=client_credentials&client_id=a&client_secret=aw_a_b", "")
	f.Add("grant_type=client_credentials", "Basic YTphd19hX2I=")
	f.Add("grant_type=client_credentials&client_assertion=x&client_assertion_type="+url.QueryEscape(AssertionType), "")
	f.Add("grant_type=client_credentials", "Basic JTp6")
	f.Fuzz(func(t *testing.T, body, authorization string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, TokenPath, strings.NewReader(body))
		r.Header.Set("Content-Type", ContentForm)
		r.Header.Set("Authorization", authorization)
		c := &request.Call{W: httptest.NewRecorder(), R: r}
		form, err := formOf(c)
		if err != nil {
			return
		}
		shown, err := parseTokenRequest(r, form)
		if err != nil {
			return
		}
		if form.Get("grant_type") != GrantType || form.Get("scope") != "" || shown.Secret != "" && shown.Assertion != "" {
			t.Errorf("%q, %q is taken as %+v", body, authorization, shown)
		}
	})
}
