package wire

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The examples of [MS-TDS] 4, byte for byte.
const (
	examplePrelogin = `12 01 00 2F 00 00 01 00 00 00 1A 00 06 01 00 20 00 01 02 00 21 00 01 03 00 22 00 04 04 00 26 00
		01 FF 09 00 00 00 00 00 01 00 B8 0D 00 00 01`
	exampleLogin = `10 01 00 90 00 00 01 00 88 00 00 00 02 00 09 72 00 10 00 00 00 00 00 07 00 01 00 00 00 00 00 00
		E0 03 00 00 00 00 00 00 09 04 00 00 5E 00 08 00 6E 00 02 00 72 00 00 00 72 00 07 00 80 00 00 00
		80 00 00 00 80 00 04 00 88 00 00 00 88 00 00 00 00 50 8B E2 B7 8F 88 00 00 00 88 00 00 00 88 00
		00 00 00 00 00 00 73 00 6B 00 6F 00 73 00 74 00 6F 00 76 00 31 00 73 00 61 00 4F 00 53 00 51 00
		4C 00 2D 00 33 00 32 00 4F 00 44 00 42 00 43 00`
	exampleWelcome = `04 01 01 BC 01 4A 01 00 E3 1B 00 01 06 6D 00 61 00 73 00 74 00 65 00 72 00 06 6D 00 61 00 73 00
		74 00 65 00 72 00 AB 62 00 45 16 00 00 02 00 25 00 43 00 68 00 61 00 6E 00 67 00 65 00 64 00 20
		00 64 00 61 00 74 00 61 00 62 00 61 00 73 00 65 00 20 00 63 00 6F 00 6E 00 74 00 65 00 78 00 74
		00 20 00 74 00 6F 00 20 00 27 00 6D 00 61 00 73 00 74 00 65 00 72 00 27 00 2E 00 05 63 00 6C 00
		6F 00 75 00 64 00 00 01 00 00 00 E3 08 00 07 05 09 04 D0 00 34 00 E3 17 00 02 0A 75 00 73 00 5F
		00 65 00 6E 00 67 00 6C 00 69 00 73 00 68 00 00 AB 66 00 47 16 00 00 01 00 27 00 43 00 68 00 61
		00 6E 00 67 00 65 00 64 00 20 00 6C 00 61 00 6E 00 67 00 75 00 61 00 67 00 65 00 20 00 73 00 65
		00 74 00 74 00 69 00 6E 00 67 00 20 00 74 00 6F 00 20 00 75 00 73 00 5F 00 65 00 6E 00 67 00 6C
		00 69 00 73 00 68 00 2E 00 05 63 00 6C 00 6F 00 75 00 64 00 00 01 00 00 00 AD 36 00 01 74 00 00
		04 16 4D 00 69 00 63 00 72 00 6F 00 73 00 6F 00 66 00 74 00 20 00 53 00 51 00 4C 00 20 00 53 00
		65 00 72 00 76 00 65 00 72 00 00 00 00 00 0B 00 08 CB E3 13 00 04 04 34 00 30 00 39 00 36 00 04
		34 00 30 00 39 00 36 00 AE 02 40 00 00 00 C9 08 46 4E 58 49 0C 71 80 72 CD 69 F0 EC 3D E2 F6 ED
		75 8C 77 7D 9C B8 BB 87 4A 9C 90 80 A4 EE 40 B6 07 71 0E A8 3C 0E D7 DE 14 DE F3 8B 65 C2 06 8C
		F9 51 D3 BC 32 55 15 A5 E4 A2 45 62 78 80 FF FD 00 00 00 00 00 00 00 00 00 00 00 00`
	exampleBatch = `01 01 00 5C 00 00 01 00 16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 01 00 00 00 00 0A 00
		73 00 65 00 6C 00 65 00 63 00 74 00 20 00 27 00 66 00 6F 00 6F 00 27 00 20 00 61 00 73 00 20 00
		27 00 62 00 61 00 72 00 27 00 0A 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00 20 00`
	exampleRows = `04 01 00 33 00 00 01 00 81 01 00 00 00 00 00 20 00 A7 03 00 09 04 D0 00 34 03 62 00 61 00 72 00
		D1 03 00 66 6F 6F FD 10 00 C1 00 01 00 00 00 00 00 00 00`
	exampleCall = `03 01 00 2F 00 00 01 00 16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 01 00 00 00 00 04 00
		66 00 6F 00 6F 00 33 00 00 00 00 02 26 02 00`
	exampleCallAnswer = `04 01 00 27 00 00 01 00 FF 11 00 C1 00 01 00 00 00 00 00 00 00 79 00 00 00 00 FE 00 00 E0 00 00
		00 00 00 00 00 00 00`
	exampleAttention = `06 01 00 08 00 00 01 00`
	exampleBulk      = `07 01 00 26 00 00 01 00 81 01 00 00 00 00 00 05 00 32 02 63 00 31 00 D1 00 FD 00 00 00 00 00 00
		00 00 00 00 00 00`
	exampleManager = `0E 01 00 20 00 00 01 00 16 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 00 01 00 00 00 00 16 00`
	// The rows from the fourth on, and those before in the columns' and rows' own form.
	exampleSparse = `81 02 00 00 00 00 00 09 00 26 04 02 69 00 64 00 00 00 00 00 0B 04 F1 00 11 73 00 70 00 61 00 72
		00 73 00 65 00 50 00 72 00 6F 00 70 00 65 00 72 00 74 00 79 00 53 00 65 00 74 00 D1 04 02 00 00
		00 FE FF FF FF FF FF FF FF 3E 00 00 00 3C 00 73 00 70 00 61 00 72 00 73 00 65 00 50 00 72 00 6F
		00 70 00 31 00 3E 00 31 00 30 00 30 00 30 00 3C 00 2F 00 73 00 70 00 61 00 72 00 73 00 65 00 50
		00 72 00 6F 00 70 00 31 00 3E 00 00 00 00 00 D2 02 04 04 00 00 00 FD 10 00 C1 00 02 00 00 00 00
		00 00 00`
)

