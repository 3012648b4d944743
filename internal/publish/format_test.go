package publish_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// These tests hold the store to docs/format/store.md by the file system, SHA-256
// and a Parquet reader alone.

func sha(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// parquet runs a query over one Parquet file, "slice" in it.
func (b *bundle) parquet(t *testing.T, path, sql string) [][]string {
	t.Helper()
	files := []archwire.SliceFile{{SHA256: sha(t, path), Path: path}}
	return rows(t, b.reader.QuerySlices(t.Context(), files, archwire.Query{SQL: sql}))
}

func TestFormat_FilesAreTheDocumentedOnes(t *testing.T) {
	b, _ := opened(t)
	known := regexp.MustCompile(`^(CURRENT|publications/\d{8}T\d{6}Z-[0-9a-f]{4}/(manifest\.json|index\.parquet)|slices/([0-9a-f]{2})/[0-9a-f]{64}\.parquet)$`)
	var files int
	err := filepath.WalkDir(b.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		name, _ := filepath.Rel(b.dir, path) // path lies in dir
		m := known.FindStringSubmatch(filepath.ToSlash(name))
		if m == nil {
			t.Errorf("%s is not documented", name)
			return nil
		}
		if m[3] != "" && (sha(t, path)+".parquet" != filepath.Base(path) || !strings.HasPrefix(filepath.Base(path), m[3])) {
			t.Errorf("%s is not named by the SHA-256 of its bytes", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Tenant 1 and 2 have a slice in each of three variants, and each variant one without rows.
	if files != 3+9 {
		t.Errorf("%d files, want CURRENT, manifest, index and 9 slices", files)
	}
}

func TestFormat_VerificationSaysWhatIsKnown(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	in := input()
	counted, _ := b.publish(t, in)
	text, err := os.ReadFile(b.manifestPath(counted.ID))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"mode", "parts", "printed_rows", "covered_since", "differences"} {
		if strings.Contains(string(text), `"`+field+`"`) {
			t.Errorf("a manifest made with count has the field %s", field)
		}
	}
	in.Verification.Method = archwire.ByFingerprint
	in.Verification.Tables[0].Mode = "cursor"
	in.Verification.Tables[0].Parts, in.Verification.Tables[0].PrintedRows = 2, 3
	in.Verification.Tables[0].CoveredSince = night.Add(-48 * time.Hour)
	b.publish(t, in)
	if diff := cmp.Diff(in.Verification, b.current(t).Manifest().Verification); diff != "" {
		t.Errorf("verification (-made +read):\n%s", diff)
	}
}

func TestFormat_CurrentIsAnIDAndALineFeed(t *testing.T) {
	b, p := opened(t)
	got, err := os.ReadFile(filepath.Join(b.dir, "CURRENT"))
	if err != nil || string(got) != string(p.Manifest().ID)+"\n" {
		t.Errorf("CURRENT holds %q, %v", got, err)
	}
}

func TestFormat_IndexIsAsDocumented(t *testing.T) {
	b, p := opened(t)
	m := p.Manifest()
	path := b.indexPath(m.ID)
	if got := sha(t, path); got != m.IndexSHA256 {
		t.Errorf("the index's SHA-256 is %s, the manifest says %s", got, m.IndexSHA256)
	}
	columns := b.parquet(t, path, `select distinct typeof(dataset), typeof(profile), typeof(tenant), typeof(slice), typeof("rows"), typeof(bytes), typeof(fingerprint), typeof(contract) from slice`)
	want := [][]string{{"VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "BIGINT", "VARCHAR", "BIGINT"}}
	if diff := cmp.Diff(want, columns); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	index := b.parquet(t, path, `select dataset, profile, tenant, slice, "rows", bytes, fingerprint, contract from slice`)
	var order []string
	for _, line := range index {
		order = append(order, strings.Join(line[:3], " ")+" "+line[4])
		file := b.slicePath(line[3])
		if info, err := os.Stat(file); err != nil || fmt.Sprint(info.Size()) != line[5] {
			t.Errorf("slice %s: %v, the index says %s bytes", line[3], err, line[5])
		}
		if count := b.parquet(t, file, "select count(*) from slice"); count[0][0] != line[4] {
			t.Errorf("slice %s has %s rows, the index says %s", line[3], count[0][0], line[4])
		}
		if (line[6] == "") != (line[4] == "0") || line[7] != "1" {
			t.Errorf("fingerprint and contract of %v", line)
		}
	}
	if diff := cmp.Diff([]string{
		"visit aggregate 1 2", "visit aggregate 2 1", "visit aggregate 3 0",
		"visit pseudonymous 1 2", "visit pseudonymous 2 1", "visit pseudonymous 3 0",
		"visit identified 1 2", "visit identified 2 1", "visit identified 3 0",
	}, order); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestFormat_SliceIsTenantKeyRestSortedByKey(t *testing.T) {
	b := setup(t)
	b.visits(t, "20.00")
	d := visit()
	d.Key = []string{"day", "visit_id"}
	slices.Reverse(d.Columns)
	m, _ := b.publish(t, input(d))
	path := b.parquet(t, b.indexPath(m.ID), "select slice from slice where tenant = '1' and profile = 'identified'")
	var names []string
	for batch, err := range b.reader.QuerySlices(t.Context(),
		[]archwire.SliceFile{{SHA256: path[0][0], Path: b.slicePath(path[0][0])}}, archwire.Query{SQL: "select * from slice"}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range batch.Schema().Fields() {
			names = append(names, f.Name+" "+f.Type.String())
		}
	}
	want := []string{"practice_id int64", "day date32", "visit_id int64", "name utf8", "patient utf8", "amount decimal(12, 2)"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	got := b.parquet(t, b.slicePath(path[0][0]), "select visit_id from slice")
	if diff := cmp.Diff([][]string{{"10"}, {"11"}}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
