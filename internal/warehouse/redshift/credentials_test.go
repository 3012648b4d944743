package redshift

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archwire"
)

func say(w io.Writer, text string) { io.WriteString(w, text) } //nolint:errcheck // a test's own answer

// fakeAWS makes the SDK speak to a handler.
func fakeAWS(t *testing.T, handler http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_REGION": "eu-west-1",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ENDPOINT_URL": server.URL, "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
}

// The answers are those of the API references: Redshift, GetClusterCredentialsWithIAM
// (the query protocol); Redshift Serverless, GetCredentials; Secrets Manager,
// GetSecretValue (JSON).
func TestCredentialsOf(t *testing.T) {
	fakeAWS(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked := r.Header.Get("X-Amz-Target") + string(body)
		switch {
		case strings.Contains(asked, "Action=GetClusterCredentialsWithIAM") && strings.Contains(asked, "ClusterIdentifier=night") && strings.Contains(asked, "DurationSeconds=3600"):
			say(w, `<GetClusterCredentialsWithIAMResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><GetClusterCredentialsWithIAMResult>`+
				`<DbUser>IAMR:archwire</DbUser><DbPassword>of the cluster</DbPassword><Expiration>2026-11-20T02:00:00Z</Expiration>`+
				`</GetClusterCredentialsWithIAMResult></GetClusterCredentialsWithIAMResponse>`)
		case strings.Contains(asked, "RedshiftServerless.GetCredentials") && strings.Contains(asked, `"workgroupName":"day"`):
			say(w, `{"dbUser": "IAMR:archwire", "dbPassword": "of the workgroup", "expiration": 1795140000}`)
		case strings.Contains(asked, "secretsmanager.GetSecretValue") && strings.Contains(asked, `"SecretId":"good"`):
			say(w, `{"SecretString": "{\"username\": \"archwire\", \"password\": \"of the secret\", \"engine\": \"redshift\"}"}`)
		case strings.Contains(asked, "secretsmanager.GetSecretValue") && strings.Contains(asked, `"SecretId":"bad"`):
			say(w, `{"SecretString": "open-sesame"}`)
		default:
			w.WriteHeader(http.StatusForbidden)
			say(w, `{"__type": "AccessDeniedException", "message": "open-sesame"}`)
		}
	})
	until := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	for url, want := range map[string]Credentials{
		"redshift://u:p@h/dev":                     {"u", "p", time.Time{}},
		"redshift://h/dev?auth=iam&cluster=night":  {"IAMR:archwire", "of the cluster", until},
		"redshift://h/dev?auth=iam&workgroup=day":  {"IAMR:archwire", "of the workgroup", until},
		"redshift://h/dev?auth=secret&secret=good": {"archwire", "of the secret", time.Time{}},
	} {
		got, err := CredentialsOf(t.Context(), url)
		if err != nil || got.User != want.User || got.Password != want.Password || !got.Until.Equal(want.Until) {
			t.Errorf("%s gives %s until %s, %v", url, got.User, got.Until, err)
		}
	}
	for url, code := range map[string]archwire.Code{
		"redshift://h/dev?auth=iam&cluster=other":   archwire.Unavailable,
		"redshift://h/dev?auth=iam&workgroup=other": archwire.Unavailable,
		"redshift://h/dev?auth=secret&secret=other": archwire.Unavailable,
		"redshift://h/dev?auth=secret&secret=bad":   archwire.Invalid,
	} {
		_, err := CredentialsOf(t.Context(), url)
		if archwire.CodeOf(err) != code || archwire.HintOf(err) == "" || strings.Contains(err.Error(), "open-sesame") {
			t.Errorf("%s gives %v", url, err)
		}
	}
}

// counted gives other credentials each time.
type counted struct {
	calls atomic.Int32
	now   func() time.Time
}

func (c *counted) credentials(context.Context) (Credentials, error) {
	n := c.calls.Add(1)
	if n > 3 {
		return Credentials{}, errors.New("no more")
	}
	return Credentials{User: "u", Password: strings.Repeat("x", int(n)), Until: c.now().Add(time.Hour)}, nil
}

func TestCredentialsAreRenewedBeforeTheyEnd(t *testing.T) {
	now := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	from := &counted{now: clock}
	k := &keptLogin{from: from, now: clock}
	ask := func(want int32) Credentials {
		t.Helper()
		c, err := k.credentials(t.Context())
		if err != nil || from.calls.Load() != want {
			t.Errorf("AWS was asked %d times, want %d: %v", from.calls.Load(), want, err)
		}
		return c
	}
	ask(1)
	now = now.Add(54 * time.Minute)
	ask(1)
	now = now.Add(2 * time.Minute)
	first := ask(2)
	k.forget(first)
	last := ask(3)
	k.forget(first) // another session found that out before
	if got := ask(3); got != last {
		t.Error("credentials in force were forgotten")
	}
}
