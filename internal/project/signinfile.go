package project

import (
	"net/url"
	"strings"
)

// A SignInConfig says how people sign in. Its secrets are not in it: they keep
// their references to the environment.
type SignInConfig struct {
	URL     string // where people reach the server; "" is where they happen to
	Secret  string // as written: ${NAME}; "" is one of the state's
	Issuers []SignInIssuer
}

// A SignInIssuer vouches for people by OpenID Connect.
type SignInIssuer struct {
	Name     string // in addresses
	Issuer   string // its URL, as its tokens name it; as written
	ClientID string
	Secret   string // as written: ${NAME}

	// Domains are those of the e-mail addresses that it vouches for; anyDomain alone
	// is all of them.
	Domains []string
}

func signInSpec(s *SignInConfig) spec {
	return spec{Name: "sign_in", Doc: "How people sign in to the server.", Fields: []field{
		{"url", "Where people reach the server, where it is behind a proxy: https://archwire.example.com.", false, "where it listens", location{&s.URL, "server's URL", []string{"https", "http"}}},
		{"secret", "What the secrets of authenticator apps are encrypted with, as ${NAME} from the environment.", false, "a secret of the state", secret{&s.Secret}},
		{"oidc", "Who vouches for people by OpenID Connect, by the name in addresses: /auth/oidc/NAME/start.", false, "nobody: by password", entries[SignInIssuer]{
			&s.Issuers, "issuer", name(), func(name string, i *SignInIssuer) value {
				i.Name = name
				return object{issuerSpec(i)}
			},
		}},
	}}
}

func issuerSpec(i *SignInIssuer) spec {
	return spec{Name: "issuer", Doc: "An issuer of OpenID Connect.", Fields: []field{
		{"issuer", "Its URL as its tokens name it, over https.", true, "", location{&i.Issuer, "issuer's URL", []string{"https", "http"}}},
		{"client_id", "What it calls this server.", true, "", text{&i.ClientID, anyText()}},
		{"client_secret", "The secret that it has given this server, as ${NAME} from the environment.", true, "", secret{&i.Secret}},
		{
			"domains", "The domains of the e-mail addresses that it vouches for when somebody signs in for the first time, such as [example.com]; [\"*\"] is all. Of several issuers each needs its own.",
			false, "all, of an issuer alone",
			domains{&i.Domains},
		},
	}}
}

// minSignInSecret is how long a secret must be that keys are derived from.
const minSignInSecret = 32

// ResolveSignIn is SignIn with its references to the environment filled in. A
// variable that is not set, an address that others could read on the way, and a
// short secret are Complaints.
func (p *Project) ResolveSignIn() (SignInConfig, error) {
	var complaints Complaints
	item := Item{Kind: KindProject}
	fill := func(path, raw string) string {
		s, err := p.resolve(item, path, raw)
		if c, ok := err.(Complaints); ok { //nolint:errorlint // resolve returns nothing else
			complaints = append(complaints, c...)
		}
		return s
	}
	address := func(path, raw string) string {
		s := fill(path, raw)
		if u, err := url.Parse(s); s != "" && (err != nil || u.Host == "" || !sendable(u)) {
			complaints = append(complaints, p.Complaint(item, path, "is not a URL that begins with https://; http:// is for this machine only"))
		}
		return s
	}
	out := SignInConfig{URL: strings.TrimSuffix(address("sign_in.url", p.SignIn.URL), "/"), Secret: fill("sign_in.secret", p.SignIn.Secret)}
	if p.SignIn.Secret != "" && out.Secret != "" && len(out.Secret) < minSignInSecret {
		complaints = append(complaints, p.Complaint(item, "sign_in.secret", "is shorter than %d characters; make one with: openssl rand -hex 32", minSignInSecret))
	}
	for _, i := range p.SignIn.Issuers {
		if len(i.Domains) == 0 && len(p.SignIn.Issuers) == 1 {
			i.Domains = []string{anyDomain}
		}
		at := "sign_in.oidc." + i.Name
		i.Issuer, i.ClientID, i.Secret = address(at+".issuer", i.Issuer), fill(at+".client_id", i.ClientID), fill(at+".client_secret", i.Secret)
		out.Issuers = append(out.Issuers, i)
	}
	return out, complaints.Err()
}
