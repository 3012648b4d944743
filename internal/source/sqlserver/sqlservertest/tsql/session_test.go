package tsql

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// answers collects what a session writes, as text.
type answers struct {
	columns []wire.Column
	rows    []string
	done    []string
	errors  []int32
	notices []string
}

func (a *answers) Columns(columns []wire.Column) error {
	a.columns = append([]wire.Column{}, columns...)
	return nil
}

func (a *answers) Ordered(...int) {}

func (a *answers) Row(values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = shown(v, a.columns[i].Type)
	}
	a.rows = append(a.rows, strings.Join(cells, "|"))
	return nil
}

func shown(v any, t wire.Type) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case *big.Int:
		return value.FormatDecimal(v, t.Scale)
	case []byte:
		return fmt.Sprintf("0x%X", v)
	case wire.Variant:
		return shown(v.Value, v.Type)
	case string:
		return v
	case int64:
		if f := value.FamilyOf(t); f != value.Integer {
			return value.Convert(v, t, value.NVarChar(-1), 121).(string)
		}
		return fmt.Sprint(v)
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	}
	return value.Convert(v, t, value.NVarChar(-1), 0).(string)
}

func (a *answers) Done(rows int64, counted bool) {
	if counted {
		a.done = append(a.done, fmt.Sprint(rows))
	} else {
		a.done = append(a.done, "-")
	}
}

func (a *answers) Message(e wire.Error) {
	if e.Severity > 10 {
		a.errors = append(a.errors, e.Number)
	} else {
		a.notices = append(a.notices, e.Message)
	}
}

func (a *answers) Begun(uint64)            { a.notices = append(a.notices, "begun") }
func (a *answers) Committed(uint64)        { a.notices = append(a.notices, "committed") }
func (a *answers) RolledBack(uint64)       { a.notices = append(a.notices, "rolled back") }
func (a *answers) Database(_, name string) { a.notices = append(a.notices, "database "+name) }

// client is a session under test.
type client struct {
	t *testing.T
	wire.Session
}

func clockOf() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 123456700, time.UTC) }

func engine(t *testing.T, databases ...string) *Engine {
	t.Helper()
	return New(Options{User: "sa", Password: "secret", Now: clockOf}, append([]string{"shop"}, databases...)...)
}

func enter(t *testing.T, e *Engine) client {
	t.Helper()
	s, err := e.Login(context.Background(), wire.Login{User: "sa", Password: "secret", Database: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return client{t, s}
}

// ask runs a batch; the error's number comes last among errors.
func (c client) ask(sql string, params ...wire.Param) *answers {
	c.t.Helper()
	a := &answers{}
	err := c.Batch(context.Background(), sql, params, a)
	if err != nil {
		e, ok := err.(*wire.Error) //nolint:errorlint // sessions give it bare
		if !ok {
			c.t.Fatalf("%s: %v", sql, err)
		}
		a.errors = append(a.errors, e.Number)
		a.notices = append(a.notices, e.Message)
	}
	return a
}

// run is ask for what must not fail.
func (c client) run(sql string, params ...wire.Param) *answers {
	c.t.Helper()
	a := c.ask(sql, params...)
	if a.errors != nil {
		c.t.Fatalf("%s:\nerrors %v %v", sql, a.errors, a.notices)
	}
	return a
}

// is wants the rows of a query.
func (c client) is(sql string, rows ...string) {
	c.t.Helper()
	got := strings.Join(c.run(sql).rows, "\n")
	if want := strings.Join(rows, "\n"); got != want {
		c.t.Errorf("%s\n got %q\nwant %q", sql, got, want)
	}
}

// fails wants an error's number.
func (c client) fails(number int32, sql string) {
	c.t.Helper()
	a := c.ask(sql)
	if len(a.errors) == 0 || a.errors[0] != number {
		c.t.Errorf("%s\n got %v %v\nwant %d", sql, a.errors, a.notices, number)
	}
}
