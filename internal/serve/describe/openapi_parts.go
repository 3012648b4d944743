package describe

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/measure"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/serve/statement"
)

func security() []map[string][]string {
	return []map[string][]string{{"bearer": {}}, {"header": {}}}
}

// headers are the request headers that every path reads.
func (d *describer) headers() []*huma.Param {
	text := &huma.Schema{Type: huma.TypeString}
	return []*huma.Param{
		{Name: "If-None-Match", In: "header", Description: "The ETag of an answer you have: 304 if it is still the answer.", Schema: text},
		{
			Name: "Archwire-Version", In: "header", Description: "The version of the API that you were written for.",
			Schema: d.named("ApiVersion", &huma.Schema{Type: huma.TypeString, Enum: []any{Version}}),
		},
		{Name: ViewAs, In: "header", Description: "For operators: as whom to look at things, " + d.noun().Singular + "=17, " + d.noun().Singular + "=17;role=practice_user or client=NAME. Nothing can be changed so.", Schema: text},
		{Name: "X-Request-Id", In: "header", Description: "Your own name for the request, repeated in the answer and the server's log.", Schema: text},
	}
}

func (d *describer) tenantParam() *huma.Param {
	n := d.noun()
	yes := true
	return &huma.Param{
		Name: n.Singular, In: "query", Style: "form", Explode: &yes, Schema: arrayOf(&huma.Schema{Type: huma.TypeString}),
		Description: "The id of a " + n.Singular + "; may be repeated. By default all that open to your key what is asked for; it cannot open more.",
	}
}

func inPath(name, about string, names []string) *huma.Param {
	return &huma.Param{Name: name, In: "path", Required: true, Description: about, Schema: fromCatalogue(names)}
}

func query(name, about string, s *huma.Schema) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: about, Schema: s}
}

// listed is a parameter that takes values separated by commas.
func listed(name, about string, item *huma.Schema) *huma.Param {
	no := false
	return &huma.Param{Name: name, In: "query", Style: "form", Explode: &no, Description: about, Schema: arrayOf(item)}
}

// filterParam is filter[column]=value, which OpenAPI calls a deep object.
func filterParam(about string) *huma.Param {
	yes := true
	return &huma.Param{
		Name: "filter", In: "query", Style: "deepObject", Explode: &yes, Description: about,
		Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: &huma.Schema{Type: huma.TypeString}},
	}
}

// order is the parameter that sorts rows.
func (d *describer) order() *huma.Param {
	return listed("order", "The columns to sort by before the key, separated by commas: column is ascending, -column descending; null comes last in both. For one "+
		d.noun().Singular+" only, and not by documents and bytes.", &huma.Schema{Type: huma.TypeString})
}

func arrayOf(items *huma.Schema) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: items}
}

func date() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "date"} }

func choice(standard any, values ...any) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: values, Default: standard}
}

func number64(n int) *float64 {
	f := float64(n)
	return &f
}

// envelope is the schema of an operation's answer.
func (d *describer) envelope(operation string, data *huma.Schema) *huma.Schema {
	return d.named(answerName(operation), &huma.Schema{
		Type: huma.TypeObject, Required: []string{"data", "meta", "page"},
		Properties: map[string]*huma.Schema{
			"data": data,
			"meta": d.schema(catalogue.MetaDoc{}),
			"page": d.named("Page", &huma.Schema{Type: huma.TypeObject, Required: []string{"next"}, Properties: map[string]*huma.Schema{
				"next": {Type: huma.TypeString, Nullable: true, Description: "The cursor of the next page; null on the last one."},
			}}),
		},
	})
}

// responses are those that every path has, and further ones.
func (d *describer) responses(ok *huma.Schema, further []int) map[string]*huma.Response {
	text := &huma.Schema{Type: huma.TypeString}
	out := map[string]*huma.Response{
		"200": {
			Description: "The answer.", Content: map[string]*huma.MediaType{request.JSON: {Schema: ok}},
			Headers: map[string]*huma.Param{
				"ETag":             {Description: "Names the answer's very bytes.", Schema: text},
				"Archwire-Version": {Description: "The version of the API that answers.", Schema: text},
				"X-Request-Id":     {Description: "Names the request in the server's log.", Schema: text},
			},
		},
		"304": {Description: "You have the answer already."},
	}
	for _, k := range problem.Kinds() {
		switch k.Status {
		case http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusConflict, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType,
			http.StatusRequestURITooLong, http.StatusNotImplemented:
			continue // no path that is described here answers so
		case http.StatusGone, http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
			if !slices.Contains(further, k.Status) {
				continue
			}
		}
		out[strconv.Itoa(k.Status)] = d.problem(k.Anchor)
	}
	return out
}

