package describe

import "archwire/internal/serve/encode"

// ExplainPath is where a figure's change is explained.
const ExplainPath = "/v1/metrics/{metric}/explain"

// ManifestPath is where a publication's slices are listed.
const ManifestPath = "/v1/publications/{publication}/manifest"

// Current stands in paths for the publication that is in service.
const Current = "current"

// SlicePath is where the bytes of a slice leave.
const SlicePath = "/v1/slices/{sha256}.parquet"

// ContentParquet is the content type of slices.
const ContentParquet = "application/vnd.apache.parquet"

// PublicationsPath is where the publications that are kept are listed.
const PublicationsPath = "/v1/publications"

// ExportPath is where the rows of a dataset leave in a format.
func ExportPath(f encode.Format) string { return "/v1/datasets/{dataset}/export." + f.Name }

// OperatorPath is what the paths of operators begin with.
const OperatorPath = "/v1/operator"

// ViewAs is the header by which operators look at things as somebody else, ViewingAs
// the one that marks what they are answered.
const (
	ViewAs    = "Archwire-View-As"
	ViewingAs = "Archwire-Viewing-As"
)

// Version is the dated version of the API. Within a version, fields and
// parameters are only ever added.
const Version = "2026-11-22"

// ChangesPath is where the changes of a dataset are listed.
const ChangesPath = "/v1/datasets/{dataset}/changes"
