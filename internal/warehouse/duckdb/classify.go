package duckdb

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

var (
	lineForm = regexp.MustCompile(`(?m)^LINE (\d+): `)
	pidForm  = regexp.MustCompile(`\(PID (\d+)\)`)
	fileForm = regexp.MustCompile(`Could not \w+ file`)
)

// classify turns an error of DuckDB into one for people: doing says what was
// being done, in the gerund. Errors that are not DuckDB's are wrapped.
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
	e, ok := errors.AsType[*duckdb.Error](err)
	if !ok {
		return fmt.Errorf("%s: %w", doing, err)
	}
	switch e.Type { //nolint:exhaustive // the rest are faults of ours
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog,
		duckdb.ErrorTypeNotImplemented, duckdb.ErrorTypeParameterNotAllowed, duckdb.ErrorTypeParameterNotResolved:
		return sqlError(doing, e.Msg)
	case duckdb.ErrorTypeConversion, duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeInvalidInput,
		duckdb.ErrorTypeDivideByZero, duckdb.ErrorTypeConstraint, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeDecimal:
		return valueError(doing, e.Msg)
	case duckdb.ErrorTypeOutOfMemory:
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the engine ran out of memory",
			Hint: moreMemory, Err: err,
		}
	case duckdb.ErrorTypeIO:
		return ioError(doing, e)
	case duckdb.ErrorTypeTransaction:
		return transactionError(doing, e)
	case duckdb.ErrorTypeFatal:
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the warehouse has stopped after an error on its disk",
			Hint: "Look at the disk, then run again: what was committed is kept.", Err: err,
		}
	case duckdb.ErrorTypeInterrupt:
		return fmt.Errorf("%s: %w", doing, context.Canceled)
	}
	// Whatever else it says may hold a value of a row, so only its kind goes on.
	kind, _, _ := strings.Cut(e.Msg, ":")
	return &archwire.Error{Code: archwire.Internal, Message: doing + ": the engine reports: " + kind}
}

const moreMemory = "Give it more (warehouse.memory in archwire.yaml; serve --memory), or free space in its temporary folder."

// sqlError is for SQL that names things wrongly. DuckDB's first line says which;
// it repeats names of the query, never a value of a row.
func sqlError(doing, message string) error {
	e := &archwire.SQLError{Line: line(message), Message: firstLine(message)}
	return &archwire.Error{Code: archwire.Invalid, Message: doing + ": " + e.Message, Err: e}
}

// valueError is for SQL that stumbled over a value. DuckDB's text may hold that
// value, so it goes nowhere.
func valueError(doing, message string) error {
	kind, _, _ := strings.Cut(message, ":")
	e := &archwire.SQLError{Line: line(message), Message: kind + ": a value does not fit an expression"}
	return &archwire.Error{
		Code: archwire.Invalid, Message: doing + ": " + e.Message,
		Hint: "Look for casts, divisions and decimals that do not hold for every row.", Err: e,
	}
}

// isDamage says whether DuckDB found other bytes in its file than it wrote.
func isDamage(text string) bool {
	return strings.Contains(text, "Corrupt database file") || strings.Contains(text, "Could not read enough bytes")
}

func damage(message string, err error) error {
	return &archwire.Error{
		Code: archwire.Invalid, Message: message,
		Hint: "Move the file away and run again: all that it held is loaded from the sources. Then look at its disk.", Err: err,
	}
}

func ioError(doing string, e *duckdb.Error) error {
	if isDamage(e.Msg) {
		return damage(doing+": the warehouse's file is damaged", e)
	}
	if strings.Contains(e.Msg, "No space left") {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: doing + ": the disk is full",
			Hint: "Free space beside the warehouse file and in its temporary folder, then run again.", Err: e,
		}
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: doing + ": " + firstLine(e.Msg),
		Hint: "Look at the disk and the rights on the folder, then run again.", Err: e,
	}
}

func transactionError(doing string, e *duckdb.Error) error {
	if fileForm.MatchString(e.Msg) { // the commit met the disk, not another writer
		return ioError(doing, e)
	}
	return &archwire.Error{
		Code: archwire.Conflict, Message: doing + ": " + firstLine(e.Msg),
		Hint: "Another writer was at work in the warehouse; run again.", Err: e,
	}
}

// classifyOpen is classify for what happens when the file at path is opened.
// DuckDB gives all of these one type, so its text decides.
func classifyOpen(path string, err error) error {
	if e, ok := errors.AsType[*archwire.Error](err); ok {
		return e
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "Could not set lock on file"):
		holder := "another process"
		if m := pidForm.FindStringSubmatch(text); m != nil {
			holder = "process " + m[1]
		}
		return &archwire.Error{
			Code: archwire.Conflict, Message: fmt.Sprintf("the warehouse %s is open in %s", path, holder),
			Hint: "Wait until that run has ended, or close the program that has the file open.", Err: err,
		}
	case strings.Contains(text, "different configuration than existing connections"):
		return &archwire.Error{
			Code: archwire.Conflict, Message: fmt.Sprintf("the warehouse %s is already open in this process", path),
			Hint: "One process opens a warehouse once.", Err: err,
		}
	case strings.Contains(text, "not a valid DuckDB database file"):
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s is not a DuckDB database", path),
			Hint: "Name another file as warehouse.path in archwire.yaml, or move this one away.", Err: err,
		}
	case isDamage(text):
		return damage("the warehouse "+path+" is damaged", err)
	case strings.Contains(text, "database file with version number"):
		return &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s was written by another version of DuckDB, which this one cannot read", path),
			Hint: "Use the program that wrote it, or load into a new file.", Err: err,
		}
	case strings.Contains(text, "No space left"):
		return &archwire.Error{
			Code: archwire.Unavailable, Message: fmt.Sprintf("opening the warehouse %s: the disk is full", path),
			Hint: "Free space beside the file, then run again.", Err: err,
		}
	}
	if e, ok := errors.AsType[*duckdb.Error](err); ok && e.Type == duckdb.ErrorTypeIO {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: fmt.Sprintf("opening the warehouse: %s", firstLine(e.Msg)),
			Hint: "Look at the folder of " + path + " and the rights on it.", Err: err,
		}
	}
	return fmt.Errorf("opening the warehouse %s: %w", path, err)
}

// firstLine is what DuckDB says before it explains.
func firstLine(message string) string {
	first, _, _ := strings.Cut(message, "\n")
	return first
}

// line is where in the SQL DuckDB saw the mistake; 0 if it does not say.
func line(message string) int {
	m := lineForm.FindStringSubmatch(message)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // the expression admits digits only
	return n
}
