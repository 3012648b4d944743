package door

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/request"
)

// Where tokens are had, and what a client is told of how.
const (
	TokenPath    = "/oauth/token" //nolint:gosec // a path
	MetadataPath = "/.well-known/oauth-authorization-server"
)

// A TokenDoc is the answer of RFC 6749 section 5.1.
type TokenDoc struct {
	Token   string `json:"access_token" doc:"Send it as a key is sent: Authorization: Bearer awt_.... It opens what the key opens that it was given for, for as long as that key is good."`
	Type    string `json:"token_type" doc:"Always Bearer." enum:"Bearer"`
	Expires int    `json:"expires_in" doc:"For how many seconds it is good."`
}

// Token answers /oauth/token.
func (h *Handler) Token(c *Call) error {
	err := h.giveToken(c)
	refused, ok := errors.AsType[*OauthError](err)
	if !ok {
		return err
	}
	status := http.StatusBadRequest
	if refused.Name == "invalid_client" {
		status = http.StatusUnauthorized
		c.W.Header().Set("WWW-Authenticate", `Basic realm="archwire"`)
	}
	return c.tellToken(status, refused)
}

func (h *Handler) giveToken(c *Call) error {
	form, err := formOf(c.Call)
	if err != nil {
		return err
	}
	shown, err := parseTokenRequest(c.R, form)
	if err != nil {
		return err
	}
	from := request.Address(c.R)
	guess, err := h.guesses.Admit(from, shown.KeyID(), c.W.Header())
	if err != nil {
		return err
	}
	shown.Audiences = []string{h.URL() + TokenPath, h.URL()}
	token, err := h.Authorizer.Token(c.Ctx, shown, from)
	switch code := archwire.CodeOf(err); {
	case code == archwire.Denied:
		return &OauthError{"invalid_client", "The client is not known, or what it shows is wrong, revoked, expired or not to be used from where it is."}
	case err != nil && code == archwire.Invalid: // of an assertion that the client itself has signed
		return &OauthError{"invalid_client", archwire.MessageOf(err)}
	}
	if err != nil {
		return err
	}
	guess.WasRight()
	c.Tell(token.Key)
	if err := c.Count(token.Key); err != nil {
		return err
	}
	return c.tellToken(http.StatusOK, TokenDoc{token.Text, "Bearer", int(token.TTL.Seconds())})
}

// tellToken answers as RFC 6749 wants it: nobody keeps it.
func (c *Call) tellToken(status int, doc any) error {
	c.W.Header().Set("Pragma", "no-cache")
	return c.Told(status, doc)
}

// A MetadataDoc is what RFC 8414 says of a server that gives tokens.
type MetadataDoc struct {
	Issuer        string   `json:"issuer" doc:"The server; an assertion may be addressed to it."`
	TokenEndpoint string   `json:"token_endpoint" doc:"Where tokens are had; what an assertion is addressed to."`
	GrantTypes    []string `json:"grant_types_supported" doc:"What a token may be asked for with."`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported" doc:"How a client shows who it is."`
	Algorithms    []string `json:"token_endpoint_auth_signing_alg_values_supported" doc:"What an assertion may be signed with."`
	ResponseTypes []string `json:"response_types_supported" doc:"None: there is no page where people sign in for a client."`
	Documentation string   `json:"service_documentation" doc:"For people."`
}

// Metadata answers /.well-known/oauth-authorization-server.
func (h *Handler) Metadata(c *Call) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	text, err := json.Marshal(MetadataDoc{
		Issuer: h.URL(), TokenEndpoint: h.URL() + TokenPath, GrantTypes: []string{GrantType},
		AuthMethods: []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}, Algorithms: auth.Algorithms(),
		ResponseTypes: []string{}, Documentation: h.URL() + "/docs",
	})
	if err != nil {
		return fmt.Errorf("writing the metadata: %w", err)
	}
	head := c.W.Header()
	head.Set("Content-Type", request.JSON)
	head.Set("Cache-Control", "public, max-age=3600")
	if _, err := c.W.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("sending the metadata: %w", err)
	}
	return nil
}
