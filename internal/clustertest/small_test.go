package clustertest

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"archwire/internal/object/s3test"
	"archwire/internal/testdb"
	"archwire/internal/warehouse/redshift/redshifttest"
)

//go:embed testdata/small.sql
var smallSchema string

// A small is the project of testdata/small on a cluster, and its source.
type small struct {
	dir, source string
	tills       []string // tables beside those of testdata
	double      *redshifttest.Server
	env         []string
}

// newSmall makes the project and its empty source. The embedded engine may take so
// much memory.
func newSmall(t *testing.T, s3 *s3test.Server, bucket, memory string) *small {
	t.Helper()
	p := &small{dir: t.TempDir(), source: testdb.Postgres(t)}
	testdb.Exec(t, p.source, smallSchema)
	if err := os.CopyFS(p.dir, os.DirFS(filepath.Join("testdata", "small"))); err != nil {
		t.Fatal(err)
	}
	config := p.read(t, "archwire.yaml")
	p.write(t, "archwire.yaml", strings.Replace(config, "warehouse: {engine: duckdb}", onRedshift(s3.Bucket(t, bucket), memory), 1))
	p.double = redshifttest.Start(t, redshifttest.Options{S3: s3.Endpoint, AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	p.env = append(os.Environ(), beArchwire+"=1", "SHOP_DSN="+p.source, "WAREHOUSE_URL="+p.double.Database(t))
	return p
}

// add adds models like the one of days, and tables like that of shops, which is copied
// whole each night.
func (p *small) add(t *testing.T, models, tables int) {
	t.Helper()
	daily := p.read(t, "models/sales/daily.sql")
	for n := range models {
		p.write(t, fmt.Sprintf("models/sales/daily_%d.sql", n), daily)
	}
	sources := p.read(t, "sources/shop.yaml")
	for n := range tables {
		p.tills = append(p.tills, fmt.Sprintf("till_%d", n))
		testdb.Exec(t, p.source, fmt.Sprintf("create table %s as select n::bigint as till_id, n::bigint as shop_id from generate_series(1, 5) n", p.tills[n]))
		sources += fmt.Sprintf("  %s:\n    key: [till_id]\n    sync: full\n    columns: {till_id: int64, shop_id: int64}\n", p.tills[n])
	}
	p.write(t, "sources/shop.yaml", sources)
}

func (p *small) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (p *small) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fill makes shops, and sales for each, whose notes have so many bytes.
func (p *small) fill(t *testing.T, shops, sales, note int) {
	t.Helper()
	testdb.Exec(t, p.source,
		fmt.Sprintf("insert into shop select n, 'shop '||n, 'America/Denver' from generate_series(1, %d) n", shops),
		fmt.Sprintf(`insert into sale select n, 1 + n %% %d, date '2026-01-01' + (n / 7 %% 300)::int, (n %% 9973) / 100.0, left(repeat(md5(n::text), 1 + %d / 32), %[3]d),
			timestamptz '2026-11-01 00:00:00Z' + n * interval '1 millisecond' from generate_series(1, %[2]d) n`, shops, shops*sales, note),
		"analyze")
}

// night changes a sale of every other shop, adds one to every third and takes one of
// every fifth away; each till gets a row.
func (p *small) night(t *testing.T, shops int) {
	t.Helper()
	testdb.Exec(t, p.source, fmt.Sprintf(`
		update sale set amount = amount + 1000, updated_at = now() where sale_id <= %[1]d and shop_id %% 2 = 0;
		insert into sale select 1000000 + shop_id, shop_id, date '2026-11-01', 12.50, null, now() from shop where shop_id %% 3 = 0;
		delete from sale where sale_id > %[1]d and sale_id <= 2 * %[1]d and shop_id %% 5 = 0`, shops))
	for _, till := range p.tills {
		testdb.Exec(t, p.source, "insert into "+till+" values (6, 1)")
	}
}

// try runs the product as a process of its own.
func (p *small) try(t *testing.T, args ...string) (cmd *exec.Cmd, out string, err error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), self, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	text, err := cmd.CombinedOutput()
	return cmd, string(text), err
}

// run is try for what is to succeed. It returns the most memory that the process had, in
// bytes.
func (p *small) run(t *testing.T, args ...string) int64 {
	t.Helper()
	cmd, out, err := p.try(t, args...)
	if err != nil {
		t.Fatalf("archwire %s: %v\n%s", strings.Join(args, " "), err, out[max(0, len(out)-4000):])
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("the system does not tell how much memory a process had")
	}
	return usage.Maxrss * 1024 // Linux counts in KiB
}
