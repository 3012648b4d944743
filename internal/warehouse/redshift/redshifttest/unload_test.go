package redshifttest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/redshift/redshifttest"
)

const unloadT = `unload ('select bucket, id, name, fee from t where name <> ''nobody''') to 's3://staging/out/' iam_role 'arn:aws:iam::123456789012:role/r' format as parquet partition by (bucket) manifest verbose maxfilesize 64 mb`

func TestUnloadWritesAFilePerPartitionAndSlice(t *testing.T) {
	t.Parallel()
	store := s3test.Start(t)
	store.Bucket(t, "staging")
	s := redshifttest.Start(t, redshifttest.Options{S3: store.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	conn := connect(t, s.Database(t))
	exec(t, conn, "create table t (bucket integer, id bigint, name varchar(20), fee decimal(12,2))",
		"insert into t values (1, 1, 'Ann', 1.5), (1, 2, 'Bo', -0.01), (2, 3, 'Cy', null), (null, 4, 'Di', 9999999999.99)", unloadT)

	var names []string
	var rows []string
	root := filepath.Join(store.Folder, "staging", "out")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".parquet") {
			return err
		}
		name, _ := filepath.Rel(root, path)
		unescaped, err := url.PathUnescape(name)
		names = append(names, unescaped)
		rows = append(rows, read(t, path)...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(rows)
	want := []string{"bucket=1/0000_part_00.parquet", "bucket=1/0001_part_00.parquet", "bucket=2/0000_part_00.parquet", "bucket=__HIVE_DEFAULT_PARTITION__/0001_part_00.parquet"}
	if !slices.Equal(names, want) {
		t.Errorf("files %q", names)
	}
	if got := strings.Join(rows, "/"); got != "1|Ann|150/2|Bo|-1/3|Cy|null/4|Di|999999999999" {
		t.Errorf("rows %s", got)
	}

	var list struct {
		Entries []struct {
			URL  string
			Meta struct {
				RecordCount int `json:"record_count"`
			}
		}
		Meta struct {
			RecordCount int `json:"record_count"`
		}
	}
	data, err := os.ReadFile(filepath.Join(root, "manifest"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &list); err != nil || len(list.Entries) != 4 || list.Meta.RecordCount != 4 || list.Entries[0].Meta.RecordCount != 1 {
		t.Errorf("manifest %s: %v", data, err)
	}
	if got := answer(conn, unloadT); !strings.Contains(got, "is not empty") {
		t.Errorf("a second time: %s", got)
	}
	exec(t, conn, unloadT+" cleanpath")
	exec(t, conn, strings.NewReplacer("''nobody''", "''nobody'' and false", "/out/", "/none/").Replace(unloadT))
	if data, err := os.ReadFile(filepath.Join(store.Folder, "staging", "none", "manifest")); err != nil || !bytes.Contains(data, []byte(`"record_count":0`)) {
		t.Errorf("of no rows the manifest says %s (%v)", data, err)
	}
	s.Inject(redshifttest.Fault{Match: "^unload", S3: redshifttest.SlowDown})
	if got := answer(conn, unloadT+" allowoverwrite"); !strings.Contains(got, "Status 503") {
		t.Error(got)
	}
	if got := answer(conn, unloadT+" cleanpath kms_key_id '1234abcd'"); !strings.Contains(got, "requires ENCRYPTED") {
		t.Errorf("a key without encryption: %s", got)
	}
	exec(t, conn, unloadT+" cleanpath kms_key_id '1234abcd' encrypted")
	if _, err := conn.Exec(context.Background(), strings.Replace(unloadT, "''nobody''", "''nobody'' limit 1", 1)); err == nil {
		t.Error("LIMIT is taken")
	}
}

// read gives the rows of a file of id, name and fee, the fee without its point.
func read(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	n := int(f.NumRows())
	rows := make([]string, n)
	for c := range f.MetaData().Schema.NumColumns() {
		chunk, err := f.RowGroup(0).Column(c)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			value := value(t, chunk)
			rows[i] = strings.TrimPrefix(rows[i]+"|"+value, "|")
		}
	}
	return rows
}

// value reads the next value of a column.
func value(t *testing.T, chunk file.ColumnChunkReader) string {
	t.Helper()
	defined := make([]int16, 1)
	var err error
	out := ""
	switch r := chunk.(type) {
	case *file.Int64ColumnChunkReader:
		v := make([]int64, 1)
		_, _, err = r.ReadBatch(1, v, defined, nil)
		out = fmt.Sprint(v[0])
	case *file.ByteArrayColumnChunkReader:
		v := make([]parquet.ByteArray, 1)
		_, _, err = r.ReadBatch(1, v, defined, nil)
		out = string(v[0])
	case *file.FixedLenByteArrayColumnChunkReader:
		v := make([]parquet.FixedLenByteArray, 1)
		_, _, err = r.ReadBatch(1, v, defined, nil)
		out = signed(v[0])
	}
	if err != nil && err != io.EOF { //nolint:errorlint // the reader says it so
		t.Fatal(err)
	}
	if defined[0] == 0 {
		return "null"
	}
	return out
}

// signed is a whole number in sixteen bytes, the highest first.
func signed(b []byte) string {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return n.String()
}
