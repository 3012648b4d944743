package postgres

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"archwire/internal/source/sourcetest"
)

// kindsSQL makes a random value of each kind from the numbers a and b, and
// beside it what PostgreSQL itself says about it: as text, or for dates and
// times as a number. The batch must say the same.
var kindsSQL = []struct{ name, value, says string }{
	{"bool", "$1 % 2 = 0", "%s::text"},
	{"int2", "($1 % 32768)::int2", "%s::text"},
	{"int4", "($1 % 2147483648)::int4", "%s::text"},
	{"int8", "$1", "%s::text"},
	{"money_like", "(($1 % 1000000000000)::numeric / 100)::numeric(12,2)", "%s::text"},
	{"long", "($1::numeric * 9223372036854775807 + $2)::numeric(38,0)", "%s::text"},
	{"fine", "(($1::numeric * $2) / 1e38)::numeric(38,38)", "%s::text"},
	{"mixed", "($1::numeric / 1e9 + $2)::numeric(38,19)", "%s::text"},
	{"float8", "$1 / 7919.0::float8", "encode(float8send(%s), 'hex')"},
	{"float4", "($1 / 7919.0)::float4", "encode(float4send(%s), 'hex')"},
	{"text", "repeat(md5($1::text), ($2 % 5)::int)", "%s::text"},
	{"bytea", "decode(md5($1::text), 'hex')", "encode(%s, 'hex')"},
	{"uuid", "md5($1::text)::uuid", "%s::text"},
	{"jsonb", "jsonb_build_object('a', $1, 'b', array[$2])", "%s::text"},
	{"date", "date '1970-01-01' + ($1 % 700000)::int", "(%s - date '1970-01-01')::text"},
	{"time", "time '00:00' + (($1 & 9223372036854775807) % 86400000000) * interval '1 microsecond'", "(extract(epoch from %s) * 1000000)::int8::text"},
	{"timestamp", "timestamp '1970-01-01' + ($1 / 1000) * interval '1 microsecond'", "(extract(epoch from %s) * 1000000)::int8::text"},
	{"timestamptz", "timestamptz '1970-01-01 00:00Z' + ($1 / 1000) * interval '1 microsecond'", "(extract(epoch from %s) * 1000000)::int8::text"},
	{"interval", "make_interval(days => ($1 % 10000)::int, secs => ($2 % 1000000)::float8 / 1000)", "%s::text"},
	{"ints", "array[$1, null, $2]", "replace(to_json(%s)::text, ' ', '')"},
}

// openKinds is a database with a table of random rows, each of all kinds. The
// numbers they are made of lie near the ends and the middle of their range more
// often than chance would have it.
func openKinds(t *testing.T) bundle {
	t.Helper()
	var pairs []string
	columns := []string{"n"}
	for i := range randomRows {
		pairs = append(pairs, fmt.Sprintf("(%d, '%d'::int8, '%d'::int8)", i, rapid.Int64().Example(i), rapid.Int64().Example(1000+i)))
	}
	for _, k := range kindsSQL {
		columns = append(columns, strings.NewReplacer("$1", "a", "$2", "b").Replace(k.value)+" as "+k.name)
	}
	return setup(t, "create table kinds as select "+strings.Join(columns, ", ")+" from (values "+strings.Join(pairs, ",")+") v(n, a, b) order by n",
		"alter table kinds add primary key (n)", "analyze kinds")
}

const randomRows = 400

func TestRandomValuesArriveAsPostgreSQLPrintsThem(t *testing.T) {
	db := openKinds(t)
	var says []string
	for _, k := range kindsSQL {
		says = append(says, fmt.Sprintf(k.says, k.name))
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, db.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	if _, err := conn.Exec(ctx, "set intervalstyle = iso_8601; set timezone = 'UTC'"); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(ctx, "select array["+strings.Join(says, ", ")+"] from kinds order by ctid")
	if err != nil {
		t.Fatal(err)
	}
	want, err := pgx.CollectRows(rows, pgx.RowTo[[]string])
	if err != nil {
		t.Fatal(err)
	}
	got := sourcetest.ReadAll(t, db.view(t), db.table(t, "kinds"))
	if len(got) != randomRows {
		t.Fatalf("%d rows, want %d", len(got), randomRows)
	}
	for i := range got {
		for j, k := range kindsSQL {
			if said := say(got[i][j+1]); said != want[i][j] {
				t.Errorf("%s: got %s, PostgreSQL says %s", k.name, said, want[i][j])
			}
		}
	}
}

// say writes a value as the queries of kindsSQL do.
func say(v any) string {
	switch v := v.(type) {
	case []byte:
		return fmt.Sprintf("%x", v)
	case float32:
		return fmt.Sprintf("%08x", math.Float32bits(v))
	case float64:
		return fmt.Sprintf("%016x", math.Float64bits(v))
	}
	return fmt.Sprint(v)
}

// TestDecimalsEqualBigArithmetic compares decodeDecimal with math/big on the
// digits that numeric_send would write.
func TestDecimalsEqualBigArithmetic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		digits := rapid.SliceOfN(rapid.Uint16Range(0, 9999), 0, 12).Draw(rt, "digits")
		weight := rapid.IntRange(-11, 12).Draw(rt, "weight")
		negative := rapid.Bool().Draw(rt, "negative")
		precision := rapid.IntRange(1, 38).Draw(rt, "precision")
		scale := rapid.IntRange(0, precision).Draw(rt, "scale")
		digits = stripped(digits)

		value := new(big.Rat)
		for i, d := range digits {
			unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10000), big.NewInt(int64(max(weight-i, i-weight))), nil))
			if weight < i {
				unit.Inv(unit)
			}
			value.Add(value, unit.Mul(unit, new(big.Rat).SetInt64(int64(d))))
		}
		value.Mul(value, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
		fits := value.IsInt() && value.Num().Cmp(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)) < 0
		if negative {
			value.Neg(value)
		}

		hi, lo, err := decodeDecimal(numericBytes(digits, weight, negative), precision, scale)
		if (err == nil) != fits {
			rt.Fatalf("error %v, fits %t: %s", err, fits, value)
		}
		if fits && decimal128.New(hi, lo).BigInt().Cmp(value.Num()) != 0 {
			rt.Fatalf("got %s, want %s", decimal128.New(hi, lo).BigInt(), value.Num())
		}
	})
}

// stripped removes trailing zero digits, as the server does.
func stripped(digits []uint16) []uint16 {
	for len(digits) > 0 && digits[len(digits)-1] == 0 {
		digits = digits[:len(digits)-1]
	}
	return digits
}

func numericBytes(digits []uint16, weight int, negative bool) []byte {
	sign := uint16(0)
	if negative {
		sign = numericNegative
	}
	var b []byte
	for _, n := range append([]uint16{uint16(len(digits)), uint16(int16(weight)), sign, 0}, digits...) {
		b = append(b, byte(n>>8), byte(n))
	}
	return b
}
