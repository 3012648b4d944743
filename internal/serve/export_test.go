package serve_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"archwire"
	"archwire/internal/serve"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/ledger"
)

// rowsOf are the rows that a page has, each as it is written there.
func (b *bundle) rowsOf(t *testing.T, dataset, key string) (rows []string) {
	t.Helper()
	var page struct {
		Data []json.RawMessage `json:"data"`
	}
	must(t, json.Unmarshal([]byte(b.get(t, "/v1/datasets/"+dataset+"/rows", key).want(t, 200).text), &page))
	for _, r := range page.Data {
		rows = append(rows, string(r))
	}
	return rows
}

func TestExportsHaveTheRowsOfThePages(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1", "p3")
	for _, dataset := range []string{"collections", "balances", "patients"} {
		want := b.rowsOf(t, dataset, key)
		r := b.get(t, "/v1/datasets/"+dataset+"/export.ndjson", key).want(t, 200)
		if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(r.text, "\n"), "\n")); diff != "" {
			t.Errorf("%s as NDJSON (-pages +export):\n%s", dataset, diff)
		}
		if got := r.header.Get("Content-Disposition"); got != "attachment; filename="+dataset+".ndjson" {
			t.Errorf("Content-Disposition %s", got)
		}
	}
}

func TestExportAsCSV(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	r := b.get(t, "/v1/datasets/patients/export.csv?fields=patient_id,full_name,seen_at&filter[patient_id]=lte:2", key).want(t, 200)
	got, err := csv.NewReader(strings.NewReader(r.text)).ReadAll()
	must(t, err)
	want := [][]string{
		{"practice_id", "patient_id", "full_name", "seen_at"},
		{"p1", "1", `Ada "A" L\ovelace`, "2026-10-04T12:00:00.5Z"},
		{"p1", "2", "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(r.header.Get("Content-Type"), "text/csv") {
		t.Errorf("Content-Type %s", r.header.Get("Content-Type"))
	}
	empty := b.get(t, "/v1/datasets/patients/export.csv?fields=full_name&filter[patient_id]=99", key).want(t, 200)
	if empty.text != "practice_id,full_name\r\n" {
		t.Errorf("no rows are %q", empty.text)
	}
}

func TestExportAsArrowAndParquetIsExact(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Aggregate, "p1", "p3")
	stream := b.get(t, "/v1/datasets/collections/export.arrow", key).want(t, 200)
	r, err := ipc.NewReader(strings.NewReader(stream.text))
	must(t, err)
	defer r.Release()
	var rows int64
	for r.Next() {
		rows += r.RecordBatch().NumRows()
		if typ := r.RecordBatch().Schema().Field(3).Type; !arrow.TypeEqual(typ, &arrow.Decimal128Type{Precision: 38, Scale: 2}) {
			t.Errorf("amounts are %s", typ)
		}
	}
	must(t, r.Err())
	if rows != 6 {
		t.Errorf("%d rows as Arrow, want 6", rows)
	}

	path := filepath.Join(t.TempDir(), "collections.parquet")
	file := b.get(t, "/v1/datasets/collections/export.parquet", key).want(t, 200).text
	must(t, os.WriteFile(path, []byte(file), 0o600))
	sum := sha256.Sum256([]byte(file))
	query := archwire.Query{SQL: `select count(*), cast(sum(amount) as varchar) from slice where practice_id in ('p1', 'p3')`}
	for batch, err := range b.slices.QuerySlices(t.Context(), []archwire.SliceFile{{Path: path, SHA256: hex.EncodeToString(sum[:])}}, query) {
		must(t, err)
		n, sum := batch.Column(0).(*array.Int64).Value(0), batch.Column(1).(*array.String).Value(0)
		// 123456789012345678901234567890123456.78 + 1394.60
		if n != 6 || sum != "123456789012345678901234567890124851.43" {
			t.Errorf("DuckDB reads %d rows of %s in all", n, sum)
		}
	}
}

func TestExportsShowWhatIsOpenAndNothingElse(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Pseudonymous, "p1")
	for _, format := range []string{"csv", "ndjson", "arrow", "parquet"} {
		path := "/v1/datasets/patients/export." + format
		if r := b.get(t, path, key).want(t, 200); strings.Contains(r.text, "full_name") || strings.Contains(r.text, "Ada") || strings.Contains(r.text, canary) {
			t.Errorf("%s shows what the profile does not open", format)
		}
		b.get(t, path+"?fields=full_name", key).want(t, 400)
		b.get(t, path+"?practice=p2", key).want(t, 404)
		b.get(t, path+"?limit=3", key).want(t, 400)
		b.get(t, path, key+"x").want(t, 401)
	}
	b.get(t, "/v1/datasets/patients/export.xlsx", key).want(t, 404)
	b.get(t, "/v1/datasets/nothing/export.csv", key).want(t, 404)
}

