// Package describe says what the API promises: paths, bounds and documents, as OpenAPI
// and for people.
package describe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/door"
	"archwire/internal/serve/encode"
	"archwire/internal/serve/request"
)

// OpenAPI describes the API of one edition as OpenAPI 3.1: the noun names its
// paths and parameters, the catalogue its values.
func OpenAPI(e *catalogue.Edition) ([]byte, error) {
	text, err := json.Marshal(Document(e))
	if err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	return append(text, '\n'), nil
}

// Document builds the document that OpenAPI writes and the documentation page
// shows.
func Document(e *catalogue.Edition) *huma.OpenAPI {
	d := &describer{e: e, registry: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)}
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: e.Manifest.Project + " API", Version: Version,
			Description: "Metrics and rows of the publication in service. Every answer says as of when it holds, " +
				"from which publication it comes and what was verified. Numbers are exact: read them as decimals.",
		},
		Servers: []*huma.Server{{URL: "/"}},
		Components: &huma.Components{
			Schemas: d.registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"bearer":  {Type: "http", Scheme: "bearer", Description: "An API key, which begins with aw_, or a token, which begins with awt_."},
				"session": {Type: "apiKey", In: "cookie", Name: door.SessionCookie(true), Description: "The session of a person who has signed in at /auth/sign-in."},
				"header":  {Type: "apiKey", In: "header", Name: "X-API-Key", Description: "The same, for clients that cannot send Authorization."},
			},
		},
	}
	for _, op := range d.operations() {
		if ok := op.Responses["200"]; ok != nil && ok.Content[request.JSON] != nil && ok.Content[request.JSON].Example == nil && op.Method == http.MethodGet {
			ok.Content[request.JSON].Example = exampleOf(e, op.Path)
		}
		doc.AddOperation(op)
	}
	return doc
}

// A describer makes the operations of one edition.
type describer struct {
	e        *catalogue.Edition
	registry huma.Registry
}

func (d *describer) noun() archwire.Noun { return d.e.Manifest.Noun }

func (d *describer) operations() []*huma.Operation {
	n := d.noun()
	operations := []*huma.Operation{
		d.catalogued("/v1", "service", "Where to begin", "The publication in service, what your key opens, and links.", d.schema(catalogue.ServiceDoc{})),
		d.catalogued("/v1/"+n.Plural, n.Plural, "The "+n.Plural+" your key opens", "Those that open anything to you, sorted as the vendor lists them.", arrayOf(d.schema(catalogue.TenantDoc{}))),
		d.dashboards(),
		d.catalogued("/v1/metrics", "metrics", "The metrics your key opens", "Each with its definition, unit, additivity and the dimensions that one of the "+n.Plural+" opens.", arrayOf(d.schema(catalogue.MetricDoc{}))),
		d.metric(),
		d.explain(),
		d.catalogued("/v1/datasets", "datasets", "The datasets your key opens", "Each with its key, its contract and the columns that one of the "+n.Plural+" opens.", arrayOf(d.schema(catalogue.DatasetDoc{}))),
		d.rows(),
		d.feed(),
		d.catalogued("/v1/grants", "grants", "The grants your key holds",
			"Who lets you see what, in which profile, what for and until when: those in force and those that begin later. "+
				"The admin of a "+n.Singular+", and an operator, see with "+n.Singular+" what that one has granted to all clients. "+
				"A grant without datasets and metrics opens everything; one of a dataset opens its metrics too. Where grants overlap, the widest profile counts.",
			arrayOf(d.givenGrant())),
		d.status(), d.publications(), d.manifest(), d.slice(),
		d.token(),
		d.metadata(),
		d.plain("/openapi.json", "openapi", "This description, with the datasets and metrics that open to you", request.JSON, &huma.Schema{Type: huma.TypeObject}),
		d.plain("/docs", "docs", "The documentation, for people, with what opens to you", "text/html", &huma.Schema{Type: huma.TypeString}),
		d.health("/healthz", "healthz", "Whether the process is alive", false),
		d.health("/readyz", "readyz", "Whether requests are answered", true),
	}
	for _, f := range encode.Formats() {
		operations = append(operations, d.export(f))
	}
	operations = append(operations, d.office()...)
	operations = append(operations, d.signIn()...)
	operations = append(operations, d.webhooks()...)
	operations = append(operations, d.operator()...)
	return operations
}

