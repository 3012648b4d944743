package value

import (
	"fmt"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Fault is an error of SQL Server, of severity 16, by its number and text in
// sys.messages ("Database Engine events and errors").
func Fault(number int32, format string, args ...any) *wire.Error {
	return &wire.Error{Number: number, State: 1, Severity: 16, Message: fmt.Sprintf(format, args...), Line: 1}
}

// Fail panics with a Fault: expressions are evaluated deep down, and each
// statement recovers.
func Fail(number int32, format string, args ...any) {
	panic(Fault(number, format, args...))
}

func overflow(to Type) {
	Fail(8115, "Arithmetic overflow error converting expression to data type %s.", to.Name)
}

func overflowFrom(from, to Type) {
	Fail(8115, "Arithmetic overflow error converting %s to data type %s.", from.Name, to.Name)
}

func disallowed(from, to Type) {
	Fail(529, "Explicit conversion from data type %s to %s is not allowed.", from.Name, to.Name)
}