func TestExportsAreCompressedAndNamed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Identified, "p1")
	path := "/v1/datasets/patients/export.csv"
	plain := b.get(t, path, key).want(t, 200)
	packed := b.get(t, path, key, "Accept-Encoding", "zstd").want(t, 200)
	d, err := zstd.NewReader(strings.NewReader(packed.text))
	must(t, err)
	defer d.Close()
	text, err := io.ReadAll(d)
	must(t, err)
	if packed.header.Get("Content-Encoding") != "zstd" || string(text) != plain.text {
		t.Errorf("the compressed export holds %q, the plain one %q", text, plain.text)
	}
	again := b.get(t, path, key, "If-None-Match", plain.header.Get("ETag")).want(t, http.StatusNotModified)
	if again.text != "" {
		t.Errorf("an export that is known already says %q", again.text)
	}
	if r := b.get(t, "/v1/datasets/patients/export.parquet", key, "Accept-Encoding", "gzip"); r.header.Get("Content-Encoding") != "" {
		t.Error("what is compressed already is compressed again")
	}
}

func TestExportsAreDisclosed(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	key := b.keys.Open(t, archwire.Pseudonymous, "p1", "p3")
	b.get(t, "/v1/datasets/patients/export.csv", key).want(t, 200)
	b.get(t, "/v1/datasets/patients/export.csv?practice=p1&filter[patient_id]=2", key).want(t, 200)
	got := b.disclosed(t, ledger.Filter{})
	var outcomes []ledger.Outcome
	for _, e := range got {
		outcomes = append(outcomes, e.Outcome)
		if e.Resource != "export" || e.Name != "patients" {
			t.Errorf("entry of %s %s", e.Resource, e.Name)
		}
	}
	if diff := cmp.Diff([]ledger.Outcome{ledger.Begun, ledger.Sent, ledger.Begun, ledger.Sent}, outcomes); diff != "" {
		t.Fatalf("outcomes (-want +got):\n%s", diff)
	}
	whole, part := got[1], got[3]
	if len(whole.Parts) != 2 || whole.Parts[0].Rows != 3 || whole.Parts[0].Slice == "" || len(whole.Parts[0].Subjects) != 0 || whole.Parts[1].Rows != 1 {
		t.Errorf("parts of whole slices: %+v", whole.Parts)
	}
	if len(part.Parts) != 1 || part.Parts[0].Rows != 1 || part.Parts[0].Slice != "" || !part.Parts[0].Subjects.Has(person("2")) {
		t.Errorf("parts of what was filtered: %+v", part.Parts)
	}
	archive := ledger.Archive{Dir: b.ledgerDir, Store: b.objects}
	for patient, want := range map[string]int{"1": 1, "2": 2, "9007199254740993": 1, "4": 0} {
		n := 0
		for _, err := range archive.Who(t.Context(), person(patient)) {
			must(t, err)
			n++
		}
		if n != want {
			t.Errorf("patient %s was in %d answers, want %d", patient, n, want)
		}
	}
}

func TestAnExportThatBreaksOffSaysSo(t *testing.T) {
	b := setup(t)
	b.published(t, nil)
	pub, err := b.reader.Current(t.Context())
	must(t, err)
	key := b.keys.Open(t, archwire.Pseudonymous)
	b.remove(t, pub, key, "collections", "p3")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/v1/datasets/collections/export.csv", nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(r)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		must(t, resp.Body.Close())
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		t.Errorf("a stream that breaks off ends with %v", err)
	}
	got := b.disclosed(t, ledger.Filter{})
	// A client asks once more by itself if not a byte has come.
	if len(got) < 2 || got[0].Outcome != ledger.Begun || got[1].Outcome != ledger.Cut || got[1].Parts[0].Rows != 5 {
		t.Errorf("entries %+v", got)
	}
}

func TestWhatCannotBeWrittenDownIsNotExported(t *testing.T) {
	b := setup(t, func(c *serve.Config) { c.Ledger = fullLedger{} })
	b.published(t, nil)
	r := b.get(t, "/v1/datasets/patients/export.csv", b.keys.Open(t, archwire.Identified)).want(t, http.StatusServiceUnavailable)
	if strings.Contains(r.text, "Ada") || r.header.Get("Content-Disposition") != "" || r.header.Get("ETag") != "" {
		t.Errorf("%v %s", r.header, r.text)
	}
}

// TestWhatIsRevokedEndsAStream takes the grant away while an export is on its way to
// a reader who takes little at once.
func TestWhatIsRevokedEndsAStream(t *testing.T) {
	b := setup(t)
	b.published(t, map[string]string{"mart.collections": `select 'p1' as practice_id, date '2020-01-01' + (i % 2000)::integer as business_date,
		'payer ' || i as payer_kind, i::decimal(38,2) as amount, i::bigint as payments from range(500000) r(i)`})
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/v1/datasets/collections/export.csv", nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Accept-Encoding", "identity")
	resp, err := http.DefaultTransport.RoundTrip(r)
	must(t, err)
	defer resp.Body.Close() //nolint:errcheck // it breaks off
	_, err = io.ReadFull(resp.Body, make([]byte, 1000))
	must(t, err)
	b.keys.Revoke(now(), func(auth.Grant) bool { return true }, nil)
	time.Sleep(1100 * time.Millisecond) // until when it may be sent on
	rest, err := io.ReadAll(resp.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the stream ends with %v", err)
	}
	entries := b.disclosed(t, ledger.Filter{})
	last := entries[len(entries)-1]
	if got := int64(bytes.Count(rest, []byte("\n"))); last.Outcome != ledger.Cut || last.Parts[0].Rows < got || got == 0 {
		t.Errorf("%d rows and more came, and down is %+v", got, last)
	}
}
