package files

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/source/sourcetest"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zstded(t *testing.T, text string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(text), nil))
}

func TestCompressedFilesAreReadToTheirEnd(t *testing.T) {
	t.Parallel()
	text := head + strings.Repeat("1,some text that compresses\n", 50_000)
	for name, whole := range map[string]string{"s1.csv.gz": gzipped(t, text), "s1.csv.zst": zstded(t, text)} {
		in := openInbox(t, fileform.Form{Snapshots: "s{number}.csv*"})
		in.put(t, name, whole)
		if n := len(strings.Fields(in.rows(t))); n != 50_000*4 {
			t.Errorf("%s has %d words", name, n)
		}
		for _, cut := range []int{1, 8, len(whole) / 2, len(whole) - 1} {
			in.put(t, name, whole[:cut])
			in.fails(t, archwire.Invalid, name)
		}
		in.put(t, name, text)
		in.fails(t, archwire.Invalid, name, "not compressed as its name says")
		spoilt := []byte(whole)
		spoilt[len(spoilt)-6] ^= 1 // of the check sum of gzip, of the data of zstd
		in.put(t, name, string(spoilt))
		in.fails(t, archwire.Invalid, name)
	}
}

// Two files of gzip, one behind the other, are one (RFC 1952, 2.2).
func TestCompressedFilesMayHaveSeveralMembers(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv.gz"})
	in.put(t, "s.csv.gz", gzipped(t, head+"1,a\n")+gzipped(t, "2,b\n"))
	in.want(t, "1a 2b")
}

func TestUnclosedQuoteRefusesTheFile(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv", Rejects: 1_000_000})
	in.put(t, "s.csv", head+"1,a\n2,\"b\n3,c\n")
	in.fails(t, archwire.Invalid, "s.csv", "line 3", "quote is not closed")
	in.put(t, "s.csv", head+"1,a\n2,\"b\n3,c\n\"")
	in.want(t, "1a 2b\n3,c\n")
}

func TestLastLineOfJSONThatIsCutRefusesTheFile(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.ndjson", Format: fileform.NDJSON, Rejects: 1_000_000})
	in.put(t, "s.ndjson", `{"id":1,"v":"a"}`+"\n"+`{"id":2,"v":"b`)
	in.fails(t, archwire.Invalid, "s.ndjson", "line 2")
	in.put(t, "s.ndjson", `{"id":1,"v":"a"}`+"\n"+`{"id":2,"v":"b"}`)
	in.want(t, "1a 2b")
}

func TestFileThatIsWrittenToIsNotReadInPart(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv"})
	in.put(t, "s.csv", head+strings.Repeat("1,a\n", 1_000_000))
	v := sourcetest.Open(t, in.source)
	chunks, err := v.Chunks(t.Context(), in.table)
	if err != nil {
		t.Fatal(err)
	}
	written := false
	var last error
	for _, err := range v.Batches(t.Context(), in.table, chunks[0]) {
		if last = err; err == nil && !written {
			written = true
			in.put(t, "s.csv", head+strings.Repeat("2,b\n", 1_000_000)) // as long as before, and as old
		}
	}
	if archwire.CodeOf(last) != archwire.Unavailable || !strings.Contains(last.Error(), "s.csv") {
		t.Errorf("the last error is %v, want that it cannot be read now", last)
	}
	if _, err := v.Chunks(t.Context(), in.table); archwire.CodeOf(err) != archwire.Unavailable {
		t.Errorf("the view goes on with %v", err)
	}
}

// A shortStore gives the beginning of what it lists, and says that this is all.
type shortStore struct{ *object.Dir }

func (s shortStore) OpenVersion(ctx context.Context, v object.Version) (io.ReadCloser, error) {
	r, err := s.Dir.OpenVersion(ctx, v)
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, v.Size-4), r}, err
}

func TestFileOfWhichLessComesThanWasListedIsNotRead(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv"})
	in.put(t, "s.csv", head+"1,a\n2,b\n")
	in.want(t, "1a 2b")
	in.source.store = shortStore{object.NewDir(in.dir)}
	in.fails(t, archwire.Unavailable, "s.csv", "9 of 13 bytes")
}

func TestRejectedRowsAreKeptWithLineAndReason(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv", Rejects: 500_000})
	in.put(t, "s.csv", head+"1,\"two\nlines\"\nx,secret\n\n2,a \"quote\"\n3,c,more\n4,\"d\"e\n5,f\n6,\n7,\"\"\n8,\xff\n9,i\n")
	if rows := in.rows(t); rows != "1two\nlines 5f 6 7 9i" {
		t.Errorf("rows %q", rows)
	}
	want := []rejectedLine{
		{4, "id", notWhole, "x,secret"},
		{6, "", strayQuote, `2,a "quote"`},
		{7, "", "it has 3 fields where the header has 2", "3,c,more"},
		{8, "", afterQuote, `4,"d"e`},
		{12, "v", notUTF8, "8,\ufffd"},
	}
	if diff := cmp.Diff(want, in.rejected(t, "s.csv")); diff != "" {
		t.Errorf("rejected rows (-want +got):\n%s", diff)
	}
	if all := strings.Join(in.notices, "\n"); strings.Contains(all, "secret") || strings.Count(all, "5 rows of 10 were rejected") != 1 {
		t.Errorf("notices %q", in.notices)
	}
	if info, err := os.Stat(filepath.Join(in.dir, ".quarantine")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the quarantine's folder is %v, error %v", info, err)
	}
}

