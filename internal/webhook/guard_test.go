package webhook_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/testdns"
	"archwire/internal/webhook"
)

var here = webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}

func TestGuard_TakesEndpointsOnTheInternet(t *testing.T) {
	for _, raw := range []string{
		"https://partner.example.com/hook?token=x", "https://partner.example.com:8443", "https://8.8.8.8/", "https://[2606:4700::1111]/a", "https://1.1.1.1:99/",
	} {
		if u, err := (webhook.Guard{}).URL(raw); err != nil || u.String() != raw {
			t.Errorf("%s: %v, %v", raw, u, err)
		}
	}
}

// The addresses are those of IANA's registries of special-purpose addresses, and
// the ways to write them that have got around checks elsewhere.
func TestGuard_RefusesWhatAClientHasNoBusinessWith(t *testing.T) {
	for _, raw := range []string{
		"", "https://", "partner.example.com", "http://partner.example.com/", "ftp://partner.example.com/", "https:partner", "javascript:alert(1)", "file:///etc/passwd",
		"https://:", "https://:443/", "https://user:secret@partner.example.com/", "https://user@partner.example.com/", "https://partner.example.com/#part", "https://partner.example.com/\nHost: x",
		"https://partner.example.com/ x", "https://" + strings.Repeat("a", 2000),
		"http://127.0.0.1/", "https://127.0.0.1/", "https://127.1.2.3/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://[::]/",
		"https://0.0.0.0/", "https://10.0.0.1/", "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data", "https://172.16.0.1/", "https://172.31.255.255/",
		"https://192.168.1.1/", "https://192.0.0.1/", "https://192.0.2.1/", "https://198.18.0.1/", "https://198.51.100.7/", "https://203.0.113.7/", "https://224.0.0.1/",
		"https://240.0.0.1/", "https://255.255.255.255/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[ff02::1]/",
		"https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://[2001:0:4136:e378::]/", "https://[2001:db8::1]/", "https://[3fff::1]/",
	} {
		u, err := (webhook.Guard{}).URL(raw)
		if archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" {
			t.Errorf("%q: got %v, %v", raw, u, err)
			continue
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q is repeated: %v", raw, err)
		}
	}
}

func TestGuard_SendsInPlainOnlyToThisMachineWhereThatIsAllowed(t *testing.T) {
	within := webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for raw, want := range map[string]bool{"http://127.0.0.1:8000/": true, "http://[::1]/": true, "http://10.0.0.1/": false, "http://localhost/": false, "http://8.8.8.8/": false} {
		if _, err := here.URL(raw); (err == nil) != want {
			t.Errorf("%s: %v", raw, err)
		}
		if _, err := within.URL(raw); err == nil {
			t.Errorf("%s is sent to in plain", raw)
		}
	}
	if _, err := within.URL("https://10.9.8.7/"); err != nil {
		t.Error(err)
	}
}

// What a name was when the hook was made says nothing of what it is when
// something is sent: the resolver of this test says 127.0.0.1.
func TestGuard_RefusesNamesThatLeadInside(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0", "168.63.129.16", "100.100.100.200", "::1", "fd00:ec2::254", "::ffff:127.0.0.1", "64:ff9b::7f00:1"} {
		resolver := answering(t, address)
		response, err := (webhook.Guard{}).Client(resolver).Get("http://partner.example.com:" + port + "/")
		if err == nil {
			response.Body.Close() //nolint:errcheck // the test has failed
		}
		if !webhook.Refused(err) || asked != 0 {
			t.Errorf("%s: got %v, asked %d times", address, err, asked)
		}
	}
	response, err := here.Client(answering(t, "127.0.0.1")).Get("http://partner.example.com:" + port + "/") // the resolver does work
	if err != nil || asked != 1 {
		t.Fatalf("asked %d times, %v", asked, err)
	}
	response.Body.Close() //nolint:errcheck // it is empty
}

func TestGuard_FollowsNoRedirect(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	response, err := here.Client(nil).Post(server.URL, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it is read
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusTemporaryRedirect || asked != 1 {
		t.Errorf("status %d after %d requests, %v", response.StatusCode, asked, err)
	}
}

// answering is a resolver that has one address for every name.
func answering(t *testing.T, address string) *net.Resolver {
	t.Helper()
	server := testdns.Start(t, func(string) []netip.Addr { return []netip.Addr{netip.MustParseAddr(address)} })
	dialer := new(net.Dialer)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "udp", server)
	}}
}

// Whatever is taken for an endpoint is one by net/url, too, without what must not
// be sent or shown.
func FuzzGuard_URL(f *testing.F) {
	for _, raw := range []string{"https://a.example/x?y=z", "http://127.0.0.1:1/", "https://[::1]/", "https://u:p@h/", "https://h/#f", "https://0x7f.1/", "//h", "https://h:port/"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, g := range []webhook.Guard{{}, here} {
			if _, err := g.URL(raw); err != nil {
				if archwire.CodeOf(err) != archwire.Invalid {
					t.Fatalf("%q: %v", raw, err)
				}
				continue
			}
			u, err := url.Parse(raw)
			if err != nil || u.User != nil || u.Fragment != "" || u.Hostname() == "" {
				t.Fatalf("%q is taken for an endpoint: %v", raw, err)
			}
			ip := net.ParseIP(u.Hostname())
			plain := u.Scheme == "http" && ip.IsLoopback() && len(g.Allow) > 0
			if u.Scheme != "https" && !plain {
				t.Fatalf("%q is sent to in plain", raw)
			}
			if len(g.Allow) == 0 && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()) {
				t.Fatalf("%q leads inside", raw)
			}
		}
	})
}
