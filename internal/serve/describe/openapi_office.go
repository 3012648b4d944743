package describe

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"archwire/internal/serve/auth"
	"archwire/internal/serve/office"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// office describes what is kept over HTTP: grants, keys and people, and what
// was disclosed.
func (d *describer) office() []*huma.Operation {
	n := d.noun()
	given := d.givenGrant()
	return []*huma.Operation{
		d.changing(http.MethodPost, "/v1/grants", "add_grant", "Let a client see something",
			"For the admin of the "+n.Singular+", or an operator, who may also write * for all "+n.Plural+". Without datasets and metrics it opens everything; lists that are there name something. "+
				"200 if it is granted already in the same words. No admin grants a wider profile than their own.",
			d.grantBody(), given),
		d.changing(http.MethodDelete, "/v1/grants/{grant}", "drop_grant", "Take a grant back, or give it up",
			"For the admin of the "+n.Singular+" that granted, an operator, or the client that holds it. It opens nothing within a second.", nil, nil),
		d.lists("/v1/keys", "keys", "The keys of your own clients", "For the admin of a "+n.Singular+"; an operator sees all.", d.schema(office.KeyDoc{})),
		d.changing(http.MethodPost, "/v1/keys", "add_key", "Make a key of an own client",
			"For programs of the "+n.Singular+" itself. With grant the client is made if there is none of that name; without, it is a further key of one that there is. "+
				"The client's name is the "+n.Singular+"'s id, a slash and what you choose.",
			d.keyBody(), d.schema(office.KeyDoc{})),
		d.changing(http.MethodDelete, "/v1/keys/{key}", "drop_key", "Revoke a key", "It opens nothing within a second.", nil, nil),
		d.lists("/v1/people", "people", "The people of a "+n.Singular, "For its admin, with their roles in it; an operator sees all.", d.schema(office.PersonDoc{})),
		d.changing(http.MethodPost, "/v1/people", "add_person", "Let a person in",
			"The answer holds an invitation, by which the person chooses a password. An admin lets people in who are not there yet, to the own "+n.Singular+"; 409 is for a name that is there already.",
			d.personBody(), d.schema(office.PersonDoc{})),
		d.changing(http.MethodDelete, "/v1/people/{person}", "drop_person", "Take a person's roles away",
			"Those in the "+n.Singular+", or all for an operator. Somebody with none left cannot sign in, and their sessions end within a second.", nil, nil),
		d.ledger(),
	}
}

// givenGrant is the schema of a grant as those see it who may give it, too.
func (d *describer) givenGrant() *huma.Schema {
	s := d.grant()
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	s.Properties["client"], s.Properties["granted_by"] = text("Who may see it. This and what follows is told to those who give grants."), text("Who made it.")
	for name, about := range map[string]string{"created_at": "When it was made.", "revoked_at": "Since when it opens nothing; null while it is not revoked."} {
		s.Properties[name] = &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: name == "revoked_at", Description: about}
	}
	return d.named("Grant", s)
}

// changing describes what changes something.
func (d *describer) changing(method, path, id, summary, about string, body, made *huma.Schema) *huma.Operation {
	op := &huma.Operation{
		Method: method, Path: path, OperationID: id, Summary: summary, Description: about, Parameters: d.headers()[1:],
		Security: d.personal(), Responses: d.problems(problem.KindParameter, problem.KindKey, problem.KindForbidden, problem.KindNotFound, problem.KindConflict, problem.KindRate, problem.KindInternal, problem.KindUnavailable),
	}
	if name := variable(path); name != "" {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Description: "What names it.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if path == "/v1/people/{person}" {
		op.Parameters = append(op.Parameters, query(d.noun().Singular, "Only the roles in this one.", &huma.Schema{Type: huma.TypeString}))
	}
	if body == nil {
		op.Responses["204"] = &huma.Response{Description: "Done."}
		return op
	}
	for _, anchor := range []string{problem.KindTooLarge, problem.KindMedia, problem.KindReuse} {
		op.Responses[strconv.Itoa(problem.New(anchor, "").Status)] = d.problem(anchor)
	}
	op.Parameters = append(op.Parameters, idempotencyParameter())
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{request.JSON: {Schema: body, Example: d.exampleBody(id)}}}
	content := map[string]*huma.MediaType{request.JSON: {Schema: made}}
	op.Responses["201"] = &huma.Response{Description: "It is made.", Content: content}
	if id == "add_grant" {
		op.Responses["200"] = &huma.Response{Description: "It was granted already.", Content: content}
	}
	return op
}

