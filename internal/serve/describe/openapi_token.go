package describe

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/door"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// token describes how a token is had.
func (d *describer) token() *huma.Operation {
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	kind := text("What a token is asked for with.")
	kind.Enum = []any{door.GrantType}
	kindOfAssertion := text("Comes with client_assertion.")
	kindOfAssertion.Enum = []any{door.AssertionType}
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{"grant_type"}, Properties: map[string]*huma.Schema{
		"grant_type":            kind,
		"client_id":             text("The id of your key: what stands between its two underscores."),
		"client_secret":         text("The whole key, unless it is sent as the password of HTTP Basic, with client_id as the user."),
		"client_assertion_type": kindOfAssertion,
		"client_assertion":      text("A JWT that your private key has signed (RFC 7523), in place of client_secret."),
	}}
	refused := map[string]*huma.MediaType{request.JSON: {Schema: d.schema(door.OauthError{})}}
	responses := d.unprotected(request.JSON, d.schema(door.TokenDoc{}))
	responses["400"] = &huma.Response{Description: "The request is malformed, or asks for something else. The body is that of OAuth, not a problem.", Content: refused}
	responses["401"] = &huma.Response{Description: "The client is not known, or what it shows is wrong, revoked, expired, or was used before.", Content: refused}
	responses["413"] = d.problem(problem.KindTooLarge)
	responses["429"] = d.problem(problem.KindRate)
	return &huma.Operation{
		Method: http.MethodPost, Path: door.TokenPath, OperationID: "token", Summary: "A short-lived token in place of a key",
		Description: "OAuth 2.0 client credentials (RFC 6749 section 4.4). A token opens what the key opens that was shown for it, and ends with it. " +
			"Who has added a public key shows an assertion instead, signed with " + problem.Either(auth.Algorithms()) + ": iss and sub are the key's id, aud is the address of this path, " +
			"exp is at most " + strconv.Itoa(int(auth.AssertionAhead.Minutes())) + " minutes ahead and jti is new each time.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{door.ContentForm: {Schema: form}}},
		Parameters:  d.headers()[1:],
		Security:    []map[string][]string{}, Responses: responses,
	}
}

// metadata describes where programs find out how a token is had.
func (d *describer) metadata() *huma.Operation {
	return &huma.Operation{
		Method: http.MethodGet, Path: door.MetadataPath, OperationID: "oauth_metadata", Summary: "How tokens are had, for programs", Description: "RFC 8414.",
		Parameters: d.headers()[1:], Security: []map[string][]string{}, Responses: d.unprotected(request.JSON, d.schema(door.MetadataDoc{})),
	}
}

// unprotected are the responses of a path that needs no key and nothing published.
func (d *describer) unprotected(contentType string, ok *huma.Schema) map[string]*huma.Response {
	out := map[string]*huma.Response{"200": {Description: "The answer.", Content: map[string]*huma.MediaType{contentType: {Schema: ok}}}}
	for _, anchor := range []string{problem.KindParameter, problem.KindInternal, problem.KindUnavailable} {
		p := d.problem(anchor)
		out[strconv.Itoa(problem.New(anchor, "").Status)] = p
	}
	return out
}

// problem describes a kind of problem as a response.
func (d *describer) problem(anchor string) *huma.Response {
	for _, k := range problem.Kinds() {
		if k.Anchor == anchor {
			return &huma.Response{Description: k.Title + ". " + k.About, Content: map[string]*huma.MediaType{problem.ContentType: {Schema: d.schema(problem.Problem{})}}}
		}
	}
	return nil
}
