package wire

import "strings"

// Requests of the transaction manager ([MS-TDS] 2.2.6.9).
const (
	requestBegin    = 5
	requestCommit   = 7
	requestRollback = 8
	requestSave     = 9
)

// isolations are the levels that a transaction may begin with.
var isolations = [...]string{
	"", "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT",
}

// readTransaction reads a request of the transaction manager as the statements
// that do the same.
func readTransaction(r *reader) string {
	switch r.u16() {
	case requestBegin:
		return readBegin(r)
	case requestCommit:
		return readEnd(r, "COMMIT TRANSACTION")
	case requestRollback:
		return readEnd(r, "ROLLBACK TRANSACTION")
	case requestSave:
		return "SAVE TRANSACTION" + readName(r)
	default:
		r.fail(&Error{Number: 50000, State: 1, Severity: 16, Message: "The double has no distributed transactions."})
		return ""
	}
}

func readBegin(r *reader) string {
	level := int(r.u8())
	name := readName(r)
	if level >= len(isolations) {
		r.fail(errStream)
		return ""
	}
	if level == 0 {
		return "BEGIN TRANSACTION" + name
	}
	return "SET TRANSACTION ISOLATION LEVEL " + isolations[level] + "; BEGIN TRANSACTION" + name
}

func readEnd(r *reader, statement string) string {
	statement += readName(r)
	if r.u8()&1 != 0 { // and the next one begins
		statement += "; " + readBegin(r)
	}
	return statement
}

// readName reads a transaction's name with a blank ahead, or nothing.
func readName(r *reader) string {
	name := fromUTF16(r.bytes(int(r.u8())))
	if name == "" {
		return ""
	}
	return " [" + strings.ReplaceAll(name, "]", "]]") + "]"
}