func idempotencyParameter() *huma.Param {
	return &huma.Param{
		Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
		Description: "16 to 255 characters of your own, such as a random UUID. The same request with the same key has one effect and one answer, however often it is sent within a day.",
	}
}

// lists describes a list of what the caller administers.
func (d *describer) lists(path, id, summary, about string, one *huma.Schema) *huma.Operation {
	n := d.noun()
	return &huma.Operation{
		Method: http.MethodGet, Path: path, OperationID: id, Summary: summary, Description: about,
		Parameters: append([]*huma.Param{query(n.Singular, "Of which "+n.Singular+"; by default the one whose admin you are.", &huma.Schema{Type: huma.TypeString})}, d.headers()[1:]...),
		Security:   d.personal(), Responses: d.listed(id, arrayOf(one)),
	}
}

func (d *describer) listed(id string, data *huma.Schema) map[string]*huma.Response {
	out := d.problems(problem.KindParameter, problem.KindKey, problem.KindForbidden, problem.KindNotFound, problem.KindRate, problem.KindInternal, problem.KindUnavailable)
	out["200"] = &huma.Response{Description: "The answer.", Content: map[string]*huma.MediaType{request.JSON: {Schema: d.envelope(id, data)}}}
	return out
}

func (d *describer) problems(anchors ...string) map[string]*huma.Response {
	out := map[string]*huma.Response{}
	for _, anchor := range anchors {
		out[strconv.Itoa(problem.New(anchor, "").Status)] = d.problem(anchor)
	}
	return out
}

// personal is how people, and programs, show who they are.
func (d *describer) personal() []map[string][]string {
	return append(security(), map[string][]string{"session": {}})
}

// ledger describes what a tenant is told of disclosures about it.
func (d *describer) ledger() *huma.Operation {
	n := d.noun()
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	count := &huma.Schema{Type: huma.TypeInteger, Description: "How many rows were sent."}
	names := arrayOf(&huma.Schema{Type: huma.TypeString})
	names.Description = "The columns that were asked for; none is all that the profile opens."
	profile := choice(nil, "aggregate", "pseudonymous", "identified")
	profile.Description = "Which classes of columns could be seen."
	members := map[string]*huma.Schema{
		"at": {Type: huma.TypeString, Format: "date-time", Description: "When."}, "request_id": text("Names the request."), "outcome": text("sent, begun, cut or signed."),
		"client": text("Who asked; empty of people who call for no client."), "person": text("Which person did; empty if a program did by itself."),
		"viewed_as": text("As whom an operator, who is the person, looked: " + n.Singular + "=17 or client=NAME; empty of everybody else."),
		"key":       text("The id of the key, token or session."), "address": text("From where."), "resource": text("rows, metric or export."), "name": text("Of which dataset or metric."),
		"publication": text("Which publication answered."), "profile": profile, "fields": names, "query": text("What was asked, without what names others."),
		n.Singular: text("Whom it is about."), "grant": text("By which grant, or membership of a person."), "rows": count,
		"keys": text("The keyed hash of the keys of the rows."), "chain": text("The chain of the ledger."),
		"seq": {Type: huma.TypeInteger, Description: "Its line in the chain."}, "link": text("The hash that the line is proved by."),
	}
	one := &huma.Schema{Type: huma.TypeObject, Properties: members}
	op := d.lists("/v1/ledger", "ledger", "What was disclosed about a "+n.Singular,
		"For its admin, or an operator: each answer that told somebody of it, one server after the other, each in its order. Other "+n.Plural+" in the same answers are left out.", one)
	day := func(name, about string) *huma.Param { return query(name, about, date()) }
	op.Parameters = append(op.Parameters,
		query("client", "Only what was sent to this client.", &huma.Schema{Type: huma.TypeString}), day("from", "From this UTC day on."), day("to", "Up to the end of this UTC day."),
		query("limit", "How many entries a page has at most.", &huma.Schema{Type: huma.TypeInteger, Minimum: number64(1), Maximum: number64(office.MaxEntries), Default: office.DefaultEntries}),
		query("cursor", "page.next of the page before, with everything but limit unchanged.", &huma.Schema{Type: huma.TypeString}))
	op.Responses["410"] = d.problem(problem.KindExpired)
	return op
}

