package signin

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"archwire"
	"archwire/internal/serve/auth"
)

// An Issuer vouches for people by OpenID Connect.
type Issuer struct {
	URL      string // as its tokens name it
	ClientID string
	Secret   string

	// Domains are those of the e-mail addresses that it vouches for, in lower case:
	// not those below them. AnyDomain among them is any; without one it vouches for
	// nobody who is not bound to it.
	Domains []string
}

// AnyDomain is the domain of an issuer that vouches for every address.
const AnyDomain = "*"

// vouchesFor says whether people of that address are the issuer's to vouch for.
func (i Issuer) vouchesFor(email string) bool {
	at := strings.LastIndex(email, "@")
	return at > 0 && (slices.Contains(i.Domains, AnyDomain) || slices.Contains(i.Domains, strings.ToLower(email[at+1:])))
}

// providers are the issuers as they describe themselves.
type providers struct {
	issuers map[string]Issuer
	trips   *Sealer
	client  *http.Client

	mu    sync.Mutex
	known map[string]*oidc.Provider // by name, once asked
}

// askLasts bounds each question to an issuer.
const askLasts = 10 * time.Second

func newProviders(cfg Config) (*providers, error) {
	trips, err := NewSealer(cfg.Secret, "trips to issuers")
	return &providers{issuers: cfg.Issuers, trips: trips, client: &http.Client{Timeout: askLasts}, known: map[string]*oidc.Provider{}}, err
}

// A journey is what a browser carries to an issuer and back, sealed.
type journey struct {
	Issuer   string    `json:"i"` // its name here
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"` // of PKCE, RFC 7636
	To       string    `json:"t"` // where the browser goes then
	Ends     time.Time `json:"e"`
}

// JourneyLasts is how long somebody may take to sign in at an issuer.
const JourneyLasts = 10 * time.Minute

// Start begins a journey to an issuer, from which the browser comes back to
// callback and then goes to to: where the browser is to go first, and what it
// carries. Code NotFound when there is no issuer of that name; too many beginnings
// from one network are a *Slow.
func (d *Desk) Start(ctx context.Context, name, callback, to string, from netip.Addr) (address, carried string, err error) {
	if _, err := d.throttle.trip("start", from); err != nil {
		return "", "", err
	}
	config, _, err := d.providers.config(ctx, name, callback)
	if err != nil {
		return "", "", err
	}
	j := journey{
		Issuer: name, State: word(), Nonce: word(), Verifier: oauth2.GenerateVerifier(), To: to, Ends: d.Now().Add(JourneyLasts),
	}
	text, err := json.Marshal(j)
	if err != nil {
		return "", "", fmt.Errorf("writing a journey: %w", err)
	}
	carried = base64.RawURLEncoding.EncodeToString(d.providers.trips.Seal(text, name))
	return config.AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)), carried, nil
}

func word() string { return base64.RawURLEncoding.EncodeToString(draw(32)) }

// A Return is what a browser comes back with from an issuer.
type Return struct {
	Name     string // the issuer's, here
	Callback string // where it came back to
	Carried  string // what it was given to carry
	State    string
	Code     string
	Issuer   string // as the answer says by RFC 9207; "" if it does not
	Error    string // the issuer's, if it refused
	From     netip.Addr
}

// Finish signs the person in whom the issuer vouches for, and says where the
// browser goes now. Whatever does not fit is the same error, of code Denied; too much
// of it from one network is a *Slow.
func (d *Desk) Finish(ctx context.Context, r Return) (secret string, session auth.Session, to string, err error) {
	right, err := d.throttle.trip("end", r.From)
	if err != nil {
		return "", auth.Session{}, "", err
	}
	j, err := d.providers.journey(r, d.Now())
	if err != nil {
		return "", auth.Session{}, "", errNotVouched(err)
	}
	config, provider, err := d.providers.config(ctx, r.Name, r.Callback)
	if err != nil {
		return "", auth.Session{}, "", err
	}
	ctx = oidc.ClientContext(ctx, d.providers.client)
	token, err := config.Exchange(ctx, r.Code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return "", auth.Session{}, "", errNotVouched(withoutBody(err))
	}
	claimed, err := d.claims(ctx, config, provider, token, j.Nonce)
	if err != nil {
		return "", auth.Session{}, "", errNotVouched(err)
	}
	issuer := d.Issuers[r.Name]
	if !issuer.vouchesFor(claimed.email) {
		claimed.email = "" // who is bound to the issuer is found without
	}
	person, err := d.People.Vouched(ctx, issuer.URL, claimed.subject, claimed.email)
	if err == nil {
		secret, session, err = d.People.StartSession(ctx, person)
	}
	if err == nil {
		right()
	}
	if archwire.CodeOf(err) == archwire.NotFound {
		err = errNotInvited()
	}
	return secret, session, j.To, err
}