// export describes the export of a dataset in a format.
func (d *describer) export(f encode.Format) *huma.Operation {
	op := &huma.Operation{
		Method: http.MethodGet, Path: ExportPath(f), OperationID: "export_" + f.Name, Summary: "All rows of a dataset as " + f.Name,
		Description: "The rows of all pages at once, as one stream of any length. " + f.About +
			" A stream that broke off is not whole: the connection ends without its last chunk, which every HTTP client reports.",
		Parameters: append([]*huma.Param{
			inPath("dataset", "The dataset's name.", datasetNames(d.e)),
			d.tenantParam(),
			listed("fields", "The columns wanted, separated by commas; all by default. The column of the "+d.noun().Singular+" is always there.", &huma.Schema{Type: huma.TypeString}),
			d.order(),
			filterParam("Values that columns must have: filter[column]=value; see filters."),
		}, d.headers()...),
		Security:  security(),
		Responses: d.responses(&huma.Schema{Type: huma.TypeString}, nil),
	}
	kind, _, _ := strings.Cut(f.ContentType, ";")
	body := &huma.Schema{Type: huma.TypeString}
	if strings.HasPrefix(kind, "application/vnd.") { // not text
		body.Format = "binary"
	}
	op.Responses["200"].Content = map[string]*huma.MediaType{kind: {Schema: body}}
	return ending(op)
}

func (d *describer) catalogued(path, id, summary, about string, data *huma.Schema) *huma.Operation {
	return &huma.Operation{
		Method: http.MethodGet, Path: path, OperationID: id, Summary: summary, Description: about,
		Parameters: append([]*huma.Param{
			query(d.noun().Singular, "The id of a "+d.noun().Singular+": only what this one opens.", &huma.Schema{Type: huma.TypeString}),
		}, d.headers()...),
		Security: security(), Responses: d.responses(d.envelope(id, data), nil),
	}
}

// grant is the schema of a grant.
func (d *describer) grant() *huma.Schema {
	n := d.noun()
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	names := func(about string) *huma.Schema {
		s := arrayOf(&huma.Schema{Type: huma.TypeString})
		s.Description = about
		return s
	}
	instant := func(about string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeString, Format: "date-time", Description: about}
	}
	profile := choice(nil, "aggregate", "pseudonymous", "identified")
	profile.Description = "Which classes of columns it opens."
	until := instant("From when on it opens nothing; null is open end.")
	until.Nullable = true
	return &huma.Schema{
		Type: huma.TypeObject, Required: []string{"grant", n.Singular, "datasets", "metrics", "profile", "locations", "purpose", "from", "until"},
		Properties: map[string]*huma.Schema{
			"grant":     text("Names the grant."),
			n.Singular:  text("The id of the " + n.Singular + " that grants; * is all " + n.Plural + ", those to come included."),
			"datasets":  names("The datasets it opens, with their metrics."),
			"metrics":   names("The metrics it opens, without the rows behind them."),
			"profile":   profile,
			"locations": names("The locations whose rows it opens; empty is all."),
			"purpose":   text("What it was granted for."),
			"from":      instant("Since when."),
			"until":     until,
		},
	}
}