// rejected is what the quarantine holds of a file.
func (in *inbox) rejected(t *testing.T, name string) (rows []rejectedLine) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(in.dir, ".quarantine", "t", name+".rejected.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(content) {
		var r rejectedLine
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func TestFilesOfSeveralFoldersHaveQuarantinesOfTheirOwn(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "*/*_{date}.csv", Rejects: 500_000})
	for _, folder := range []string{"a", "a_b"} {
		if err := os.Mkdir(filepath.Join(in.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	in.put(t, "a/b_c_20261120.csv", head+"1,a\nx,secret\n")
	in.put(t, "a_b/c_20261120.csv", head+"2,b\n")
	in.want(t, "1a 2b")
	content, err := os.ReadFile(filepath.Join(in.dir, ".quarantine", "t", "a%2Fb_c_20261120.csv.rejected.ndjson"))
	if err != nil || !strings.Contains(string(content), "x,secret") {
		t.Errorf("rejected rows %s, error %v", content, err)
	}
}

func TestFileWithTooManyRejectedRowsIsRefused(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv", Rejects: 250_000})
	in.put(t, "s.csv", head+"1,a\n2,b\nsecret,c\n4,d\n")
	in.want(t, "1a 2b 4d")
	in.put(t, "s.csv", head+"1,a\nsecret,c\n4,d\n")
	in.fails(t, archwire.Invalid, "lab.t", "s.csv", "1 rows of 3", "25%", "line 3", "column id")
	err := sourcetest.ReadError(sourcetest.Open(t, in.source), in.table)
	if strings.Contains(err.Error()+archwire.HintOf(err), "secret") {
		t.Errorf("%v holds a value", err)
	}
}

// A quote that is opened and closed where none should be makes one row of many, all of
// which are lost.
func TestRowsThatAQuoteTakesAlongCountAsRejected(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv", Rejects: 250_000})
	in.put(t, "s.csv", head+"1,\"a\n2,b\n3,c\n4,\"d\n5,e\n6,f\n")
	in.fails(t, archwire.Invalid, "lab.t", "4 rows of 6", "25%", "line 2", afterQuote)
}

// A header that a file does not have is a row of values.
func TestValuesInPlaceOfAHeaderAreNotTold(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv"})
	in.put(t, "s.csv", "1,secret,secret\n")
	in.fails(t, archwire.Invalid, "s.csv", "columns 2 and 3 alike")
	err := sourcetest.ReadError(sourcetest.Open(t, in.source), in.table)
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error()+archwire.HintOf(err), "secret") {
			t.Errorf("%v holds a value", e)
		}
	}
}

// Whatever columns are asked for, the same rows are rejected.
func TestColumnsThatAreNotReadRejectRowsToo(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s.csv", Rejects: 1_000_000})
	in.put(t, "s.csv", head+"x,a\n2,b\n")
	in.table.Columns = in.table.Columns[1:]
	v := sourcetest.Open(t, in.source)
	if n, err := v.Count(t.Context(), in.table); err != nil || n != 1 {
		t.Errorf("%d rows, error %v; want 1", n, err)
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for encoding, text := range map[string]string{
		"utf-8":        "\xef\xbb\xbfid,v\n1,\u00e9\u20ac\n",
		"windows-1252": "id,v\r\n1,\xe9\x80\r\n",
		"iso-8859-15":  "id,v\n1,\xe9\xa4",
		"utf-16le":     "\xff\xfei\x00d\x00,\x00v\x00\n\x001\x00,\x00\xe9\x00\xac\x20\n\x00",
		"utf-16be":     "\x00i\x00d\x00,\x00v\x00\n\x001\x00,\x00\xe9\x20\xac\x00\n",
	} {
		in := openInbox(t, fileform.Form{Snapshots: "s.csv", Encoding: encoding})
		in.put(t, "s.csv", text)
		if got := in.rows(t); got != "1\u00e9\u20ac" {
			t.Errorf("%s: %q", encoding, got)
		}
	}
}

// Half of a surrogate pair, and half of a unit at the end, are no characters.
func TestTextsThatAreNotOfTheirEncodingAreRejected(t *testing.T) {
	t.Parallel()
	for encoding, text := range map[string]string{
		"utf-16le": "i\x00d\x00,\x00v\x00\n\x001\x00,\x00\x00\xd8\n\x002\x00,\x00b\x00\n\x003\x00,\x00c\x00d",
		"utf-16be": "\x00i\x00d\x00,\x00v\x00\n\x001\x00,\xd8\x00\x00\n\x002\x00,\x00b\x00\n\x003\x00,\x00c\x00",
	} {
		in := openInbox(t, fileform.Form{Snapshots: "s.csv", Encoding: encoding, Rejects: 700_000})
		in.put(t, "s.csv", text)
		in.want(t, "2b")
	}
}

func TestDoctorTellsOfFilesThatWait(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s{number}.csv"})
	in.put(t, "s1.csv", head)
	in.putAt(t, "s2.csv", head, in.now)
	in.putAt(t, "odd.csv", head, in.now.Add(-time.Hour))
	var all []string
	for _, d := range in.source.Doctor(t.Context()) {
		if !d.OK {
			t.Errorf("%+v", d)
		}
		all = append(all, d.Says)
	}
	for _, want := range []string{"s2.csv was written to less than 1m0s ago", "the newest is s1.csv", "1 files belong to no table, the first is odd.csv"} {
		if !strings.Contains(strings.Join(all, "\n"), want) {
			t.Errorf("%q is not told: %q", want, all)
		}
	}
}
