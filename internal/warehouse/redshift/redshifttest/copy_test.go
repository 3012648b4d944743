package redshifttest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire/internal/object/s3test"
	"archwire/internal/warehouse/redshift/redshifttest"
)

// stage starts a server with a bucket, for which put writes objects.
func stage(t *testing.T) (s *redshifttest.Server, put func(name, content string)) {
	t.Helper()
	store := s3test.Start(t)
	store.Bucket(t, "staging")
	put = func(name, content string) {
		t.Helper()
		path := filepath.Join(store.Folder, "staging", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return redshifttest.Start(t, redshifttest.Options{S3: store.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey}), put
}

func zipped(content string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	fmt.Fprint(w, content)
	w.Close() //nolint:errcheck // memory
	return out.String()
}

// manifest names files of the bucket.
func manifest(names ...string) string {
	var entries []string
	for _, name := range names {
		entries = append(entries, fmt.Sprintf(`{"url":"s3://staging/%s","mandatory":true}`, name))
	}
	return `{"entries":[` + strings.Join(entries, ",") + `]}`
}

const copyT = `copy t from 's3://staging/m' iam_role default manifest format as csv delimiter ',' gzip null as '@NULL@' timeformat 'auto'`

func TestCopyLoadsWhatAManifestNames(t *testing.T) {
	t.Parallel()
	s, put := stage(t)
	conn := connect(t, s.Database(t))
	put("a.gz", zipped("1,Ann,1.239,2024-02-29\n2,\"a \"\"b\"\",\n c\",@NULL@,\"@NULL@\"\n"))
	put("b.gz", zipped("3,,,\r\n"))
	put("m", manifest("a.gz", "b.gz"))
	exec(t, conn, "create table t (id bigint, name varchar(20), fee decimal(12,2), born date)", copyT)
	if got := answer(conn, "select pg_last_copy_count()"); got != "3" {
		t.Errorf("%s rows", got)
	}
	// COPY cuts decimals off; empty text is no NULL, and an empty number is.
	if got, want := answer(conn, "select * from t order by 1"), "1|Ann|1.23|2024-02-29/2|a \"b\",\n c|null|null/3||null|null"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCopySaysWhyARowIsRefused(t *testing.T) {
	t.Parallel()
	s, put := stage(t)
	conn := connect(t, s.Database(t))
	exec(t, conn, "create table t (id integer not null, name varchar(3), fee decimal(19,2))")
	put("m", manifest("a.gz"))
	for content, want := range map[string]string{
		"1,abc,1\n2,añb,1\n":              "2|name|varchar|3|1204|String length exceeds DDL length",
		"x,abc,1\n":                       "1|id|integer||1207|Invalid digit, Type: integer",
		"@NULL@,abc,1\n":                  "1|id|integer||1213|Missing data for not-null field",
		"1,\"a\nb\",1\n2,a,1,1\n":         "3|fee|numeric|19,2|1202|Extra column(s) found",
		"1,a\n":                           "1|fee|numeric|19,2|1203|Delimiter not found",
		"1,a,92233720368547758.07\n1,a,x": "2|fee|numeric|19,2|1207|Invalid digit, Type: Decimal",
		"1,a,92233720368547758.08\n":      "1|fee|numeric|19,2|1209|Overflow for NUMERIC(19): it is kept in eight bytes",
	} {
		put("a.gz", zipped(content))
		if got := answer(conn, copyT); !strings.Contains(got, "Load into table 't' failed.  Check 'stl_load_errors'") {
			t.Errorf("%q: %s", content, got)
		}
		got := answer(conn, "select line_number, trim(column_name), trim(column_type), trim(column_length), error_code, trim(error_message) from sys_load_error_detail order by query_id desc limit 1")
		if got != want {
			t.Errorf("%q: %s, want %s", content, got, want)
		}
	}
	if got := answer(conn, "select count(*) from t"); got != "0" {
		t.Errorf("%s rows", got)
	}
}

func TestCopyMeetsFaults(t *testing.T) {
	t.Parallel()
	s, put := stage(t)
	conn := connect(t, s.Database(t))
	exec(t, conn, "create table t (id integer)")
	put("a.gz", zipped("1\n2\n"))
	put("b.gz", zipped("3\n4\n"))
	put("m", manifest("a.gz", "b.gz"))
	s.Inject(redshifttest.Fault{Match: "^copy", Lose: 3})
	exec(t, conn, copyT)
	if got := answer(conn, "select pg_last_copy_count(), count(*) from t"); got != "1|1" {
		t.Errorf("%s rows", got)
	}
	for _, fault := range []*redshifttest.S3Error{redshifttest.SlowDown, redshifttest.ExpiredToken} {
		s.Inject(redshifttest.Fault{Match: "^copy", S3: fault})
		if got := answer(conn, copyT); !strings.Contains(got, fault.Code) {
			t.Errorf("%s: %s", fault.Code, got)
		}
	}
	put("m", manifest("a.gz", "c.gz"))
	if got := answer(conn, copyT); !strings.Contains(got, "NoSuchKey") {
		t.Error(got)
	}
	if got := answer(conn, "select count(*) from t"); got != "1" {
		t.Errorf("%s rows", got)
	}
}
