package wire

import (
	"fmt"
	"strings"
)

// Procedures that are called by number ([MS-TDS] 2.2.6.6 RPC Request).
var procedures = map[uint16]string{
	1: "sp_cursor", 2: "sp_cursoropen", 3: "sp_cursorprepare", 4: "sp_cursorexecute", 5: "sp_cursorprepexec",
	6: "sp_cursorunprepare", 7: "sp_cursorfetch", 8: "sp_cursoroption", 9: "sp_cursorclose", 10: "sp_executesql",
	11: "sp_prepare", 12: "sp_execute", 13: "sp_prepexec", 14: "sp_prepexecrpc", 15: "sp_unprepare",
}

// Bits of a parameter's status.
const (
	paramByRef     = 0x01
	paramEncrypted = 0x08
)

// moreCalls is what stands between the calls of one message.
const moreCalls = 0xfe

// A call is what a procedure call comes to.
type call struct {
	sql    string
	params []Param
	handle int32 // that is given back: of a prepared statement; 0 if none is
	idle   bool  // there is nothing to run
}

// readCall reads a procedure call: that of sp_executesql is its statements with
// their parameters, that of another procedure is EXEC.
func (c *conn) readCall(r *reader) call {
	name := readProcedure(r)
	r.u16() // option flags
	params, outputs := []Param{}, 0
	for r.more() {
		p, output := readParam(r)
		if output {
			outputs++
		}
		if r.err == nil {
			params = append(params, p)
		}
	}
	if r.err != nil {
		return call{}
	}
	name = strings.TrimPrefix(name, "sys.")
	if known := prepares[strings.ToLower(name)]; known != nil {
		return known(c, r, params)
	}
	if outputs > 0 {
		r.fail(refused("output parameters"))
	}
	if strings.EqualFold(name, "sp_executesql") {
		return executeSQL(r, params)
	}
	return execute(name, params)
}

func readProcedure(r *reader) string {
	n := r.u16()
	if n != 0xffff {
		return r.text(int(n))
	}
	name, ok := procedures[r.u16()]
	if !ok {
		r.fail(errStream)
	}
	return name
}

func readParam(r *reader) (out Param, output bool) {
	n := r.u8()
	if n >= moreCalls {
		r.fail(refused("several procedure calls in one message"))
	}
	out.Name = r.text(int(n))
	status := r.u8()
	if status&paramEncrypted != 0 {
		r.fail(refused("encrypted parameters"))
	}
	t := readType(r, false)
	named, ok := t.column()
	if !ok {
		r.fail(errStream)
	}
	out.Type = named
	out.Value = t.value(r)
	return out, status&paramByRef != 0
}

// refused says what the double does not do.
func refused(what string) *Error {
	return &Error{Number: 50000, State: 1, Severity: 16, Message: "The double takes no " + what + "."}
}

// executeSQL takes the arguments of sp_executesql apart: statements, declarations,
// values. Values without a name are those of the declarations, in their order.
func executeSQL(r *reader, params []Param) call {
	if len(params) == 0 {
		r.fail(&Error{Number: 201, State: 4, Severity: 16, Message: "Procedure or function 'sp_executesql' expects parameter '@statement', which was not supplied."})
		return call{}
	}
	sql, ok := params[0].Value.(string)
	if !ok {
		r.fail(&Error{Number: 214, State: 2, Severity: 16, Message: "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'."})
		return call{}
	}
	if len(params) == 1 {
		return call{sql: sql, params: []Param{}}
	}
	declarations, _ := params[1].Value.(string)
	return call{sql: sql, params: named(params[2:], declared(declarations))}
}

// named gives values without a name those of the declarations, in their order.
func named(values []Param, names []string) []Param {
	for i, name := range names {
		if i < len(values) && values[i].Name == "" {
			values[i].Name = name
		}
	}
	return values
}

// declared lists the names of declarations: "@a int, @b decimal(9, 2)".
func declared(declarations string) []string {
	var out []string
	depth, start := 0, 0
	for i, c := range declarations + "," {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			if words := strings.Fields(declarations[start:i]); len(words) > 0 {
				out = append(out, words[0])
			}
			start = i + 1
		}
	}
	return out
}

// execute is the call of a procedure as a statement.
func execute(name string, params []Param) call {
	var args []string
	for i := range params {
		if params[i].Name != "" {
			args = append(args, params[i].Name+" = "+params[i].Name)
			continue
		}
		params[i].Name = fmt.Sprintf("@P%d", i+1)
		args = append(args, params[i].Name)
	}
	return call{sql: strings.TrimSpace("EXEC " + name + " " + strings.Join(args, ", ")), params: params}
}