// metricRow is the schema of a metric's row. Dimensions are members of it, named
// as they are asked for.
func (d *describer) metricRow() *huma.Schema {
	held := measureSchemas()
	held["period"] = &huma.Schema{Type: huma.TypeString, Format: "date", Description: "The first day of the period held against."}
	held["change"] = amount("This value less that one.")
	held["change_ratio"] = amount("change over that value without its sign; null when that is 0.")
	against := d.named("MetricCompared", &huma.Schema{Type: huma.TypeObject, Properties: held, Required: []string{"period", "value", "change", "change_ratio"}})

	row := measureSchemas()
	row["period"] = &huma.Schema{Type: huma.TypeString, Format: "date", Description: "The first day of the period."}
	row["grain"] = choice(nil, "day", "week", "month", "quarter", "year")
	row["complete"] = &huma.Schema{Type: huma.TypeBoolean, Description: "Whether the data reach to the end of the period."}
	row["compare"] = &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		string(measure.PreviousPeriod): against, string(measure.PreviousYear): against,
	}}
	return d.named("MetricRow", &huma.Schema{
		Type: huma.TypeObject, Properties: row, Required: []string{"period", "grain", "complete", "value"},
		AdditionalProperties: anyValue("A dimension named in by."),
	})
}

// amount is an exact number, or null.
func amount(about string) *huma.Schema {
	return decimal(&huma.Schema{Type: huma.TypeNumber, Nullable: true, Description: about})
}

// measureSchemas are those of a metric's value and what it was made from.
func measureSchemas() map[string]*huma.Schema {
	return map[string]*huma.Schema{
		"value":       amount("Exact; a ratio is rounded to 6 digits, half away from zero."),
		"numerator":   amount("Of a ratio. Sum these and the denominators, never the ratios."),
		"denominator": amount("Of a ratio."),
		"count":       amount("How many rows a value that cannot be summed was taken over."),
	}
}

// rowOf is the schema of a row of a dataset, as the widest profile sees it.
func (d *describer) rowOf(ds archwire.Dataset) *huma.Schema {
	s := &huma.Schema{
		Type: huma.TypeObject, Description: ds.Description, Required: []string{ds.Tenant}, AdditionalProperties: false,
		Properties: map[string]*huma.Schema{
			ds.Tenant: {Type: huma.TypeString, Description: "The id of the " + d.noun().Singular + "."},
		},
	}
	for _, c := range ds.Columns {
		col := valueSchema(statement.TypeOf(c))
		if c.Pseudonym != "" && (col.Type != huma.TypeString || col.Format != "") {
			col = &huma.Schema{AnyOf: []*huma.Schema{col, {Type: huma.TypeString, Description: "A pseudonym, where your key opens no more."}}}
		}
		col.Description = c.Description
		s.Properties[c.Name] = col
	}
	return s
}

// valueSchema says how values of a type are written.
func valueSchema(t archwire.Type) *huma.Schema {
	switch t.Kind {
	case archwire.Bool:
		return &huma.Schema{Type: huma.TypeBoolean, Nullable: true}
	case archwire.Int16, archwire.Int32, archwire.Int64:
		return &huma.Schema{Type: huma.TypeInteger, Nullable: true, Format: t.String()}
	case archwire.Decimal:
		return decimal(&huma.Schema{Type: huma.TypeNumber, Nullable: true, Format: t.String()})
	case archwire.Float32, archwire.Float64, archwire.JSON:
		return &huma.Schema{} // a number or "NaN"; any document
	case archwire.Date:
		return &huma.Schema{Type: huma.TypeString, Nullable: true, Format: "date"}
	case archwire.TimestampTZ:
		return &huma.Schema{Type: huma.TypeString, Nullable: true, Format: "date-time"}
	case archwire.UUID:
		return &huma.Schema{Type: huma.TypeString, Nullable: true, Format: "uuid"}
	case archwire.Bytes:
		return &huma.Schema{Type: huma.TypeString, Nullable: true, ContentEncoding: "base64"}
	case archwire.Text, archwire.Time, archwire.Timestamp:
	}
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}