// dump reads hexadecimal bytes.
func dump(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// said is what an example says, without its header.
func said(tb testing.TB, example string, kind byte) []byte {
	tb.Helper()
	p, err := readPacket(bytes.NewReader(dump(tb, example)))
	if err != nil {
		tb.Fatal(err)
	}
	if p.kind != kind || p.status != statusEnd {
		tb.Fatalf("a packet of kind %#x and status %#x", p.kind, p.status)
	}
	return p.body
}

// desk is a connection without a client, and what it sends.
func desk(tb testing.TB, opts Options) (*conn, *bytes.Buffer) {
	tb.Helper()
	if opts.Collation == "" {
		opts.Collation = "SQL_Latin1_General_CP1_CI_AS"
	}
	opts.PacketSize = mostPacketSize
	s := &Server{opts: opts, done: tb.Context()}
	c := newConn(s, nil, 0)
	out := new(bytes.Buffer)
	c.out = out
	c.pack.size = mostPacketSize
	return c, out
}

func want(tb testing.TB, got []byte, example string) {
	tb.Helper()
	if diff := cmp.Diff(hex.Dump(dump(tb, example)), hex.Dump(got)); diff != "" {
		tb.Errorf("-want +got\n%s", diff)
	}
}

func TestExamplePrelogin(t *testing.T) {
	t.Parallel()
	body := said(t, examplePrelogin, kindPrelogin)
	p, err := parsePrelogin(body)
	if err != nil {
		t.Fatal(err)
	}
	is := prelogin{0: {9, 0, 0, 0, 0, 0}, 1: {1}, 2: {0}, 3: {0xb8, 0x0d, 0, 0}, 4: {1}}
	if diff := cmp.Diff(is, p); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if again := p.append(nil); !bytes.Equal(again, body) {
		t.Errorf("written again, it is % x", again)
	}
}

func TestExampleLogin(t *testing.T) {
	t.Parallel()
	l, err := parseLogin(said(t, exampleLogin, kindLogin))
	if err != nil {
		t.Fatal(err)
	}
	if l.Login != (Login{Host: "skostov1", User: "sa", App: "OSQL-32"}) {
		t.Errorf("the login is %+v", l.Login)
	}
	if l.version != 0x72090002 || l.packetSize != 4096 || l.integrated || l.features != nil {
		t.Errorf("version %#x, packets of %d, integrated %v, features %v", l.version, l.packetSize, l.integrated, l.features)
	}
}

func TestExampleWelcome(t *testing.T) {
	t.Parallel()
	c, out := desk(t, Options{Name: "cloud", Version: [4]byte{11, 0, 8, 0xcb}})
	c.pack.process = 0x014a
	signed := said(t, exampleWelcome, kindAnswer)
	at := bytes.Index(signed, []byte{0xae, 2, 0x40, 0, 0, 0}) + 6
	err := c.welcome(login7{packetSize: 4096}, []feature{{featureFedAuth, signed[at : at+64]}})
	if err != nil {
		t.Fatal(err)
	}
	want(t, out.Bytes(), exampleWelcome)
}

func TestExampleBatch(t *testing.T) {
	t.Parallel()
	r := newReader(bytes.NewReader(said(t, exampleBatch, kindBatch)))
	transaction := readHeaders(r)
	sql, err := readText(r)
	if err != nil || transaction != 1<<56 || sql != "\nselect 'foo' as 'bar'\n        " {
		t.Errorf("%q in transaction %#x, %v", sql, transaction, err)
	}
}

func TestExampleRows(t *testing.T) {
	t.Parallel()
	c, out := desk(t, Options{})
	a := newAnswer(t.Context(), c, ofBatch)
	if err := a.Columns([]Column{{Name: "bar", Type: Type{Name: "varchar", Length: 3}, Computed: true}}); err != nil {
		t.Fatal(err)
	}
	if err := a.Row([]any{"foo"}); err != nil {
		t.Fatal(err)
	}
	a.Done(1, true)
	if err := a.finish(nil); err != nil {
		t.Fatal(err)
	}
	want(t, out.Bytes(), exampleRows)
}

func TestExampleCall(t *testing.T) {
	t.Parallel()
	r := newReader(bytes.NewReader(said(t, exampleCall, kindRPC)))
	transaction := readHeaders(r)
	got := new(conn).readCall(r)
	is := call{sql: "EXEC foo3 @P1", params: []Param{{Name: "@P1", Type: Type{Name: "smallint"}}}}
	if diff := cmp.Diff(is, got, cmp.AllowUnexported(call{})); diff != "" || r.err != nil || transaction != 1<<56 {
		t.Errorf("%v, transaction %#x; -want +got\n%s", r.err, transaction, diff)
	}
}

func TestExampleCallAnswer(t *testing.T) {
	t.Parallel()
	c, out := desk(t, Options{})
	a := newAnswer(t.Context(), c, ofProcedure)
	a.open = new(table) // the example shows the statement's end only
	a.Done(1, true)
	if err := a.finish(nil); err != nil {
		t.Fatal(err)
	}
	want(t, out.Bytes(), exampleCallAnswer)
}

func TestExampleAttention(t *testing.T) {
	t.Parallel()
	if body := said(t, exampleAttention, kindAttention); len(body) != 0 {
		t.Errorf("it says % x", body)
	}
}

func TestExampleBulk(t *testing.T) {
	t.Parallel()
	r := newReader(bytes.NewReader(said(t, exampleBulk, kindBulk)))
	columns, types := readColumns(r)
	var rows [][]any
	for row, err := range bulkRows(r, types) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if diff := cmp.Diff([]Column{{Name: "c1", Type: Type{Name: "bit"}, Nullable: true}}, columns); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([][]any{{false}}, rows); diff != "" || r.more() {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestExampleManager(t *testing.T) {
	t.Parallel()
	r := newReader(bytes.NewReader(said(t, exampleManager, kindTransaction)))
	transaction := readHeaders(r)
	readTransaction(r) // it wants the transaction to become one of several servers
	var told *Error
	if transaction != 1<<56 || !asError(r.err, &told) {
		t.Errorf("transaction %#x, %v", transaction, r.err)
	}
}

func TestExampleSparse(t *testing.T) {
	t.Parallel()
	c, out := desk(t, Options{})
	a := newAnswer(t.Context(), c, ofBatch)
	columns := []Column{{Name: "id", Type: Type{Name: "int"}, Nullable: true}, {Name: "sparsePropertySet", Type: Type{Name: "xml"}, Nullable: true}}
	if err := a.Columns(columns); err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{{int64(2), "<sparseProp1>1000</sparseProp1>"}, {int64(4), nil}} {
		if err := a.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	a.Done(2, true)
	if err := a.finish(nil); err != nil {
		t.Fatal(err)
	}
	got := out.Bytes()[headerSize:]
	got[21] |= 0x04 // the example's column is a set of sparse ones, which handlers cannot say
	want(t, got, exampleSparse)
}

// Values whose bytes [MS-TDS] 2.2.5.5.1 says how to find, found by hand.
func TestValuesByHand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		typ   Type
		value any
		bytes string
	}{
		{"AMillionDollars", Type{Name: "money"}, big.NewInt(10_000_000_000), `08 02 00 00 00 00 E4 0B 54`},
		{"MinusACent", Type{Name: "money"}, big.NewInt(-100), `08 FF FF FF FF 9C FF FF FF`},
		{"SmallMoney", Type{Name: "smallmoney"}, big.NewInt(-1), `04 FF FF FF FF`},
		{"Decimal9", Type{Name: "decimal", Precision: 9, Scale: 2}, big.NewInt(-12345), `05 00 39 30 00 00`},
		{"Decimal10", Type{Name: "decimal", Precision: 10}, big.NewInt(1), `09 01 01 00 00 00 00 00 00 00`},
		{"FirstMinuteOf1900", Type{Name: "smalldatetime"}, int64(1), `04 00 00 01 00`},
		{"DayBefore1900", Type{Name: "datetime"}, int64(-1), `08 FF FF FF FF FF 81 8B 01`},
		{"Date", Type{Name: "date"}, int64(1), `03 01 00 00`},
		{"TimeOfASecond", Type{Name: "time", Scale: 0}, int64(10_000_000), `03 01 00 00`},
		{"TimeOfATick", Type{Name: "time", Scale: 7}, int64(1), `05 01 00 00 00 00`},
		{"SecondDay", Type{Name: "datetime2", Scale: 3}, int64(864_000_000_000 + 10_000), `07 01 00 00 00 01 00 00`},
		{"HourEast", Type{Name: "datetimeoffset", Scale: 0}, Offset{UTC: 0, Minutes: -60}, `08 00 00 00 00 00 00 C4 FF`},
		{"GUID", Type{Name: "uniqueidentifier"}, [16]byte{0: 0x00, 1: 0x11, 2: 0x22, 3: 0x33, 4: 0x44, 5: 0x55, 6: 0x66, 7: 0x77, 8: 0x88, 15: 0xff}, `10 33 22 11 00 55 44 77 66 88 00 00 00 00 00 00 FF`},
		{"Blank", Type{Name: "nchar", Length: 4}, "a", `04 00 61 00 20 00`},
		{"Pair", Type{Name: "nvarchar", Length: 8}, "😀", `04 00 3D D8 00 DE`},
		{"Euro", Type{Name: "varchar", Length: 8, Collation: "Latin1_General_CI_AS"}, "€", `01 00 80`},
		{"Cyrillic", Type{Name: "varchar", Length: 8, Collation: "Cyrillic_General_CI_AS"}, "Я€", `02 00 DF 88`},
		{"NotOfThePage", Type{Name: "varchar", Length: 8, Collation: "Latin1_General_CI_AS"}, "Я", `01 00 3F`},
		{"Variant", Type{Name: "sql_variant"}, Variant{Type: Type{Name: "int"}, Value: int64(5)}, `06 00 00 00 38 00 05 00 00 00`},
		{"VariantOfTime", Type{Name: "sql_variant"}, Variant{Type: Type{Name: "time", Scale: 2}, Value: int64(100_000)}, `06 00 00 00 29 01 02 01 00 00`},
		{"VariantOfText", Type{Name: "sql_variant"}, Variant{Type: Type{Name: "varchar", Length: 3}, Value: "x"}, `0A 00 00 00 A7 07 09 04 D0 00 34 03 00 78`},
		{"Empty", Type{Name: "varbinary", Length: -1}, []byte{}, `00 00 00 00 00 00 00 00 00 00 00 00`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			coder, err := dialect{collation: "SQL_Latin1_General_CP1_CI_AS"}.coder(Column{Type: c.typ, Nullable: true})
			if err != nil {
				t.Fatal(err)
			}
			got, err := coder.append(nil, c.value)
			if err != nil {
				t.Fatal(err)
			}
			want(t, got, c.bytes)
		})
	}
}
