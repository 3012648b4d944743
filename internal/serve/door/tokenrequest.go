package door

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// The words of RFC 6749 and RFC 7523 for what is asked and how it is shown who
// asks.
const (
	GrantType     = "client_credentials"
	AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// An OauthError is an answer of RFC 6749 section 5.2, the form in which clients of
// OAuth expect it.
type OauthError struct {
	Name        string `json:"error" doc:"What kind of error." enum:"invalid_request,invalid_client,unsupported_grant_type,invalid_scope"`
	Description string `json:"error_description" doc:"What happened, in a sentence."`
}

// Error returns the description.
func (e *OauthError) Error() string { return e.Description }

func invalidRequest(why string) *OauthError { return &OauthError{"invalid_request", why} }

// formOf reads the body of a request, an HTML form. Nothing is read off the address:
// what is there ends up in logs.
func formOf(c *request.Call) (url.Values, error) {
	if c.R.URL.RawQuery != "" {
		return nil, invalidRequest("Send the parameters in the body, not in the address.")
	}
	kind, _, err := mime.ParseMediaType(c.R.Header.Get("Content-Type"))
	if err != nil || kind != ContentForm {
		return nil, invalidRequest("Send the body as Content-Type: " + ContentForm + ".")
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.W, c.R.Body, request.MaxBody))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			p := problem.New(problem.KindTooLarge, "The body is too large.")
			p.Hint = fmt.Sprintf("At most %d bytes are read.", request.MaxBody)
			return nil, p
		}
		return nil, invalidRequest("The body did not arrive whole.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, invalidRequest("The body is not a form.")
	}
	return form, nil
}

// ContentForm is the content type of forms.
const ContentForm = "application/x-www-form-urlencoded"

// parseTokenRequest reads a request for a token (RFC 6749 section 4.4): the
// credentials of one way of showing them. basic is whether there is an Authorization
// header of that scheme.
func parseTokenRequest(r *http.Request, form url.Values) (c auth.ClientCredentials, err error) {
	for name, values := range form {
		if len(values) > 1 {
			return c, invalidRequest("A parameter is given twice: " + plainWord(name) + ".")
		}
	}
	switch form.Get("grant_type") {
	case GrantType:
	case "":
		return c, invalidRequest("grant_type is missing; it is " + GrantType + ".")
	default:
		return c, &OauthError{"unsupported_grant_type", "The only grant_type here is " + GrantType + "."}
	}
	if form.Get("scope") != "" {
		return c, &OauthError{"invalid_scope", "There are no scopes: a token opens what its key does."}
	}
	c = auth.ClientCredentials{ID: form.Get("client_id"), Secret: form.Get("client_secret"), Assertion: form.Get("client_assertion")}
	id, secret, basic := r.BasicAuth()
	ways := 0
	for _, way := range []bool{basic, c.Secret != "", c.Assertion != ""} {
		if way {
			ways++
		}
	}
	switch {
	case ways > 1:
		return c, invalidRequest("The client shows who it is in more than one way.")
	case (c.Assertion != "") != (form.Get("client_assertion_type") != "") || c.Assertion != "" && form.Get("client_assertion_type") != AssertionType:
		return c, invalidRequest("client_assertion comes with client_assertion_type=" + AssertionType + ".")
	case basic:
		return withBasic(c, id, secret)
	}
	return c, nil
}

// withBasic takes the credentials of an Authorization header, where they are
// encoded as in a form (RFC 6749 section 2.3.1).
func withBasic(c auth.ClientCredentials, id, secret string) (auth.ClientCredentials, error) {
	id, err := url.QueryUnescape(id)
	if err == nil {
		secret, err = url.QueryUnescape(secret)
	}
	if err != nil || c.ID != "" && c.ID != id {
		return c, invalidRequest("The client's id in the Authorization header is malformed, or is not client_id.")
	}
	c.ID, c.Secret = id, secret
	return c, nil
}

// plainWord is what may be repeated of a name that somebody sent.
func plainWord(name string) string {
	const most = 40
	if len(name) > most {
		return "its name is long"
	}
	for _, c := range name {
		if c != '_' && (c < 'a' || c > 'z') {
			return "its name is odd"
		}
	}
	return name
}
