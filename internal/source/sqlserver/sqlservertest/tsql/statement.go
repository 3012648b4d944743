package tsql

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// do runs one statement.
func (b *batch) do(s syntax.Statement) {
	switch do := s.Do.(type) {
	case *syntax.SelectStatement:
		b.selects(do.Query)
	case *syntax.Insert, *syntax.Update, *syntax.Delete, *syntax.Truncate, *syntax.InsertBulk:
		b.mayWrite()
		b.changes(do)
	case *syntax.Set:
		b.set(do)
	case *syntax.Declare:
		b.declare(do)
	case *syntax.Begin, *syntax.Commit, *syntax.Rollback:
		b.transact(do)
	case *syntax.If, *syntax.While, *syntax.Block, *syntax.Try, *syntax.Return:
		b.control(do)
	case *syntax.Exec:
		b.exec(do)
	case *syntax.Use:
		b.use(do.Database)
	case *syntax.Print, *syntax.Throw, *syntax.RaiseError, *syntax.WaitFor, *syntax.Kill:
		b.speak(do)
	case *syntax.Checkpoint:
	default:
		b.mayWrite()
		b.define(do)
	}
}

// mayWrite refuses writing in a transaction that can only be rolled back.
func (b *batch) mayWrite() {
	if b.open != nil && b.open.doomed {
		value.Fail(3930, "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.")
	}
}

func (b *batch) control(do any) {
	switch do := do.(type) {
	case *syntax.If:
		if b.condition(do.Cond) {
			b.statements(do.Then)
		} else {
			b.statements(do.Else)
		}
	case *syntax.While:
		for b.condition(do.Cond) {
			b.statements(do.Do)
		}
	case *syntax.Block:
		b.statements(do.Statements)
	case *syntax.Try:
		b.try(do)
	case *syntax.Return:
		panic(stop{})
	}
}

func (b *batch) try(do *syntax.Try) {
	before := b.caught
	err := b.trying(do.Do)
	if err == nil {
		return
	}
	if b.abort && b.open != nil {
		b.open.doomed = true
	}
	b.caught = err
	defer func() { b.caught = before }()
	b.statements(do.Catch)
}

func (b *batch) trying(list []syntax.Statement) (err *wire.Error) {
	b.depth++
	defer func() {
		b.depth--
		switch r := recover().(type) {
		case nil:
		case *wire.Error:
			err = r
		default:
			panic(r)
		}
	}()
	b.statements(list)
	return nil
}

func (b *batch) declare(do *syntax.Declare) {
	if _, known := b.vars[fold(do.Name)]; known {
		value.Fail(134, "The variable name '%s' has already been declared. Variable names must be unique within a query batch or stored procedure.", do.Name)
	}
	c := &cell{typ: b.typeOf(do.Type, false)}
	b.vars[fold(do.Name)] = c
	if do.X != nil {
		c.value = b.evaluate(do.X, c.typ)
	}
}

// set runs SET. Options that change no result here are taken as they are.
func (b *batch) set(do *syntax.Set) {
	if do.Var != "" {
		c, ok := b.vars[fold(do.Var)]
		if !ok {
			value.Fail(137, `Must declare the scalar variable "%s".`, do.Var)
		}
		c.value = b.evaluate(do.X, c.typ)
		return
	}
	on := do.Value == "ON"
	for option := range strings.SplitSeq(do.Option, ",") {
		switch name, table, _ := strings.Cut(option, " "); name {
		case "ISOLATION":
			b.isolation = do.Value
		case "LOCK_TIMEOUT":
			b.lockTimeout = number(do.Value)
		case "ROWCOUNT":
			b.rowCount = number(do.Value)
		case "XACT_ABORT":
			b.abort = on
		case "NOCOUNT":
			b.noCount = on
		case "FMTONLY":
			b.formatOnly = on
		case "IMPLICIT_TRANSACTIONS":
			b.implicit = on
		case "IDENTITY_INSERT":
			b.identityFor = ""
			if on {
				b.identityFor = fold(table)
			}
		case "TEXTSIZE", "ANSI_NULLS", "QUOTED_IDENTIFIER", "ARITHABORT", "ANSI_WARNINGS", "ANSI_PADDING", "ANSI_NULL_DFLT_ON",
			"ANSI_DEFAULTS", "CONCAT_NULL_YIELDS_NULL", "NUMERIC_ROUNDABORT", "CURSOR_CLOSE_ON_COMMIT", "LANGUAGE", "DATEFIRST", "DATEFORMAT",
			"DEADLOCK_PRIORITY", "CONTEXT_INFO", "STATISTICS", "QUERY_GOVERNOR_COST_LIMIT", "ARITHIGNORE", "FORCEPLAN":
		default:
			value.Fail(195, "'%s' is not a recognized SET option.", name)
		}
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		value.Fail(102, "Incorrect syntax near '%s'.", s)
	}
	return n
}