// journey opens what the browser carried, and says why it does not fit.
func (p *providers) journey(r Return, now time.Time) (j journey, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(r.Carried)
	if err != nil {
		return j, fmt.Errorf("reading what was carried: %w", err)
	}
	text, err := p.trips.Open(sealed, r.Name)
	if err != nil {
		return j, err
	}
	if err := json.Unmarshal(text, &j); err != nil {
		return j, fmt.Errorf("reading a journey of our own: %w", err)
	}
	switch {
	case j.Issuer != r.Name:
		return j, errors.New("the journey led to another issuer")
	case !now.Before(j.Ends):
		return j, errors.New("the journey took too long")
	case subtle.ConstantTimeCompare([]byte(j.State), []byte(r.State)) != 1:
		return j, errors.New("the state is another one")
	case r.Issuer != "" && r.Issuer != p.issuers[r.Name].URL:
		return j, errors.New("another issuer answered")
	case r.Error != "" || r.Code == "":
		return j, errors.New("the issuer refused")
	}
	return j, nil
}

// claimed is what an issuer says of a person.
type claimed struct{ subject, email string } // email is "" unless it is verified

// claims proves the issuer's token, and reads whom it is about.
func (d *Desk) claims(ctx context.Context, config *oauth2.Config, provider *oidc.Provider, token *oauth2.Token, nonce string) (claimed, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return claimed{}, errors.New("the issuer sent no id_token")
	}
	id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: config.ClientID, Now: d.Now}).Verify(ctx, raw)
	if err != nil {
		return claimed{}, fmt.Errorf("proving an id_token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return claimed{}, errors.New("the nonce is another one")
	}
	var said struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := id.Claims(&said); err != nil {
		return claimed{}, fmt.Errorf("reading an id_token: %w", err)
	}
	if said.Email == "" {
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err == nil && info.Subject == id.Subject {
			said.Email, said.Verified = info.Email, info.EmailVerified
		}
	}
	if !said.Verified {
		said.Email = ""
	}
	return claimed{id.Subject, said.Email}, nil
}

// config is how an issuer is talked to.
func (p *providers) config(ctx context.Context, name, callback string) (*oauth2.Config, *oidc.Provider, error) {
	issuer, ok := p.issuers[name]
	if !ok {
		return nil, nil, &archwire.Error{Code: archwire.NotFound, Message: "There is no issuer of that name.", Hint: "Sign in by another way."}
	}
	provider, err := p.provider(ctx, name, issuer)
	if err != nil {
		return nil, nil, &archwire.Error{
			Code: archwire.Unavailable, Message: "The issuer does not answer now.",
			Hint: "Try again in a few seconds, or sign in by another way.", Err: withoutBody(err),
		}
	}
	return &oauth2.Config{
		ClientID: issuer.ClientID, ClientSecret: issuer.Secret, Endpoint: provider.Endpoint(), RedirectURL: callback,
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}, provider, nil
}

// provider asks an issuer once what it is. Its keys are asked for again whenever it
// signs with others, long after ctx.
func (p *providers) provider(ctx context.Context, name string, issuer Issuer) (*oidc.Provider, error) {
	p.mu.Lock()
	known := p.known[name]
	p.mu.Unlock()
	if known != nil {
		return known, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), issuer.URL)
	if err != nil {
		return nil, fmt.Errorf("asking an issuer what it is: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[name] = found
	return found, nil
}

// withoutBody leaves out what an issuer wrote: it may repeat what it was sent.
func withoutBody(err error) error {
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return fmt.Errorf("exchanging a code: the issuer answered %d", e.Response.StatusCode)
	}
	return err
}

func errNotVouched(err error) error {
	return &archwire.Error{
		Code: archwire.Denied, Message: "Signing in at the issuer did not succeed.",
		Hint: "Begin again, and do not take longer than ten minutes.", Err: err,
	}
}

func errNotInvited() error {
	return &archwire.Error{
		Code: archwire.Denied, Message: "Nobody here is known by what the issuer says of you.",
		Hint: "Have your practice's admin or the vendor invite the e-mail address that the issuer has verified.",
	}
}