func (d *describer) metric() *huma.Operation {
	n := d.noun()
	return ending(&huma.Operation{
		Method: http.MethodGet, Path: "/v1/metrics/{metric}", OperationID: "metric", Summary: "A metric over time",
		Description: "One row for each period, and for each combination of dimensions where by asks for them: a whole series after the other. " +
			"Every period of the range has a row. Without rows behind it a sum is 0, a ratio and a state that was not recorded are null. " +
			"Without " + n.Singular + " and by=" + n.Singular + " the row is that of all " + n.Plural + " together that open it to your key. " +
			"Periods are always whole: from and to choose the ones they fall into. A period that the data do not reach the end of has complete: false.",
		Parameters: append([]*huma.Param{
			inPath("metric", "The metric's name.", metricNames(d.e.Manifest)),
			d.tenantParam(),
			query("from", "A day of the first period; by default there are twelve.", date()),
			query("to", "A day of the last period; by default the last complete one or, if from is given, the one of meta.as_of.", date()),
			query("grain", "How long a period is; weeks begin on Monday.", choice("month", "day", "week", "month", "quarter", "year")),
			listed("by", "What to split by, separated by commas: "+n.Singular+", and dimensions of the metric.", &huma.Schema{Type: huma.TypeString}),
			listed("compare", "What to hold each period against, separated by commas. A week's previous year is 52 weeks earlier.",
				choice(nil, "previous_period", "previous_year", "none")),
			filterParam("Values that dimensions must have: filter[dimension]=value; see filters."),
		}, d.headers()...),
		Security:  security(),
		Responses: d.responses(d.envelope("metric", arrayOf(d.metricRow())), nil),
	})
}

func (d *describer) rows() *huma.Operation {
	n := d.noun()
	return ending(&huma.Operation{
		Method: http.MethodGet, Path: "/v1/datasets/{dataset}/rows", OperationID: "rows", Summary: "The rows of a dataset",
		Description: "The columns are those that all of the " + n.Plural + " asked about open; name one to see all that it opens. " +
			"Sorted by " + n.Singular + " and key, or as order says. Follow page.next until it is null: each row comes exactly once, all from the publication of the first page.",
		Parameters: append([]*huma.Param{
			inPath("dataset", "The dataset's name.", datasetNames(d.e)),
			d.tenantParam(),
			listed("fields", "The columns wanted, separated by commas; all by default. The column of the "+n.Singular+" is always there.", &huma.Schema{Type: huma.TypeString}),
			query("limit", "How many rows a page has at most. It ends earlier at 16 MiB.",
				&huma.Schema{Type: huma.TypeInteger, Minimum: number64(1), Maximum: number64(MaxLimit), Default: DefaultLimit}),
			query("cursor", "page.next of the page before, with everything but limit unchanged.", &huma.Schema{Type: huma.TypeString}),
			d.order(),
			filterParam("Values that columns must have: filter[column]=value; see filters."),
		}, d.headers()...),
		Security:  security(),
		Responses: d.responses(d.envelope("rows", arrayOf(d.row())), []int{http.StatusGone}),
	})
}

func (d *describer) plain(path, id, summary, contentType string, schema *huma.Schema) *huma.Operation {
	op := &huma.Operation{
		Method: http.MethodGet, Path: path, OperationID: id, Summary: summary, Parameters: d.headers(),
		Security: append(security(), map[string][]string{}), Responses: d.responses(schema, nil), // with a credential or without
	}
	op.Responses["200"].Content = map[string]*huma.MediaType{contentType: {Schema: schema}}
	return op
}

func (d *describer) health(path, id, summary string, mayFail bool) *huma.Operation {
	schema := d.schema(Health{})
	content := map[string]*huma.MediaType{request.JSON: {Schema: schema}}
	op := &huma.Operation{
		Method: http.MethodGet, Path: path, OperationID: id, Summary: summary, Security: []map[string][]string{},
		Responses: map[string]*huma.Response{"200": {Description: "Yes.", Content: content}},
	}
	if mayFail {
		op.Responses["503"] = &huma.Response{Description: "No; status says why.", Content: content}
	}
	return op
}

func (d *describer) schema(of any) *huma.Schema {
	return d.registry.Schema(reflect.TypeOf(of), true, "")
}
