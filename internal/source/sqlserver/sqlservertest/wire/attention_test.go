package wire

import (
	"context"
	"database/sql"
	"errors"
	"testing"
)

// endless answers with rows until the client has enough.
func endless(ctx context.Context, _ string, _ []Param, w Writer) error {
	if err := w.Columns([]Column{{Name: "n", Type: Type{Name: "int"}}}); err != nil {
		return err
	}
	for n := int64(0); ; n++ {
		if err := w.Row([]any{n}); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// patient answers when the client has enough.
func patient(ctx context.Context, _ string, _ []Param, w Writer) error {
	<-ctx.Done()
	return ctx.Err()
}

// The connection goes on after an attention, with and without encryption.
func TestAttention(t *testing.T) {
	t.Parallel()
	id := newIdentity(t)
	for _, encrypt := range []string{"disable", "true", "strict"} {
		for name, answer := range map[string]func(context.Context, string, []Param, Writer) error{"MidResult": endless, "BeforeAnything": patient} {
			t.Run(encrypt+"/"+name, func(t *testing.T) {
				t.Parallel()
				started := make(chan bool, 10)
				h := &script{answer: func(ctx context.Context, sql string, params []Param, w Writer) error {
					if sql == "SELECT 7" {
						return one(ctx, sql, params, w)
					}
					started <- true
					return answer(ctx, sql, params, w)
				}}
				s := listen(t, h, Options{Certificate: &id.certificate})
				conn, err := connect(t, s, map[string]string{"encrypt": encrypt, "certificate": id.file}).Conn(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer shut(t, conn)
				for range 3 {
					interrupt(t, conn, started)
					var n int
					if err := conn.QueryRowContext(t.Context(), "SELECT 7").Scan(&n); err != nil || n != 7 {
						t.Fatalf("after the attention: %d, %v", n, err)
					}
				}
				if len(h.logins) != 1 {
					t.Errorf("%d logins", len(h.logins))
				}
			})
		}
	}
}

// interrupt takes a query back that has begun.
func interrupt(t *testing.T, conn *sql.Conn, started chan bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-started
		cancel()
	}()
	rows, err := conn.QueryContext(ctx, "SELECT n FROM t")
	if err == nil {
		for rows.Next() {
		}
		err = rows.Err()
		shut(t, rows)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the query ended with %v", err)
	}
}

// An attention that comes after the answer is acknowledged by itself.
func TestAttentionAfterTheAnswer(t *testing.T) {
	t.Parallel()
	c := client(t, listen(t, &script{answer: one}, Options{}))
	c.send(kindBatch, statusEnd, batch("SELECT 7"))
	if got := c.answer(); got[len(got)-12] != doneCount || got[0] != tokenColumns {
		t.Errorf("the answer is % x", got)
	}
	c.send(kindAttention, statusEnd, nil)
	want(t, c.answer(), "FD 20 00 00 00 00 00 00 00 00 00 00 00")
	c.send(kindBatch, statusEnd, batch("SELECT 7"))
	c.answer()
}

// A request that its client takes back before its end is not run ([MS-TDS] 2.2.1.7).
func TestRequestTakenBack(t *testing.T) {
	t.Parallel()
	h := &script{answer: one}
	c := client(t, listen(t, h, Options{}))
	c.send(kindBatch, 0, batch("DROP TABLE t"))
	c.send(kindBatch, statusEnd|statusIgnore, nil)
	want(t, c.answer(), "FD 02 00 00 00 00 00 00 00 00 00 00 00")
	c.send(kindBatch, statusEnd, batch("SELECT 7"))
	c.answer()
	if got := h.requests(); len(got) != 1 || got[0] != "SELECT 7" {
		t.Errorf("asked %q", got)
	}
}

// A request for another transaction than the session's is refused.
func TestAnotherTransaction(t *testing.T) {
	t.Parallel()
	h := &script{answer: one}
	c := client(t, listen(t, h, Options{}))
	wrong := batch("SELECT 7")
	wrong[10] = 1
	c.send(kindBatch, statusEnd, wrong)
	if got := c.answer(); got[0] != tokenError || got[3] != 0x95 || got[4] != 0x0f || len(h.requests()) > 0 { // 3989
		t.Errorf("the answer is % x", got)
	}
}
