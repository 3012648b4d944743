package files

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/source/sourcetest"
)

// examples are values of each type as the documentation says that they are written, and
// one that is not.
var examples = map[archwire.Kind][2]string{
	archwire.Bool: {"true t 1 y YES FALSE f 0 n no", "2"}, archwire.Int16: {"7 -7 +7", "32768"}, archwire.Int32: {"7 -7 +7", "1.0"}, archwire.Int64: {"7 -7 +7", "1,000"},
	archwire.Float32: {"1.5 1e3 NaN Infinity -Infinity", "1,5"}, archwire.Float64: {"1.5 1e3 NaN Infinity -Infinity", "1,5"},
	archwire.Decimal: {"1.5 -1.5 +1", "1e3"}, archwire.Text: {"anything", "\xff"}, archwire.JSON: {`{"a":1} 1`, "{"},
	archwire.UUID: {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae7dec11d0a76500a0c91e6bf6"}, archwire.Bytes: {`\x00ff \x`, "00ff"},
	archwire.Date: {"2026-11-20 infinity -infinity", "2026-11-31"}, archwire.Time: {"01:30 01:30:00 01:30:00.000001", "25:00"},
	archwire.Timestamp:   {"2026-11-20T01:30 2026-11-20T01:30:00.000001", "2026-11-20T01:30Z"},
	archwire.TimestampTZ: {"2026-11-20T01:30Z 2026-11-20T01:30+01 2026-11-20T01:30+0100 2026-11-20T01:30+01:00", "2026-11-20T01:30"},
}

// TestTypesAreWrittenAsTheDocumentationSays reads values of every type there is.
func TestTypesAreWrittenAsTheDocumentationSays(t *testing.T) {
	t.Parallel()
	if len(written) != int(archwire.TimestampTZ) {
		t.Errorf("%d types are documented, of %d", len(written), archwire.TimestampTZ)
	}
	for _, w := range written {
		good, bad := strings.Fields(examples[w.typ.Kind][0]), examples[w.typ.Kind][1]
		in := openInbox(t, fileform.Form{Snapshots: "s.csv", Delimiter: "|", Quote: fileform.NoQuote, Rejects: 500_000})
		in.table.Columns = []archwire.Column{{Name: "v", Type: w.typ, Nullable: true}}
		in.source.cfg.Tables[0].Table = in.table
		in.put(t, "s.csv", "v\n"+strings.Join(append(good, bad), "\n")+"\n")
		rows := sourcetest.ReadAll(t, sourcetest.Open(t, in.source), in.table)
		if len(rows) != len(good) {
			t.Errorf("%s: %d of %d values were read: %v", w.typ, len(rows), len(good), rows)
		}
	}
}
