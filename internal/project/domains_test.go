package project

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// withIssuers loads a project whose sign_in.oidc is text, a line for each issuer.
func withIssuers(lines ...string) (*Project, error) {
	var text strings.Builder
	for _, line := range lines {
		text.WriteString("    " + line + "\n")
	}
	return load(fstest.MapFS{
		configFile:         {Data: []byte("name: x\ntenant: {noun: practice, table: rcm.a, key: id, label: id}\nsign_in:\n  oidc:\n" + text.String())},
		"sources/rcm.yaml": {Data: []byte("source: rcm\nengine: postgres\ndsn: ${D}\ntables: {a: {columns: {id: int64}}}\n")},
	}, environment(map[string]string{"S": "secret"}))
}

func issuerLine(name, domains string) string {
	line := name + `: {issuer: "https://` + name + `.example", client_id: a, client_secret: "${S}"`
	if domains != "" {
		line += ", domains: " + domains
	}
	return line + "}"
}

func TestIssuersVouchForTheirDomains(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  [][]string
	}{
		"one alone":               {[]string{issuerLine("a", "")}, [][]string{{"*"}}},
		"one with domains":        {[]string{issuerLine("a", "[a.example, xn--bcher-kva.example]")}, [][]string{{"a.example", "xn--bcher-kva.example"}}},
		"several":                 {[]string{issuerLine("a", "[a.example]"), issuerLine("b", "[b.example]")}, [][]string{{"a.example"}, {"b.example"}}},
		"one that is for all too": {[]string{issuerLine("a", "[a.example]"), issuerLine("b", `["*"]`)}, [][]string{{"a.example"}, {"*"}}},
	} {
		p, err := withIssuers(c.lines...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		resolved, err := p.ResolveSignIn()
		var got [][]string
		for _, i := range resolved.Issuers {
			got = append(got, i.Domains)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestIssuersThatVouchForAnybodyBesideOthersAreRefused(t *testing.T) {
	const beside = `vouches for any e-mail address beside other issuers; add domains: [example.com] with those that are its own, or ["*"] if it is trusted for all`
	for name, c := range map[string]struct {
		lines []string
		want  []string
	}{
		"neither has domains": {[]string{issuerLine("a", ""), issuerLine("b", "")}, []string{"archwire.yaml:5: sign_in.oidc.a: " + beside, "archwire.yaml:6: sign_in.oidc.b: " + beside}},
		"one has none":        {[]string{issuerLine("a", "[a.example]"), issuerLine("b", "")}, []string{"archwire.yaml:6: sign_in.oidc.b: " + beside}},
		"an empty list": {[]string{issuerLine("a", "[]"), issuerLine("b", "[b.example]")}, []string{
			"archwire.yaml:5: sign_in.oidc.a.domains: is empty; name the domains, or leave it out",
		}},
		"all and some": {[]string{issuerLine("a", `["*", a.example]`)}, []string{`archwire.yaml:5: sign_in.oidc.a.domains: "*" is all domains; write it alone, or leave it out`}},
		"not domains": {[]string{issuerLine("a", `[A.example, "@a.example", a, "*.a.example"]`)}, []string{
			`archwire.yaml:5: sign_in.oidc.a.domains[0]: "A.example" is not a domain; write it in lower-case ASCII letters, as example.com`,
			`archwire.yaml:5: sign_in.oidc.a.domains[1]: "@a.example" is not a domain; write it in lower-case ASCII letters, as example.com`,
			`archwire.yaml:5: sign_in.oidc.a.domains[2]: "a" is not a domain; write it in lower-case ASCII letters, as example.com`,
			`archwire.yaml:5: sign_in.oidc.a.domains[3]: "*.a.example" is not a domain; write it in lower-case ASCII letters, as example.com`,
		}},
	} {
		_, err := withIssuers(c.lines...)
		complaints, ok := errors.AsType[Complaints](err)
		if !ok {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if diff := cmp.Diff(strings.Join(c.want, "\n"), complaints.Error()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
