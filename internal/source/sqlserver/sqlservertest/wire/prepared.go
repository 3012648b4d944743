package wire

import (
	"encoding/binary"
	"fmt"
)

// A prepared statement is known to its client by a number ("sp_prepare" and the
// pages beside it in the Transact-SQL reference).
type prepared struct {
	sql   string
	names []string // of the parameters
}

// prepares are the procedures for them.
var prepares = map[string]func(c *conn, r *reader, params []Param) call{
	"sp_prepare":   (*conn).prepare,
	"sp_prepexec":  (*conn).prepareAndRun,
	"sp_execute":   (*conn).runPrepared,
	"sp_unprepare": (*conn).unprepare,
}

// prepare is sp_prepare: a place for the number, declarations, statements.
func (c *conn) prepare(r *reader, params []Param) call {
	return c.keep(r, params, true)
}

// prepareAndRun is sp_prepexec: the same, then values.
func (c *conn) prepareAndRun(r *reader, params []Param) call {
	return c.keep(r, params, false)
}

func (c *conn) keep(r *reader, params []Param, idle bool) call {
	if len(params) < 3 {
		r.fail(&Error{Number: 8144, State: 2, Severity: 16, Message: "Procedure or function has too few arguments specified."})
		return call{}
	}
	sql, ok := params[2].Value.(string)
	if !ok {
		r.fail(&Error{Number: 214, State: 2, Severity: 16, Message: "Procedure expects parameter '@stmt' of type 'ntext/nchar/nvarchar'."})
		return call{}
	}
	if old, ok := params[0].Value.(int64); ok {
		delete(c.prepared, int32(old))
	}
	declarations, _ := params[1].Value.(string)
	names := declared(declarations)
	if c.prepared == nil {
		c.prepared = map[int32]prepared{}
	}
	c.handle++
	c.prepared[c.handle] = prepared{sql, names}
	out := call{handle: c.handle, idle: idle, sql: sql}
	if !idle {
		out.params = named(params[3:], names)
	}
	return out
}

// runPrepared is sp_execute: the number, then values.
func (c *conn) runPrepared(r *reader, params []Param) call {
	p, ok := c.prepared[handleOf(params)]
	if !ok {
		r.fail(&Error{Number: 8179, State: 2, Severity: 16, Message: fmt.Sprintf("Could not find prepared statement with handle %d.", handleOf(params))})
		return call{}
	}
	return call{sql: p.sql, params: named(params[1:], p.names)}
}

// unprepare is sp_unprepare.
func (c *conn) unprepare(_ *reader, params []Param) call {
	delete(c.prepared, handleOf(params))
	return call{idle: true}
}

// handleOf is the number of a prepared statement, the first argument.
func handleOf(params []Param) int32 {
	if len(params) == 0 {
		return 0
	}
	n, _ := params[0].Value.(int64)
	return int32(n)
}

// appendHandle writes the number of a prepared statement as the value of the first
// parameter, which is an output ([MS-TDS] 2.2.7.19 RETURNVALUE).
func appendHandle(b []byte, handle int32) []byte {
	b = append(b, tokenReturnValue, 0, 0, 0, 1) // its place, no name, an output
	b = append(b, 0, 0, 0, 0, 0, 0, typeIntN, 4, 4)
	return binary.LittleEndian.AppendUint32(b, uint32(handle))
}
