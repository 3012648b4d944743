package chaostest

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" //nolint:depguard // the product's files are read without the product
)

// A publication is read by docs/format/store.md, without the product's own reader.
type publication struct {
	store    string
	id       string
	manifest manifest
	index    []slice
}

type manifest struct {
	Format      int       `json:"format"`
	ID          string    `json:"id"`
	AsOf        string    `json:"as_of"`
	DataThrough time.Time `json:"data_through"`
	CreatedAt   time.Time `json:"created_at"`
	IndexSHA256 string    `json:"index_sha256"`
	Slices      int       `json:"slices"`
	Tenants     []struct {
		ID       string `json:"id"`
		Label    string `json:"label"`
		Timezone string `json:"timezone"`
	} `json:"tenants"`
	Verification struct {
		Tables []struct {
			Table         string `json:"table"`
			SourceRows    int64  `json:"source_rows"`
			WarehouseRows int64  `json:"warehouse_rows"`
		} `json:"tables"`
	} `json:"verification"`
}

// A slice is one line of the index.
type slice struct {
	dataset, profile, tenant, sha string
	rows, bytes                   int64
}

// A reader reads Parquet files, and remembers what it has read: a slice that has
// the same name has the same rows.
type reader struct {
	engine *sql.DB
	slices map[string][][]string // by SHA-256
}

func newReader(t *testing.T) *reader {
	t.Helper()
	engine, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	return &reader{engine: engine, slices: map[string][][]string{}}
}

// current is the publication in service, with every file of it looked at; nil
// when there is none yet.
func (r *reader) current(t *testing.T, folder string) *publication {
	t.Helper()
	p := &publication{store: filepath.Join(folder, "data", "store")}
	id, err := os.ReadFile(filepath.Join(p.store, "CURRENT"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil || !strings.HasSuffix(string(id), "\n") {
		t.Fatalf("CURRENT is %q: %v", id, err)
	}
	p.id = strings.TrimSpace(string(id))
	text := p.file(t, "publications", p.id, "manifest.json")
	if err := json.Unmarshal(text, &p.manifest); err != nil {
		t.Fatalf("the manifest of %s: %v", p.id, err)
	}
	if p.manifest.ID != p.id || p.manifest.Format != 1 {
		t.Errorf("the manifest of %s is of %s, format %d", p.id, p.manifest.ID, p.manifest.Format)
	}
	if got := digest(p.file(t, "publications", p.id, "index.parquet")); got != p.manifest.IndexSHA256 {
		t.Fatalf("publication %s: the index has the SHA-256 %s, the manifest says %s", p.id, got, p.manifest.IndexSHA256)
	}
	p.index = r.index(t, filepath.Join(p.store, "publications", p.id, "index.parquet"))
	if len(p.index) != p.manifest.Slices {
		t.Errorf("publication %s lists %d slices, the manifest says %d", p.id, len(p.index), p.manifest.Slices)
	}
	for _, s := range p.index {
		b := p.file(t, p.path(s))
		if digest(b) != s.sha || int64(len(b)) != s.bytes {
			t.Fatalf("publication %s: slice %s of %s is not what its name says", p.id, s.sha, s.dataset)
		}
	}
	return p
}

func (p *publication) path(s slice) string {
	return filepath.Join("slices", s.sha[:2], s.sha+".parquet")
}

// file reads a file that the publication promises to be there.
func (p *publication) file(t *testing.T, parts ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{p.store}, parts...)...))
	if err != nil {
		t.Fatalf("publication %s is in service and not complete: %v", p.id, err)
	}
	return b
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (r *reader) index(t *testing.T, path string) []slice {
	t.Helper()
	var out []slice
	for _, row := range r.query(t, "select dataset, profile, tenant, slice, rows, bytes from read_parquet('"+path+"')") {
		s := slice{dataset: row[0], profile: row[1], tenant: row[2], sha: row[3]}
		if _, err := fmt.Sscan(row[4]+" "+row[5], &s.rows, &s.bytes); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// rows reads slices that have the same columns: those, as text, of each slice,
// with the tenant first.
func (r *reader) rows(t *testing.T, p *publication, slices []slice, columns []string) map[string][][]string {
	t.Helper()
	var files []string
	for _, s := range slices {
		if _, known := r.slices[s.sha]; !known {
			r.slices[s.sha] = nil
			files = append(files, "'"+filepath.Join(p.store, p.path(s))+"'")
		}
	}
	if len(files) > 0 {
		sql := "select split_part(parse_filename(filename), '.', 1), " + strings.Join(columns, ", ") +
			" from read_parquet([" + strings.Join(files, ", ") + "], filename = true, file_row_number = true) order by filename, file_row_number"
		for _, row := range r.query(t, sql) {
			r.slices[row[0]] = append(r.slices[row[0]], row[1:])
		}
	}
	return r.slices
}

// query reads rows as text.
func (r *reader) query(t *testing.T, query string) [][]string {
	t.Helper()
	rows, err := r.engine.QueryContext(t.Context(), "select columns(*)::varchar from ("+query+")")
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, query)
	}
	defer rows.Close() //nolint:errcheck // the error of reading is asked for below
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, v := range values {
			row[i] = null
			if v.Valid {
				row[i] = v.String
			}
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
