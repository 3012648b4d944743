package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rpc is a call by number: each argument is its status, type and value.
func rpc(number byte, args ...string) string {
	out := "16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 00 01 00 00 00 FF FF " + string("0123456789ABCDEF"[number>>4]) + string("0123456789ABCDEF"[number&15]) + " 00 00 00"
	for _, a := range args {
		out += " 00 " + a
	}
	return out
}

// The arguments of a call, and answers, laid out by hand.
const (
	noHandle     = "01 26 04 00"
	firstHandle  = "00 26 04 04 01 00 00 00"
	declarations = "00 E7 40 1F 09 04 D0 00 34 0C 00 40 00 61 00 20 00 69 00 6E 00 74 00" // @a int
	statement    = "00 E7 40 1F 09 04 D0 00 34 04 00 40 00 61 00"                         // @a
	five         = "00 26 04 04 05 00 00 00"
	nine         = "00 26 04 04 09 00 00 00"
	rowOfSeven   = "81 01 00 00 00 00 00 08 00 38 01 6E 00 D1 07 00 00 00 FF 11 00 C1 00 01 00 00 00 00 00 00 00 79 00 00 00 00 "
	theHandle    = "AC 00 00 00 01 00 00 00 00 00 00 26 04 04 01 00 00 00 "
	theEnd       = "FE 00 00 E0 00 00 00 00 00 00 00 00 00"
)

func TestPreparedStatements(t *testing.T) {
	t.Parallel()
	h := &script{answer: one}
	c := client(t, listen(t, h, Options{}))
	for _, step := range []struct {
		call, answer string
		value        any // of the parameter, if the statement runs
	}{
		{rpc(13, noHandle, declarations, statement, five), rowOfSeven + theHandle + theEnd, int64(5)},
		{rpc(12, firstHandle, nine), rowOfSeven + theEnd, int64(9)},
		{rpc(15, firstHandle), "79 00 00 00 00 " + theEnd, nil},
	} {
		before := len(h.requests())
		c.send(kindRPC, statusEnd, dump(t, step.call))
		want(t, c.answer(), step.answer)
		if ran := len(h.requests()) > before; ran != (step.value != nil) {
			t.Errorf("%s: it ran: %v", step.call, ran)
		}
		if step.value == nil {
			continue
		}
		is := []Param{{Name: "@a", Type: Type{Name: "int"}, Value: step.value}}
		if diff := cmp.Diff(is, h.params); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	c.send(kindRPC, statusEnd, dump(t, rpc(12, firstHandle, nine)))
	if got := c.answer(); got[0] != tokenError || got[3] != 0xf3 || got[4] != 0x1f { // 8179
		t.Errorf("after sp_unprepare, the answer is % x", got)
	}
	c.send(kindRPC, statusEnd, dump(t, rpc(11, noHandle, declarations, statement)))
	if got := c.answer(); got[5] != tokenReturnValue || got[19] != 2 || len(h.requests()) != 2 {
		t.Errorf("to sp_prepare, the answer is % x", got)
	}
}
