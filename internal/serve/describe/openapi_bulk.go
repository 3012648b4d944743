package describe

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"archwire"
	"archwire/internal/serve/catalogue"
)

func (d *describer) publications() *huma.Operation {
	return &huma.Operation{
		Method: http.MethodGet, Path: PublicationsPath, OperationID: "publications", Summary: "The publications that are kept",
		Description: "Newest first. A manifest can be asked for each of them; rows and metrics come from the one in service.",
		Parameters:  d.headers(), Security: security(), Responses: d.responses(d.envelope("publications", arrayOf(d.schema(KeptDoc{}))), nil),
	}
}

func (d *describer) manifest() *huma.Operation {
	n := d.noun()
	text := &huma.Schema{Type: huma.TypeString}
	doc := d.schema(ManifestDoc{})
	d.registry.SchemaFromRef(doc.Ref).Properties["slices"].Items = d.sliceDoc()
	return &huma.Operation{
		Method: http.MethodGet, Path: ManifestPath, OperationID: "manifest", Summary: "Every slice that your key opens",
		Description: "The files of a publication, one for each dataset and " + n.Singular + " that opens it, each in the widest profile that this " + n.Singular +
			" opens. A slice that you have by its sha256 need not be fetched again: " + n.Plural + " whose rows did not change keep theirs, and those without rows share one. " +
			"Follow page.next until it is null; a page may end early while slices are made.",
		Parameters: append([]*huma.Param{
			inPath("publication", "The publication's id, or current for the one in service.", nil),
			d.tenantParam(),
			listed("dataset", "The datasets wanted, separated by commas; all by default.", text),
			query("limit", "How many slices a page has at most.",
				&huma.Schema{Type: huma.TypeInteger, Minimum: number64(1), Maximum: number64(MaxSlices), Default: DefaultSlices}),
			query("cursor", "page.next of the page before, with everything but limit unchanged.", text),
		}, d.headers()...),
		Security: security(), Responses: d.responses(d.envelope("manifest", doc), []int{http.StatusGone}),
	}
}

// sliceDoc is the schema of a slice in a manifest.
func (d *describer) sliceDoc() *huma.Schema {
	n := d.noun()
	text := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Description: about} }
	number := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeInteger, Description: about} }
	profile := choice(nil, "aggregate", "pseudonymous", "identified")
	profile.Description = "In which profile it is given: its columns are those of the dataset under this profile."
	return &huma.Schema{
		Type: huma.TypeObject, Required: []string{"dataset", n.Singular, "profile", "sha256", "rows", "bytes", "contract", "url"},
		Properties: map[string]*huma.Schema{
			"dataset": text("The dataset."), n.Singular: text("The id of the " + n.Singular + " whose rows these are."), "profile": profile,
			"sha256": text("The SHA-256 of the file: its name."), "rows": number("How many rows it has."), "bytes": number("Its size."),
			"contract": number("The version of the dataset's contract."), "url": text("Where it is, relative to the server."),
		},
	}
}

func (d *describer) slice() *huma.Operation {
	text := &huma.Schema{Type: huma.TypeString}
	op := &huma.Operation{
		Method: http.MethodGet, Path: SlicePath, OperationID: "slice", Summary: "The bytes of a slice",
		Description: "A Parquet file, named by its SHA-256, as long as a publication that is kept lists it for your key. It never changes: keep it. " +
			"What broke off is fetched on with Range and If-Range. A server may answer who prefers a link with a URL that is good for less than a second, without the key: " +
			"when it has run out, ask anew.",
		Parameters: append([]*huma.Param{
			inPath("sha256", "The SHA-256 of the file, in lower-case hexadecimal digits.", nil),
			{Name: "Prefer", In: "header", Description: "link: rather a URL of the slice than its bytes, where the server gives such.", Schema: text},
			{Name: "Range", In: "header", Description: "The bytes wanted: bytes=1000-, also several ranges.", Schema: text},
			{Name: "If-Range", In: "header", Description: "The ETag of what you have the beginning of: if it is another one, all bytes come.", Schema: text},
			{Name: "If-Match", In: "header", Description: "The ETag that the slice must have: 412 if it has another one.", Schema: text},
		}, d.headers()...),
		Security:  security(),
		Responses: d.responses(text, []int{http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable}),
	}
	content := map[string]*huma.MediaType{ContentParquet: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	op.Responses["200"].Content = content
	op.Responses["206"] = &huma.Response{Description: "The ranges asked for.", Content: content}
	op.Responses["307"] = &huma.Response{
		Description: "A URL of the slice, to who prefers a link.",
		Headers: map[string]*huma.Param{
			"Location":           {Description: "Where the slice is, until the second ends. It is as good as a key for the slice: keep it nowhere.", Schema: text},
			"Preference-Applied": {Description: "link", Schema: text},
		},
	}
	return op
}

func exampleKept() KeptDoc {
	return KeptDoc{ID: "20261121T021400Z-4f9c", AsOf: "2026-11-20", CreatedAt: time.Date(2026, 11, 21, 2, 14, 0, 0, time.UTC), Current: true}
}

func exampleManifest(e *catalogue.Edition) ManifestDoc {
	d, kept := e.Manifest.Datasets[0], exampleKept()
	return ManifestDoc{
		Publication: kept.ID, Previous: "20261120T021400Z-91d3", CreatedAt: kept.CreatedAt, Current: true, Datasets: []catalogue.DatasetDoc{e.DatasetDoc(d)},
		Slices: []map[string]any{e.SliceDoc(archwire.Slice{
			Dataset: d.Name, Tenant: "17", Profile: archwire.Pseudonymous, Rows: 1284, Bytes: 48211, Contract: d.Contract,
			SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		})},
	}
}
