package operator

import (
	"context"
	"time"

	"archwire"
	"archwire/internal/serve/request"
)

// VerificationDoc is what was proved of the publication in service before it was made.
type VerificationDoc struct {
	Publication string             `json:"publication" doc:"What is in service; empty while nothing is."`
	Method      string             `json:"method" doc:"How: fingerprint, or count."`
	At          *time.Time         `json:"at" nullable:"true"`
	Checks      int                `json:"checks" doc:"The project's checks that ran and found no row."`
	Rows        int64              `json:"rows" doc:"That the copies hold."`
	Tables      []VerifiedTableDoc `json:"tables"`
}

// VerifiedTableDoc is what was proved of a table.
type VerifiedTableDoc struct {
	Table         string     `json:"table"`
	At            time.Time  `json:"at" doc:"The instant of the source's view."`
	SourceRows    int64      `json:"source_rows"`
	WarehouseRows int64      `json:"warehouse_rows"`
	Mode          string     `json:"mode" doc:"How the copy is kept current: full, append, cursor or checksum."`
	Parts         int        `json:"parts" doc:"Parts whose fingerprints were compared."`
	PrintedRows   int64      `json:"printed_rows" doc:"The rows in these parts."`
	CoveredSince  *time.Time `json:"covered_since" nullable:"true" doc:"Each part of the table was found equal at this instant or later."`
	Vouched       bool       `json:"vouched" doc:"The source vouched that nothing had changed since its rows were counted."`
	Differences   int64      `json:"differences" doc:"Rows that differ and were not repaired: none, or there would be no publication."`
}

// Verification answers GET /v1/operator/verification.
func (h *Handler) Verification(c *request.Call) error { return plain(c, h.VerificationDoc) }

// VerificationDoc is what was proved of the publication in service.
func (h *Handler) VerificationDoc(ctx context.Context) (VerificationDoc, error) {
	m, err := h.current(ctx)
	return verificationDocOf(m), err
}

func verificationDocOf(m archwire.Manifest) VerificationDoc {
	v := m.Verification
	doc := VerificationDoc{Publication: string(m.ID), Method: v.Method, At: optional(v.At), Checks: v.Checks, Rows: v.Rows(), Tables: []VerifiedTableDoc{}}
	for _, t := range v.Tables {
		doc.Tables = append(doc.Tables, VerifiedTableDoc{
			Table: t.Table, At: t.At.UTC(), SourceRows: t.SourceRows, WarehouseRows: t.WarehouseRows, Mode: t.Mode, Parts: t.Parts,
			PrintedRows: t.PrintedRows, CoveredSince: optional(t.CoveredSince), Vouched: t.Vouched, Differences: t.Differences,
		})
	}
	return doc
}
