package pulltest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/serve/auth"
)

// TestPseudonyms_LeaveNoKeyBehind looks for what has pseudonyms in everything that a
// pull leaves behind, under profile pseudonymous and then, to see that it would be
// found, under identified.
func TestPseudonyms_LeaveNoKeyBehind(t *testing.T) {
	h := newHistory(t, 7)
	for len(h.grants) > 0 {
		h.revoke(h.grants[0])
	}
	h.grant(auth.Grant{Tenant: "1", Profile: archwire.Pseudonymous})
	h.grant(auth.Grant{Tenant: "2", Profile: archwire.Pseudonymous, Locations: []string{"11", "13"}})
	h.grant(auth.Grant{Tenant: "3", Profile: archwire.Aggregate})
	h.world.placed = true
	secrets := map[string]string{}
	targets := targets(t)
	night := func() {
		for range 20 {
			h.world.add()
		}
		h.published = append(h.published, h.office.publish(t, h.world, len(h.published)).ID)
		h.remember(t, secrets)
		h.await(t)
		for _, x := range targets {
			if d, ok := x.(databaseTarget); ok {
				h.database = d.url
			}
			if e := h.pull(t, x.into(), nil); e.status != 0 {
				t.Fatalf("a pull ends with status %d\n%s%s", e.status, e.out, e.errs)
			}
		}
	}
	night()
	h.grant(auth.Grant{Tenant: "2", Profile: archwire.Pseudonymous, Datasets: []string{"visit"}})
	night()
	if want := h.expect(t, h.current()); h.made == 0 || len(want.files["note"]) != 2 {
		t.Fatalf("what is expected has no pseudonyms: %v", want.files)
	}
	for _, x := range targets {
		for raw, column := range found(t, h, x, secrets) {
			t.Errorf("%T holds %s, which is a %s", x, raw, column)
		}
	}
	h.grant(auth.Grant{Tenant: "1", Profile: archwire.Identified})
	night()
	for _, x := range targets {
		kinds := map[string]bool{}
		for _, column := range found(t, h, x, secrets) {
			kinds[column] = true
		}
		if len(kinds) != 3 {
			t.Errorf("of what %T holds of an identified practice only %v is found", x, kinds)
		}
	}
}

// remember adds the values that have pseudonyms, each with its column.
func (h *history) remember(t *testing.T, secrets map[string]string) {
	t.Helper()
	for column, model := range map[string]string{"patient": "mart.visit", "token": "mart.visit", "number": "mart.note"} {
		for _, value := range texts(t, h.judge, "select distinct "+column+"::varchar from ("+h.world.models()[model]+") where "+column+" is not null") {
			secrets[value] = column
		}
	}
}

// found are those of the values that stand anywhere in a target.
func found(t *testing.T, h *history, x target, secrets map[string]string) map[string]string {
	t.Helper()
	held := append(x.held(t, h), h.fileBytes(t, h.work(x.into()))...)
	out := map[string]string{}
	for value, column := range secrets {
		for _, form := range forms(value) {
			if bytes.Contains(held, form) {
				out[value] = column
			}
		}
	}
	return out
}

// forms are how a number or a UUID may be spelt.
func forms(value string) [][]byte {
	if n, err := strconv.ParseUint(value, 10, 64); err == nil {
		return [][]byte{[]byte(value), binary.LittleEndian.AppendUint64(nil, n), binary.BigEndian.AppendUint64(nil, n)}
	}
	digits := strings.ReplaceAll(value, "-", "")
	raw, _ := hex.DecodeString(digits) // of a UUID
	return [][]byte{[]byte(value), []byte(digits), raw}
}

// fileBytes are the bytes of all files in a folder, and the rows of those with rows.
func (h *history) fileBytes(t *testing.T, dir string) (all []byte) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Type()&fs.ModeSymlink != 0 {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, content...)
		if strings.HasSuffix(path, ".parquet") {
			all = append(all, strings.Join(texts(t, h.judge, "select x::varchar from '"+path+"' x"), "\n")...)
		}
		return err
	}))
	return all
}

func (f folderTarget) held(t *testing.T, h *history) []byte {
	t.Helper()
	return h.fileBytes(t, f.dir)
}

func (f fileTarget) held(t *testing.T, h *history) (all []byte) {
	t.Helper()
	paths, err := filepath.Glob(f.path + "*") // its log, too
	must(t, err)
	for _, path := range paths {
		all = append(all, h.fileBytes(t, path)...)
	}
	_, err = h.judge.ExecContext(t.Context(), "attach '"+f.path+"' as partner (read_only)")
	must(t, err)
	for _, name := range texts(t, h.judge, "select table_name from duckdb_tables() where database_name = 'partner'") {
		all = append(all, strings.Join(texts(t, h.judge, "select x::varchar from partner."+name+" x"), "\n")...)
	}
	_, err = h.judge.ExecContext(t.Context(), "detach partner")
	must(t, err)
	return all
}

func (d databaseTarget) held(t *testing.T, _ *history) (all []byte) {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, d.url)
	must(t, err)
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	list := func(query string) []string {
		rows, err := conn.Query(ctx, query)
		must(t, err)
		out, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		return out
	}
	for _, name := range list("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')") {
		all = append(all, strings.Join(list("select x::text from "+name+" x"), "\n")...)
	}
	return fmt.Append(all, list("select coalesce(array_agg(coalesce(most_common_vals::text, '') || coalesce(histogram_bounds::text, '')), '{}')::text from pg_stats where schemaname = 'public'"))
}
