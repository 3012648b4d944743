// Package rowfunc teaches DuckDB to compute the print of a row, so that rows
// need not leave it: handing them over costs several times as much as hashing
// them.
package rowfunc

/*
void archwirePrint(void *, void *, void *);
typedef void (*archwirePrintFunction)(void *, void *, void *);
*/
import "C"

import (
	"database/sql/driver"
	"errors"
	"reflect"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// Name is what the function is called in SQL. Its first argument has a letter for
// each of the others, the columns: u for a UUID that is kept as text, - for all
// else. It gives the print by archwire.HashColumns, as a BIGINT of the same bits.
const Name = "archwire_print"

// Register makes the function known to all connections of the engine that conn is
// connected to, until that is closed.
func Register(conn driver.Conn) error {
	c, err := connection(conn)
	if err != nil {
		return err
	}
	text, anything, whole := mapping.CreateLogicalType(mapping.TypeVarchar), mapping.CreateLogicalType(mapping.TypeAny), mapping.CreateLogicalType(mapping.TypeBigInt)
	defer mapping.DestroyLogicalType(&text)
	defer mapping.DestroyLogicalType(&anything)
	defer mapping.DestroyLogicalType(&whole)
	f := mapping.CreateScalarFunction()
	defer mapping.DestroyScalarFunction(&f)
	mapping.ScalarFunctionSetName(f, Name)
	mapping.ScalarFunctionAddParameter(f, text)
	mapping.ScalarFunctionSetVarargs(f, anything)
	mapping.ScalarFunctionSetReturnType(f, whole)
	mapping.ScalarFunctionSetSpecialHandling(f) // a NULL among the columns makes no NULL
	mapping.ScalarFunctionSetFunction(f, unsafe.Pointer(C.archwirePrintFunction(C.archwirePrint)))
	if mapping.RegisterScalarFunction(c, f) == mapping.StateError {
		return errors.New("the engine does not take the function " + Name)
	}
	return nil
}

// connection is DuckDB's own handle of a connection. The driver keeps it to
// itself: its own functions get each value of each row in an interface.
func connection(conn driver.Conn) (mapping.Connection, error) {
	c := reflect.Indirect(reflect.ValueOf(conn))
	if c.Kind() == reflect.Struct {
		handle := c.FieldByName("conn")
		if handle.IsValid() && handle.Type() == reflect.TypeFor[mapping.Connection]() {
			return mapping.Connection{Ptr: handle.FieldByName("Ptr").UnsafePointer()}, nil
		}
	}
	return mapping.Connection{}, errors.New("this version of DuckDB's driver does not keep its handle where the last one did")
}
