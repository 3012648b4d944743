package wire

import "errors"

// finish ends the answer. An error says that the connection cannot go on.
func (a *answer) finish(err error) error {
	attention := a.c.inbox.end()
	if a.err != nil {
		err = a.err
	}
	var told *Error
	switch {
	case errors.Is(err, errShort):
	case attention && (a.err == nil || errors.As(a.err, &told)):
		a.err = nil
		a.put(appendDone(nil, tokenDone, doneAttention, 0, 0))
	case errors.As(err, &told):
		return a.refuse(*told)
	case errors.Is(err, errIgnored): // [MS-TDS] 2.2.1.7 Attention
		a.put(appendDone(nil, tokenDone, doneError, 0, 0))
	case err != nil:
		return err
	default:
		a.close()
	}
	if errors.As(a.err, &told) { // a fault with the last tokens
		return a.refuse(*told)
	}
	return a.end()
}

// end ends the message, unless that was done before.
func (a *answer) end() error {
	switch {
	case errors.Is(a.err, errShort):
		return a.pack.err
	case a.err != nil:
		return a.err
	default:
		return a.pack.end()
	}
}

// close writes what ends a request that went well.
func (a *answer) close() {
	switch {
	case a.form == ofProcedure:
		a.put(appendReturnStatus(nil, 0))
		if a.handle != 0 {
			a.put(appendHandle(nil, a.handle))
		}
		a.put(appendDone(nil, tokenDoneProc, 0, commandExecute, 0))
	case a.ended != nil:
		token := a.ended
		a.ended = nil
		a.write(token)
	default:
		a.put(appendDone(nil, tokenDone, 0, 0, 0))
	}
}

// fatal is the severity from which on the server ends the connection ("Database
// Engine Error Severities").
const fatal = 20

// refuse writes what ends a request that failed.
func (a *answer) refuse(e Error) error {
	a.err = nil
	status := uint16(doneError)
	if e.Severity >= fatal {
		status = doneServerError
	}
	a.put(appendMessage(nil, a.c.server.opts.Name, e))
	if a.form == ofProcedure {
		a.put(appendReturnStatus(nil, e.Number))
		a.put(appendDone(nil, tokenDoneProc, status, commandExecute, 0))
	} else {
		a.put(appendDone(nil, tokenDone, status, 0, 0))
	}
	if err := a.end(); err != nil || e.Severity < fatal {
		return err
	}
	return errGone
}
