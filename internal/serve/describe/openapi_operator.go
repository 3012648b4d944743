package describe

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"archwire/internal/serve/operator"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// operator describes what whoever runs the product asks.
func (d *describer) operator() []*huma.Operation {
	const publication = "/publications/{publication}"
	limit := query("limit", "How many runs at most.", &huma.Schema{Type: huma.TypeInteger, Minimum: number64(1), Maximum: number64(operator.MaxRuns), Default: operator.DefaultRuns})
	since := query("since", "The publication to compare it with; by default the one that was in service when it was made.", &huma.Schema{Type: huma.TypeString})
	id := inPath("publication", "The publication's id, or "+Current+".", nil)
	n := d.noun()
	return []*huma.Operation{
		d.operated("/runs", "operator_runs", "The last runs", "The newest first: how each ended, what its steps took, why it failed and what to do.", arrayOf(d.schema(operator.RunDoc{})), limit),
		d.operated("/runs/{run}", "operator_run", "What a run did",
			"Table by table and model by model: rows, rate, time, how and why, and what takes longer than usual. One that is under way is shown as of a second ago.",
			d.schema(operator.RunShownDoc{}), inPath("run", "The run's id.", nil)),
		d.operated("/freshness", "operator_freshness", "How old what is in service is", "By table and "+n.Singular+", and what of it is late.", d.schema(operator.FreshnessDoc{})),
		d.nights(),
		d.operated("/models", "operator_models", "The models", "In the order of their refreshing: what each reads, how it is refreshed and why, and what the last run did with it.", arrayOf(d.schema(operator.ModelDoc{}))),
		d.operated("/verification", "operator_verification", "What was proved", "Of the publication in service, table by table, before it was made.", d.schema(operator.VerificationDoc{})),
		d.operated("/publications", "operator_publications", "The publications that are kept", "The newest first: which is in service, and when each went into service.", arrayOf(d.schema(operator.PublicationDoc{}))),
		d.operated(publication, "operator_compare", "What changed between two publications",
			"Datasets and whose slices are others, "+n.Plural+", definitions, and what of it breaks a contract.", d.schema(operator.ComparedDoc{}), id, since),
		d.switching(),
		d.operated("/tenants", "operator_tenants", "The "+n.Plural, "Of the publication in service: rows, bytes, people, clients, and when somebody was last told of each.", arrayOf(d.schema(operator.OperatedTenantDoc{}))),
		d.operated("/clients", "operator_clients", "The clients", "With their keys, when these were last used, and what is granted to them.", arrayOf(d.schema(operator.ClientDoc{}))),
		d.operated("/contracts", "operator_contracts", "The contracts in use", "Which contracts of datasets and metrics are served, and who was sent any of it lately.", d.schema(operator.ContractsDoc{})),
		d.operated("/storage", "operator_storage", "What is stored, and what it costs", "By kind and dataset. There is a cost where archwire.yaml declares a price.", d.schema(operator.StorageDoc{})),
	}
}

// forOperators is what is said of all of them.
const forOperators = " For operators, signed in: to anybody else there is nothing at this path."

// operated describes something that operators ask.
func (d *describer) operated(path, id, summary, about string, data *huma.Schema, params ...*huma.Param) *huma.Operation {
	return &huma.Operation{
		Method: http.MethodGet, Path: OperatorPath + path, OperationID: id, Summary: summary, Description: about + forOperators,
		Parameters: append(params, d.headers()[1:]...), Security: d.personal()[1:],
		Responses: d.answered(data, problem.KindParameter, problem.KindKey, problem.KindNotFound, problem.KindRate, problem.KindInternal, problem.KindUnavailable),
	}
}

// switching describes how another publication is put into service.
func (d *describer) switching() *huma.Operation {
	body := map[string]*huma.MediaType{request.JSON: {
		Schema: d.schema(operator.ServiceRequest{}), Example: operator.ServiceRequest{Publication: "20261121T021400Z-4f9c"},
	}}
	return &huma.Operation{
		Method: http.MethodPost, Path: OperatorPath + "/service", OperationID: "operator_switch", Summary: "Serve another publication",
		Description: "An earlier or a later one, as archwire rollback does: its manifest, its index and its slices are looked at first. " +
			"Servers follow within a second. To ask for what is in service already does nothing. 409 while a run is at work, or of one that is not whole." + forOperators,
		RequestBody: &huma.RequestBody{Required: true, Content: body}, Parameters: d.headers()[1:], Security: d.personal()[1:],
		Responses: d.answered(d.schema(operator.InServiceDoc{}), problem.KindParameter, problem.KindKey, problem.KindForbidden, problem.KindNotFound, problem.KindConflict,
			problem.KindTooLarge, problem.KindMedia, problem.KindRate, problem.KindInternal, problem.KindUnavailable),
	}
}

// answered are the answers of what is of no publication: data, and problems.
func (d *describer) answered(data *huma.Schema, anchors ...string) map[string]*huma.Response {
	out := d.problems(anchors...)
	out[strconv.Itoa(http.StatusOK)] = &huma.Response{Description: "The answer.", Content: map[string]*huma.MediaType{request.JSON: {
		Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"data"}, Properties: map[string]*huma.Schema{"data": data}},
	}}}
	return out
}
