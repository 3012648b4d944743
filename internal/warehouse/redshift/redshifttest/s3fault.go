package redshifttest

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// An S3Error is what the store says.
type S3Error struct {
	Status  int    // of HTTP
	Code    string // of S3
	Message string
}

// Errors of a store that tests need.
var (
	SlowDown     = &S3Error{503, "SlowDown", "Please reduce your request rate."}
	ExpiredToken = &S3Error{400, "ExpiredToken", "The provided token has expired."}
)

// told is the error of COPY or UNLOAD that tells it (Troubleshooting load errors,
// S3ServiceException errors).
func (e *S3Error) told() *pgconn.PgError {
	return failed("XX000", fmt.Sprintf("S3ServiceException:%s,Status %d,Error %s", e.Message, e.Status, e.Code), "S3ServiceException errors")
}
