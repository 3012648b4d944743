package pull

import (
	"context"
	"io"
	"math"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/testdb"
)

// TestCopyText_IsReadAsItWasMeant asks PostgreSQL about what it was sent.
func TestCopyText_IsReadAsItWasMeant(t *testing.T) {
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, testdb.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing left to lose
	days := func(y, m, d int) arrow.Date32 {
		return arrow.Date32FromTime(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC))
	}
	micros := func(y int) arrow.Timestamp {
		return arrow.Timestamp(time.Date(y, 3, 15, 1, 2, 3, 456789000, time.UTC).UnixMicro())
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "day", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "at", Type: arrow.FixedWidthTypes.Timestamp_us, Nullable: true},
		{Name: "raw", Type: arrow.BinaryTypes.Binary, Nullable: true},
		{Name: "said", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "ratio", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}, nil))
	defer b.Release()
	for _, x := range []struct {
		day   arrow.Date32
		at    arrow.Timestamp
		raw   []byte
		said  string
		ratio float64
	}{
		{days(-43, 3, 15), micros(-43), []byte{0, 255, '\\'}, "a\tb\nc\rd\\e", math.Inf(1)},
		{days(12026, 1, 1), micros(12026), []byte{}, "", math.NaN()},
		{math.MaxInt32, math.MaxInt64, []byte("x"), `\N`, 0.1},
		{-math.MaxInt32, -math.MaxInt64, []byte("\n"), `\.`, math.Inf(-1)},
		{days(33, 4, 3), micros(33), []byte("y"), "NULL", 5e-324},
	} {
		b.Field(0).(*array.Date32Builder).Append(x.day)
		b.Field(1).(*array.TimestampBuilder).Append(x.at)
		b.Field(2).(*array.BinaryBuilder).Append(x.raw)
		b.Field(3).(*array.StringBuilder).Append(x.said)
		b.Field(4).(*array.Float64Builder).Append(x.ratio)
	}
	for i := range 5 {
		b.Field(i).AppendNull()
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	rows := newCopyText(func(yield func(archwire.Batch, error) bool) { yield(batch, nil) })
	defer rows.stop()
	if _, err := conn.Exec(ctx, "set timezone = 'UTC'; create temp table said (n serial, day date, at timestamptz, raw bytea, said text, ratio double precision)"); err != nil {
		t.Fatal(err)
	}
	done, err := conn.PgConn().CopyFrom(ctx, io.Reader(rows), "copy said (day, at, raw, said, ratio) from stdin")
	if err != nil || done.RowsAffected() != 6 {
		t.Fatalf("%d rows, %v", done.RowsAffected(), err)
	}
	var wrong int
	err = conn.QueryRow(ctx, `select count(*) from said full join (values
		(1, make_date(-44, 3, 15), make_timestamptz(-44, 3, 15, 1, 2, 3.456789, 'UTC'), decode('00ff5c', 'hex'), E'a\tb\nc\rd\\e', 'infinity'::double precision),
		(2, make_date(12026, 1, 1), make_timestamptz(12026, 3, 15, 1, 2, 3.456789, 'UTC'), ''::bytea, '', 'nan'),
		(3, 'infinity', 'infinity', 'x', '\N', 0.1),
		(4, '-infinity', '-infinity', decode('0a', 'hex'), '\.', '-infinity'),
		(5, make_date(33, 4, 3), make_timestamptz(33, 3, 15, 1, 2, 3.456789, 'UTC'), 'y', 'NULL', 5e-324),
		(6, null, null, null, null, null)) want(n, day, at, raw, said, ratio) using (n)
		where (said.day, said.at, said.raw, said.said, said.ratio) is distinct from (want.day, want.at, want.raw, want.said, want.ratio)`).Scan(&wrong)
	if err != nil || wrong != 0 {
		t.Errorf("%d rows are others than were sent: %v", wrong, err)
	}
}
