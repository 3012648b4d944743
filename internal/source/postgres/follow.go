package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"archwire"
)

var _ archwire.Follower = (*view)(nil)

// Since finds the rows by the column's index where there is one, and cuts a
// large answer at even steps of the column. Without an index, and from the
// beginning, the table is cut as Chunks cuts it.
func (v *view) Since(ctx context.Context, t archwire.Table, column, from string) (chunks []archwire.Chunk, err error) {
	err = v.use(ctx, t, func(ctx context.Context, se *session, p *plan) error {
		a, ok := p.rel.attribute(column)
		if !ok {
			return missingColumn(t, column)
		}
		start, err := startOf(t, a, from)
		if err != nil {
			return err
		}
		if start == "" || !a.indexed {
			if chunks, err = se.chunks(ctx, p.rel, v.src.chunkBytes); err != nil || start == "" {
				return err
			}
			chunks = narrow(chunks, after(a, start))
			return nil
		}
		chunks, err = se.cutAfter(ctx, p.rel, a, start, v.src.chunkBytes)
		return err
	})
	return chunks, err
}

// after is the condition of the rows at or after start.
func after(a attribute, start string) string {
	name := archwire.Quote(a.name)
	where := name + " >= " + start
	if a.nullable {
		where += " or " + name + " is null"
	}
	return where
}

// A followed type is one whose values come in an order that rows can be asked
// by.
type followed struct {
	right string // what from may be
	read  func(from string) (string, error)
	sql   string // the type of its literals
	step  string // the i-th of n steps from lo to hi
}

const evenly = "(lo + (hi - lo) * i / n)"

var (
	wholeNumbers = followed{
		"a whole number, such as 48211", readWhole, "int8",
		"trunc(lo + (hi::pg_catalog.numeric - lo) * i / n)",
	}
	dates      = followed{"a date, such as 2026-11-20", readDate, "date", evenly}
	timestamps = followed{"a date or a time, such as 2026-11-20T12:30:00Z", readTime, "timestamp", evenly}
	instants   = followed{timestamps.right, readTime, "timestamptz", evenly}
)

// followable lists the types that Since takes, by name in pg_catalog. All whole
// numbers are compared with int8, which their indexes know.
var followable = map[string]followed{
	"int2": wholeNumbers, "int4": wholeNumbers, "int8": wholeNumbers,
	"date": dates, "timestamp": timestamps, "timestamptz": instants,
}

func (a attribute) followed() (followed, bool) {
	f, ok := followable[a.typ.name]
	return f, ok && a.typ.schema == "pg_catalog" && !a.typ.array
}

// startOf writes from as a value of the column; "" is from the beginning.
func startOf(t archwire.Table, a attribute, from string) (string, error) {
	f, ok := a.followed()
	if !ok {
		return "", changed(t, fmt.Sprintf("column %s is %s, which tells no order in which rows change", a.name, a.origin),
			"Follow a column of whole numbers, dates, timestamps or timestamptz, or choose sync: checksum.")
	}
	if from == "" {
		return "", nil
	}
	value, err := f.read(from)
	if err != nil {
		return "", changed(t, fmt.Sprintf("column %s, a %s, cannot be followed from %q", a.name, a.origin, from),
			"Give "+f.right+".")
	}
	return f.literal(value), nil
}

func (f followed) literal(value string) string {
	return literal(value) + "::pg_catalog." + f.sql
}

func readWhole(from string) (string, error) {
	n, err := strconv.ParseInt(from, 10, 64)
	return strconv.FormatInt(n, 10), err //nolint:wrapcheck // only that it is one matters
}

func readDate(from string) (string, error) {
	d, err := time.Parse(time.DateOnly, from)
	return postgresDate(d), err //nolint:wrapcheck // as above
}

// readTime drops what is finer than a microsecond: the server would round it,
// perhaps beyond the row that it was taken from.
func readTime(from string) (string, error) {
	at, err := time.Parse(time.RFC3339Nano, from)
	if err != nil {
		at, err = time.Parse(time.DateOnly, from)
	}
	return postgresTime(at.UTC()), err //nolint:wrapcheck // as above
}

// cutAfter cuts the rows at or after start. What the planner expects decides in
// how many parts; rows without a value are one of their own.
func (se *session) cutAfter(ctx context.Context, rel *relation, a attribute, start string, target int64) ([]archwire.Chunk, error) {
	rows, bytes, err := se.expect(ctx, rel, after(a, start))
	if err != nil {
		return nil, err
	}
	whole := []archwire.Chunk{{Where: after(a, start), Rows: rows}}
	n := int(min(bytes/target+1, mostChunks))
	if n == 1 {
		return whole, nil
	}
	cuts, err := se.steps(ctx, rel, a, start, n)
	if err != nil || len(cuts) == 0 {
		return whole, err
	}
	name := archwire.Quote(a.name)
	chunks := ranges(name, cuts, func(at string) string { return at }, rows)
	chunks[0].Where = name + " >= " + start + " and " + chunks[0].Where
	if a.nullable {
		chunks = append(chunks, archwire.Chunk{Where: name + " is null"})
	}
	return chunks, nil
}

// steps finds up to n-1 values between start and the column's greatest.
func (se *session) steps(ctx context.Context, rel *relation, a attribute, start string, n int) (cuts []string, err error) {
	f, _ := a.followed()
	name, finite := archwire.Quote(a.name), ""
	if f.sql != "int8" {
		finite = " and pg_catalog.isfinite(" + name + ")"
	}
	rows, err := se.query(ctx, fmt.Sprintf(`select distinct cut from (
	select %s::pg_catalog.%s as cut
	from (select %s as lo, max(%s) as hi, %d as n from %s where %s >= %s%s) span cross join generate_series(1, %d) i
	where lo < hi) steps where cut > %s order by cut`,
		f.step, f.sql, start, name, n, rel.quoted(), name, start, finite, n-1, start))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		cuts = append(cuts, f.literal(r[0]))
	}
	return cuts, nil
}

// expect asks the planner how many rows, and how many bytes of them, meet a
// condition.
func (se *session) expect(ctx context.Context, rel *relation, where string) (rows, bytes int64, err error) {
	answer, err := se.query(ctx, "explain (format json) select * from "+rel.quoted()+" where "+where)
	if err != nil {
		return 0, 0, err
	}
	var plans []struct {
		Plan struct {
			Rows  int64 `json:"Plan Rows"`
			Width int64 `json:"Plan Width"`
		}
	}
	if err := json.Unmarshal([]byte(answer[0][0]), &plans); err != nil || len(plans) == 0 {
		return 0, 0, fmt.Errorf("reading the server's plan: %w", err)
	}
	rows = plans[0].Plan.Rows
	return rows, rows * max(plans[0].Plan.Width, 1), nil
}
