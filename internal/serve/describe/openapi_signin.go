package describe

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"archwire/internal/serve/door"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// signIn describes how people sign in and out.
func (d *describer) signIn() []*huma.Operation {
	me := d.schema(door.MeDoc{})
	noBody := []map[string][]string{}
	ops := []*huma.Operation{
		d.atDesk(http.MethodPost, "/auth/sign-in", "sign_in", "Sign in with a password",
			"The answer gives the browser a session cookie, which opens what the person's roles do: for 12 hours, or until 30 minutes passed without a request. "+
				"Browsers may use it from pages of this server only.", d.schema(door.SignInRequest{}), "200", me),
		d.atDesk(http.MethodPost, "/auth/sign-out", "sign_out", "Sign out", "Ends the session, if there is one.", nil, "204", nil),
		d.atDesk(http.MethodGet, "/auth/me", "me", "Who you are", "The person who has signed in; 404 for a key, which belongs to a client.", nil, "200", me),
		d.atDesk(http.MethodPost, "/auth/accept", "accept", "Accept an invitation", "Chooses a password. An invitation is good once, for a week.", d.schema(door.AcceptRequest{}), "200", d.schema(door.AcceptDoc{})),
		d.atDesk(http.MethodGet, "/auth/oidc/{issuer}/start", "oidc_start", "Sign in at an issuer",
			"Sends the browser to an issuer of OpenID Connect, which sends it back with its word on who the person is.", nil, "303", nil),
		d.atDesk(http.MethodGet, "/auth/oidc/{issuer}/callback", "oidc_callback", "Come back from an issuer", "Where the issuer sends the browser back to.", nil, "303", nil),
	}
	for _, op := range ops {
		if op.OperationID != "me" {
			op.Security = noBody
		}
	}
	return ops
}

// atDesk describes what is answered to people without a publication.
func (d *describer) atDesk(method, path, id, summary, about string, body *huma.Schema, status string, answer *huma.Schema) *huma.Operation {
	op := &huma.Operation{
		Method: method, Path: path, OperationID: id, Summary: summary, Description: about, Parameters: d.headers()[1:], Security: d.personal(),
		Responses: d.problems(problem.KindParameter, problem.KindKey, problem.KindForbidden, problem.KindNotFound, problem.KindRate, problem.KindInternal, problem.KindUnavailable),
	}
	op.Responses[status] = &huma.Response{Description: "Done."}
	if answer != nil {
		op.Responses[status].Content = map[string]*huma.MediaType{request.JSON: {Schema: answer}}
	}
	if body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{request.JSON: {Schema: body, Example: d.exampleBody(id)}}}
		op.Responses["413"], op.Responses["415"] = d.problem(problem.KindTooLarge), d.problem(problem.KindMedia)
	}
	if name := variable(path); name != "" {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Description: "The issuer's name in archwire.yaml.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if id == "oidc_start" {
		op.Parameters = append(op.Parameters, query("to", "The path of this server where the browser goes then.", &huma.Schema{Type: huma.TypeString}))
	}
	return op
}

// variable is the name of a path's variable; "" if it has none.
func variable(path string) string {
	_, rest, _ := strings.Cut(path, "{")
	name, _, _ := strings.Cut(rest, "}")
	return name
}