// opened are the members of a body that say what is to be opened.
func (d *describer) opened() *huma.Schema {
	s := d.grant()
	delete(s.Properties, "grant")
	delete(s.Properties, d.noun().Singular)
	s.Properties["from"] = &huma.Schema{Type: huma.TypeString, Nullable: true, Description: "When it begins: a day, one of UTC, such as 2026-12-01, or an instant, such as 2026-12-01T08:00:00Z; at once by default."}
	s.Properties["until"] = d.lastDay("it ends; open end by default.")
	s.Required = []string{"profile", "purpose"}
	s.AdditionalProperties = false
	return s
}

// lastDay describes an end, which a day belongs to.
func (d *describer) lastDay(about string) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true, Description: "Its last day, one of UTC, such as 2027-01-31, or the instant, such as 2027-01-31T08:00:00Z, from which on " + about}
}

func (d *describer) grantBody() *huma.Schema {
	s := d.opened()
	s.Properties["client"] = &huma.Schema{Type: huma.TypeString, Description: "Who may see it."}
	s.Properties[d.noun().Singular] = d.ownTenant()
	s.Required = append(s.Required, "client")
	return s
}

// exampleBody is what a body might be.
func (d *describer) exampleBody(id string) any {
	grant := map[string]any{"profile": "identified", "purpose": "our own warehouse"}
	switch id {
	case "add_grant":
		return map[string]any{d.noun().Singular: "17", "client": "partner", "profile": "pseudonymous", "purpose": "analytics"}
	case "add_key":
		return map[string]any{d.noun().Singular: "17", "client": "warehouse", "grant": grant}
	case "add_person":
		return map[string]any{d.noun().Singular: "17", "name": "ann@example.com", "role": "practice_user"}
	case "sign_in":
		return map[string]any{"name": "ann@example.com", "password": "...", "code": "123456"}
	case "accept":
		return map[string]any{"invitation": "awi_...", "password": "...", "totp": true}
	}
	return nil
}

func (d *describer) ownTenant() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "The id of the " + d.noun().Singular + "; by default the one whose admin you are."}
}

func (d *describer) keyBody() *huma.Schema {
	networks := arrayOf(&huma.Schema{Type: huma.TypeString})
	networks.Description = "Where it may be used from, such as 203.0.113.0/24; everywhere by default."
	grant := d.opened()
	grant.Description = "What the client may see, if it is to be made or to see more."
	return &huma.Schema{
		Type: huma.TypeObject, Required: []string{"client"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{
			d.noun().Singular: d.ownTenant(), "client": {Type: huma.TypeString, Description: "The name of the program that is to use it."}, "networks": networks, "grant": grant,
			"expires": d.lastDay("it opens nothing any more; never by default."),
		},
	}
}

func (d *describer) personBody() *huma.Schema {
	role := &huma.Schema{Type: huma.TypeString, Description: "What the person is to be; operator and partner are an operator's to give."}
	for _, r := range auth.Roles() {
		role.Enum = append(role.Enum, string(r))
	}
	profile := choice(nil, "aggregate", "pseudonymous", "identified")
	profile.Description = "What the role opens, if not what it does by itself."
	return &huma.Schema{
		Type: huma.TypeObject, Required: []string{"name", "role"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{
			d.noun().Singular: d.ownTenant(), "name": {Type: huma.TypeString, Description: "The person's e-mail address."}, "role": role, "profile": profile,
			"client": {Type: huma.TypeString, Description: "For whom a partner calls."},
		},
	}
}
