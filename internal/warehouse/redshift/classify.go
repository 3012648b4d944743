package redshift

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// errLost is a connection that ended in the midst of something.
var errLost = errors.New("the connection to Redshift was lost")

// isLost says whether err means that the connection is gone, so that it is not known
// whether what was last sent was done.
func isLost(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		// The server says so itself as it ends a session: admin shutdown, crash, and
		// what comes with a resize.
		return strings.HasPrefix(e.Code, "57P")
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return false // of this machine's disk: the number within would pass for a net.Error
	}
	_, netError := errors.AsType[net.Error](err)
	return errors.Is(err, errLost) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || netError
}

// isConflict says whether err is a serializable isolation violation (Serializable
// isolation), after which the transaction may be run again.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || strings.HasPrefix(e.Message, "1023") ||
		strings.Contains(e.Message+e.Detail, "Serializable isolation violation") || strings.Contains(e.Message, "deadlock detected"))
}

// isNoSuchRelation says whether err is that a relation does not exist.
func isNoSuchRelation(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "42P01" || e.Code == "3F000")
}

// classify turns an error of Redshift into one for people: doing says what was being
// done, in the gerund. Errors that are not Redshift's are wrapped.
func classify(doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if e, ok := errors.AsType[*archwire.Error](err); ok {
		return e
	}
	if isLost(err) {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the connection to Redshift was lost", Err: err,
			Hint: "Run again: what was committed is kept, and nothing else is visible.",
		}
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if isConflict(err) {
		return &archwire.Error{
			Code: archwire.Conflict, Message: doing + ": another transaction got in the way, each time it was tried",
			Hint: "Let no other program write to archwire's schemas while a run is under way; then run again.",
		}
	}
	return meaning(doing, e)
}

// meaning is what an error of Redshift means. Its text goes on only where it repeats
// names of the statement and no value of a row.
func meaning(doing string, e *pgconn.PgError) error {
	class, _ := classOf(e.Code)
	switch {
	case isReadOnly(e):
		return &archwire.Error{Code: archwire.Unavailable, Message: doing + ": Redshift takes no changes at the moment", Hint: "Wait until the cluster is available again: archwire capacity show; then run again."}
	case e.Code == "42501":
		return &archwire.Error{Code: archwire.Denied, Message: doing + ": " + e.Message, Hint: "Grant it to the user that archwire logs in as: docs/reference/redshift.md lists what it needs."}
	case e.Code == "0A000" || class == "42":
		said := &archwire.SQLError{Message: e.Message}
		return &archwire.Error{Code: archwire.Invalid, Message: doing + ": " + said.Message, Err: said}
	case class == "22" || class == "23":
		said := &archwire.SQLError{Message: "a value does not fit an expression (SQLSTATE " + e.Code + ")"}
		return &archwire.Error{
			Code: archwire.Invalid, Message: doing + ": " + said.Message, Err: said,
			Hint: "Look for casts, divisions, decimals and lengths that do not hold for every row.",
		}
	case class == "28":
		return &archwire.Error{Code: archwire.Unavailable, Message: doing + ": Redshift does not let this user in", Hint: "Look at the user and the way to log in of warehouse.url in archwire.yaml."}
	case class == "3D":
		return &archwire.Error{Code: archwire.Unavailable, Message: doing + ": Redshift has no database of that name", Hint: "Create it, or correct warehouse.url in archwire.yaml."}
	case e.Code == "57014":
		return &archwire.Error{Code: archwire.Unavailable, Message: doing + ": Redshift ended the statement, by a limit or because somebody asked it to", Hint: "Look at the workload management rules and statement_timeout of the user, then run again."}
	case class == "53", strings.Contains(e.Message, "Disk Full"):
		return &archwire.Error{Code: archwire.Unavailable, Message: doing + ": Redshift has no room or no memory left for it", Hint: "Free space, or give it more nodes or capacity, then run again."}
	case strings.Contains(e.Message, "S3ServiceException"), strings.Contains(e.Message, "S3CurlException"):
		return storeError(doing, e.Message)
	}
	return &archwire.Error{Code: archwire.Internal, Message: fmt.Sprintf("%s: Redshift reports an error (SQLSTATE %s)", doing, e.Code)}
}

func classOf(code string) (class string, ok bool) {
	if len(code) != 5 {
		return "", false
	}
	return code[:2], true
}

// storeForm is how COPY and UNLOAD tell what S3 answered (Troubleshooting, Errors of
// S3ServiceException).
var storeForm = regexp.MustCompile(`Status (\d+),Error (\w+)`)

// storeError is for what S3 answered to Redshift. The rest of the text names requests
// and keys.
func storeError(doing, message string) error {
	code, status := "", ""
	if m := storeForm.FindStringSubmatch(message); m != nil {
		status, code = m[1], m[2]
	}
	says, hint := "S3 answers Redshift "+status+" "+code, "Try again later."
	switch {
	case strings.Contains(code, "AccessDenied"), status == "403":
		says, hint = "S3 does not let Redshift's role read or write the staging place", "Attach the role to the cluster and allow it what docs/reference/redshift.md lists."
	case strings.Contains(code, "Expired"):
		says, hint = "the credentials of Redshift's role have expired in the midst of it", "Run again."
	case strings.Contains(code, "NoSuch"):
		says, hint = "S3 does not have what Redshift looks for", "Let no lifecycle rule remove what is in warehouse.staging within a day; then run again."
	}
	return &archwire.Error{Code: archwire.Unavailable, Message: doing + ": " + says, Hint: hint}
}