func (b *batch) beginTransaction() {
	t := b.engine.start(b.Session)
	t.depth = 1
	b.setOpen(t)
	b.out.Begun(b.open.number)
}

func (b *batch) transact(do any) {
	switch do := do.(type) {
	case *syntax.Begin:
		if b.open != nil {
			b.open.depth++
			return
		}
		b.beginTransaction()
	case *syntax.Commit:
		if b.open == nil {
			value.Fail(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.")
		}
		b.mayWrite()
		if b.open.depth--; b.open.depth > 0 {
			return
		}
		t := b.open
		b.setOpen(nil)
		b.engine.commit(t)
		b.out.Committed(t.number)
	case *syntax.Rollback:
		if b.open == nil {
			value.Fail(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.")
		}
		if do.Name != "" {
			value.Fail(6401, "Cannot roll back %s. No transaction or savepoint of that name was found.", do.Name)
		}
		b.abandon()
	}
}

func (b *batch) use(name string) {
	d, ok := b.engine.current.Load().databases[fold(name)]
	if !ok {
		value.Fail(911, "Database '%s' does not exist. Make sure that the name is entered correctly.", name)
	}
	if !b.login.admin && !isUser(d, b.login) {
		value.Fail(916, `The server principal "%s" is not able to access the database "%s" under the current security context.`, b.login.name, d.name)
	}
	from := b.database
	b.database = d.name
	b.out.Database(from, d.name)
}

// speak runs what sends messages or waits.
func (b *batch) speak(do any) {
	switch do := do.(type) {
	case *syntax.Print:
		text, _ := b.evaluate(do.X, value.NVarChar(4000)).(string)
		b.out.Message(wire.Error{State: 1, Message: text, Line: 1})
	case *syntax.Throw:
		if do.Number == nil {
			if b.caught == nil {
				value.Fail(10704, "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement inside a CATCH block, or add error parameters to the THROW statement.")
			}
			panic(b.caught)
		}
		number := b.evaluate(do.Number, value.Int).(int64)
		text, _ := b.evaluate(do.Message, value.NVarChar(2048)).(string)
		state := b.evaluate(do.State, value.Int).(int64)
		panic(&wire.Error{Number: int32(number), State: byte(state), Severity: 16, Message: text, Line: 1})
	case *syntax.RaiseError:
		text, _ := b.evaluate(do.Message, value.NVarChar(2048)).(string)
		severity := b.evaluate(do.Severity, value.Int).(int64)
		e := wire.Error{Number: 50000, State: byte(b.evaluate(do.State, value.Int).(int64)), Severity: byte(severity), Message: text, Line: 1}
		if severity > 10 {
			panic(&e)
		}
		b.out.Message(e)
	case *syntax.WaitFor:
		ticks, _ := b.evaluate(do.Delay, value.Type{Name: "time", Scale: 7, Length: 5}).(int64)
		timer := time.NewTimer(time.Duration(ticks) * 100)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-b.ctx.Done():
			panic(cancelled{b.ctx.Err()})
		}
	case *syntax.Kill:
		value.Fail(6107, "Only user processes can be killed.")
	}
}

// typeOf makes a type of its name in SQL.
func (b *batch) typeOf(t syntax.TypeName, conversion bool) value.Type {
	return value.Named(t.Name, t.Args, conversion)
}

// one is the decimal that constants are made of.
func one(text string) (*big.Int, int) {
	whole, behind, _ := strings.Cut(text, ".")
	n, _ := new(big.Int).SetString(whole+behind, 10)
	if n == nil {
		n = new(big.Int)
	}
	return n, len(behind)
}
