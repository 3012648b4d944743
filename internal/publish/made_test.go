package publish_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

var secret = []byte("the secret of these tests")

// care and bills are two datasets about the same patients, whose keys are numbers in
// one and text in the other.
func care() archwire.Dataset {
	return archwire.Dataset{
		Name: "care", From: "clinic.care", Tenant: "practice_id", Key: []string{"visit_id"}, Person: "patient_id", Location: "location_id", Contract: 1,
		Columns: []archwire.DatasetColumn{
			{Name: "location_id", Type: "int64", Class: archwire.ClassPublic},
			{Name: "visit_id", Type: "int64", Class: archwire.ClassPseudonymous, Pseudonym: "visit"},
			{Name: "patient_id", Type: "int64", Class: archwire.ClassPseudonymous, Pseudonym: "patient"},
			{Name: "day", Type: "date", Class: archwire.ClassPublic},
			{Name: "amount", Type: "decimal(12,2)", Class: archwire.ClassPublic},
		},
	}
}

func bills() archwire.Dataset {
	return archwire.Dataset{
		Name: "bills", From: "clinic.bill", Tenant: "practice_id", Key: []string{"bill_id"}, Contract: 1,
		Columns: []archwire.DatasetColumn{
			{Name: "bill_id", Type: "int64", Class: archwire.ClassPseudonymous},
			{Name: "payer", Type: "text", Class: archwire.ClassPseudonymous, Pseudonym: "patient"},
			{Name: "name", Type: "text", Class: archwire.ClassIdentified},
		},
	}
}

const (
	careRows = `select (i % 2 + 1)::bigint as practice_id, i::bigint as visit_id, case when i % 7 = 0 then null else i % 10 end::bigint as patient_id,
		case when i % 11 = 0 then null else i % 4 end::bigint as location_id, date '2026-11-01' + (i % 20)::integer as day, (i * 1.25)::decimal(12,2) as amount
		from range(0, 60) r(i)`
	billRows = `select (i % 2 + 1)::bigint as practice_id, i::bigint as bill_id, (i % 6)::varchar as payer, 'Name ' || i as name from range(0, 12) r(i)`
)

// published is what bundles of these tests publish.
func (b *bundle) published(t *testing.T) archwire.Manifest {
	t.Helper()
	b.fill(t, "clinic.care", careRows)
	b.fill(t, "clinic.bill", billRows)
	m, _ := b.publish(t, b.madeInput())
	return m
}

func (b *bundle) madeInput() publish.Input {
	in := input(care(), bills())
	metric := func(name, numerator string, dimensions ...string) archwire.Metric {
		return archwire.Metric{Name: name, Dataset: "care", Numerator: numerator, Additivity: archwire.Additive, Basis: archwire.BasisService, Date: "day", Dimensions: dimensions, Version: 1}
	}
	in.Metrics = []archwire.Metric{metric("taken", "sum(amount)", "location_id"), metric("seen", "count(distinct patient_id)"), metric("each", "count(*)", "patient_id"), metric("any", "count(distinct slice)")}
	return in
}

// served is the publication in service, as a server with that secret has it.
func (b *bundle) served(t *testing.T, secret []byte, reader archwire.SliceReader) *publish.Publication {
	t.Helper()
	p, err := publish.OpenReader(b.store, reader).Keyed(secret).Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// client is the scope of a client of that name.
func client(t authtest.T, name string, grants ...auth.Grant) auth.Scope {
	keys := authtest.New()
	return keys.Scope(t, keys.Mint(t, auth.Key{Client: name}, grants...), night)
}

// values are those of a column, each once and sorted; NULL is "(null)".
func values(t *testing.T, p *publish.Publication, s auth.Scope, dataset, column string) []string {
	t.Helper()
	set := map[string]bool{}
	for _, row := range rows(t, p.Query(t.Context(), s, of(dataset), nil, archwire.Query{SQL: "select " + column + " from slice"})) {
		set[row[0]] = true
	}
	return slices.Sorted(maps.Keys(set))
}

func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return v == "(null)" || !slices.Contains(b, v) })
}

func TestMade_AClientJoinsItsDatasetsAndNobodyElses(t *testing.T) {
	b := setup(t)
	b.published(t)
	p := b.served(t, secret, b.reader)
	one := client(t, "one", authtest.Everything(archwire.Pseudonymous)...)
	two := client(t, "two", authtest.Everything(archwire.Pseudonymous)...)
	all := client(t, "one", authtest.Everything(archwire.Identified)...)
	raw := map[string][]string{"care": values(t, p, all, "care", "patient_id"), "bills": values(t, p, all, "bills", "payer")}
	if want := []string{"(null)", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}; !cmp.Equal(raw["care"], want) {
		t.Fatalf("identified sees %v", raw["care"])
	}
	seen := map[string][]string{}
	for name, s := range map[string]auth.Scope{"one": one, "two": two} {
		care, bills := values(t, p, s, "care", "patient_id"), values(t, p, s, "bills", "payer")
		if len(care) != len(raw["care"]) || len(bills) != len(raw["bills"]) || !slices.Contains(care, "(null)") {
			t.Errorf("%s sees %d and %d values, want %d and %d", name, len(care), len(bills), len(raw["care"]), len(raw["bills"]))
		}
		if got, want := len(common(care, bills)), len(common(raw["care"], raw["bills"])); got != want || want == 0 {
			t.Errorf("%s joins %d patients, want %d", name, got, want)
		}
		seen[name] = slices.Concat(care, bills, values(t, p, s, "care", "visit_id"))
	}
	if got := common(seen["one"], seen["two"]); len(got) > 0 {
		t.Errorf("both clients have %v", got)
	}
	if got := common(seen["one"], slices.Concat(raw["care"], raw["bills"])); len(got) > 0 {
		t.Errorf("a client has the values %v themselves", got)
	}
	if got := common(values(t, p, one, "care", "visit_id"), values(t, p, one, "care", "patient_id")); len(got) > 0 {
		t.Errorf("one number in two domains is %v", got)
	}
	if _, err := p.Slices(t.Context(), client(t, "one", authtest.Everything(archwire.Aggregate)...), of("care"), nil); archwire.CodeOf(err) != archwire.NotFound {
		t.Errorf("to aggregate, which may not see its key, the dataset is %v", err)
	}
}

func TestMade_RowsAreThoseOfTheKey(t *testing.T) {
	b := setup(t)
	b.published(t)
	p := b.served(t, secret, b.reader)
	all, one := client(t, "one", authtest.Everything(archwire.Identified)...), client(t, "one", authtest.Everything(archwire.Pseudonymous)...)
	const rest = "select practice_id, location_id, day, amount from slice order by all"
	if diff := cmp.Diff(rows(t, p.Query(t.Context(), all, of("care"), nil, archwire.Query{SQL: rest})),
		rows(t, p.Query(t.Context(), one, of("care"), nil, archwire.Query{SQL: rest}))); diff != "" {
		t.Errorf("what is not pseudonymised (-published +made):\n%s", diff)
	}
	const inOrder = "select count(*) from (select visit_id, lag(visit_id) over () as before from slice) where before >= visit_id"
	if got := rows(t, p.Query(t.Context(), one, of("care"), []string{"1"}, archwire.Query{SQL: inOrder})); got[0][0] != "0" {
		t.Errorf("%s rows are not in the order of the key as it is seen", got[0][0])
	}
}

// limited is a grant of the rows of locations.
func limited(profile archwire.Profile, tenant string, locations ...string) auth.Grant {
	return auth.Grant{Tenant: tenant, Profile: profile, Locations: locations, Purpose: "test"}
}

func TestMade_OfLocationsHoldsTheirRowsOnly(t *testing.T) {
	b := setup(t)
	b.published(t)
	p := b.served(t, secret, b.reader)
	var all [][]string
	for batch, err := range b.warehouse.Query(t.Context(), archwire.Query{SQL: "select practice_id, location_id, amount from clinic.care"}) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(batch.NumRows()) {
			all = append(all, []string{batch.Column(0).ValueStr(i), batch.Column(1).ValueStr(i), batch.Column(2).ValueStr(i)})
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		places := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"0", "1", "2", "3", "9", "1'", ""}), 1, 4, rapid.ID[string])
		profile := rapid.SampledFrom([]archwire.Profile{archwire.Pseudonymous, archwire.Identified}).Draw(rt, "profile")
		open := map[string][]string{}
		var grants []auth.Grant
		for range rapid.IntRange(1, 3).Draw(rt, "grants") {
			g := limited(profile, rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "tenant"), places.Draw(rt, "locations")...)
			grants = append(grants, g)
			open[g.Tenant] = append(open[g.Tenant], g.Locations...)
		}
		var want []string
		for _, row := range all {
			if slices.Contains(open[row[0]], row[1]) {
				want = append(want, strings.Join(row, " "))
			}
		}
		s := client(rt, "one", grants...)
		var got []string
		for batch, err := range p.Query(rt.Context(), s, of("care"), nil, archwire.Query{SQL: "select practice_id, location_id, amount from slice"}) {
			if err != nil {
				rt.Fatal(err)
			}
			for i := range int(batch.NumRows()) {
				got = append(got, batch.Column(0).ValueStr(i)+" "+batch.Column(1).ValueStr(i)+" "+batch.Column(2).ValueStr(i))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			rt.Fatalf("%v\nsees %v\nwant %v", grants, got, want)
		}
		found, err := p.Slices(rt.Context(), s, of("care"), nil)
		total := 0
		for _, f := range found {
			total += int(f.Rows)
		}
		if err != nil || total != len(want) {
			rt.Fatalf("the slices have %d rows, %v; want %d", total, err, len(want))
		}
		if _, err := p.Slices(rt.Context(), s, of("bills"), nil); archwire.CodeOf(err) != archwire.NotFound {
			rt.Fatalf("a dataset without locations: %v", err)
		}
	})
}

func TestMade_MetricsReadThePublishedSlicesWhereTheyCan(t *testing.T) {
	b := setup(t)
	b.published(t)
	p := b.served(t, secret, b.reader)
	published := slicesOf(t, p, client(t, "one", authtest.Everything(archwire.Identified)...), "care", "")
	for _, c := range []struct {
		metric string
		grants []auth.Grant
		made   bool
	}{
		{"taken", authtest.Everything(archwire.Pseudonymous), false},
		{"taken", authtest.Everything(archwire.Identified), false},
		{"seen", authtest.Everything(archwire.Identified), false},
		{"seen", authtest.Everything(archwire.Pseudonymous), true},
		{"each", authtest.Everything(archwire.Pseudonymous), true},
		{"any", authtest.Everything(archwire.Pseudonymous), true},
		{"taken", []auth.Grant{limited(archwire.Identified, "1", "1"), limited(archwire.Identified, "2", "1")}, true},
		{"taken", []auth.Grant{limited(archwire.Pseudonymous, "1", "1"), authtest.Everything(archwire.Pseudonymous, "2")[0]}, true},
	} {
		got := slicesOf(t, p, client(t, "one", c.grants...), "care", c.metric)
		if len(got) == 0 || (len(common(got, published)) == 0) != c.made || c.made && len(common(got, published)) > 0 {
			t.Errorf("%s for %v is computed from %v; published are %v", c.metric, c.grants, got, published)
		}
		// Slices of several tenants are of one form, whether made or not.
		s := client(t, "one", c.grants...)
		rows(t, p.Query(t.Context(), s, auth.Resource{Dataset: "care", Metric: c.metric}, nil, archwire.Query{SQL: "select count(distinct patient_id) from slice"}))
	}
}

// slicesOf are the hashes of the slices of tenants 1 and 2 that a scope is given.
func slicesOf(t *testing.T, p *publish.Publication, s auth.Scope, dataset, metric string) []string {
	t.Helper()
	found, err := p.Slices(t.Context(), s, auth.Resource{Dataset: dataset, Metric: metric}, []string{"1", "2"})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range found {
		out = append(out, f.SHA256)
	}
	return out
}

func TestMade_OfEveryLocationHasThePublishedBytes(t *testing.T) {
	b := setup(t)
	b.fill(t, "clinic.bill", billRows)
	b.fill(t, "clinic.care", strings.Replace(careRows, "case when i % 11 = 0 then null else i % 4 end", "i % 4", 1))
	b.publish(t, b.madeInput())
	p := b.served(t, secret, b.reader)
	published := slicesOf(t, p, client(t, "one", authtest.Everything(archwire.Identified)...), "care", "")
	places := []string{"0", "1", "2", "3"}
	made := slicesOf(t, p, client(t, "one", limited(archwire.Identified, "1", places...), limited(archwire.Identified, "2", places...)), "care", "")
	if !cmp.Equal(published, made) {
		t.Errorf("the form of made slices is another: %v of %v", made, published)
	}
}

// madeFiles are the files of made slices, with what tells one version from another.
func (b *bundle) madeFiles(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(b.dir, "made", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = fmt.Sprint(info.ModTime().UnixNano(), info.Size(), info.Sys())
	}
	return files
}

func TestMade_IsTheSameOnEveryServer(t *testing.T) {
	b := setup(t)
	b.published(t)
	s := client(t, "one", limited(archwire.Pseudonymous, "1", "1", "2"), authtest.Everything(archwire.Pseudonymous, "2")[0])
	first := slicesOf(t, b.served(t, secret, b.reader), s, "care", "")
	files := b.madeFiles(t)
	if len(files) != 4 {
		t.Fatalf("two made slices and their records are %v", files)
	}
	if second := slicesOf(t, b.served(t, secret, b.reader), s, "care", ""); !cmp.Equal(first, second) {
		t.Errorf("another server of the store has %v, want %v", second, first)
	}
	if diff := cmp.Diff(files, b.madeFiles(t)); diff != "" {
		t.Errorf("another server made them again:\n%s", diff)
	}
	other := b.another(t)
	other.published(t)
	if third := slicesOf(t, other.served(t, secret, b.reader), s, "care", ""); !cmp.Equal(first, third) {
		t.Errorf("a server of another store has %v, want %v", third, first)
	}
}

func TestMade_IsMadeAgainWhereItCannotBeTrusted(t *testing.T) {
	engines := setup(t)
	one := client(t, "one", authtest.Everything(archwire.Pseudonymous, "1")...)
	get := func(t *testing.T, b *bundle, secret []byte) []string {
		t.Helper()
		found, err := b.served(t, secret, b.reader).Slices(t.Context(), one, of("care"), nil)
		if err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		}
		path := filepath.Join(b.dir, "made")
		var sha []string
		for file := range b.madeFiles(t) {
			if strings.HasPrefix(file, path) && strings.HasSuffix(file, "-"+found[0].SHA256+".parquet") {
				sha = append(sha, found[0].SHA256)
			}
		}
		return sha
	}
	for name, damage := range map[string]func(content []byte) []byte{
		"cut":     func(c []byte) []byte { return c[:len(c)/2] },
		"altered": func(c []byte) []byte { c = slices.Clone(c); c[len(c)/2] ^= 1; return c },
		"emptied": func([]byte) []byte { return nil },
		"gone":    nil,
	} {
		for _, kind := range []string{".parquet", ".json"} {
			t.Run(kind+" "+name, func(t *testing.T) {
				b := engines.another(t)
				b.published(t)
				want := get(t, b, secret)
				whole := map[string][]byte{}
				for file := range b.madeFiles(t) {
					content, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					if whole[file] = content; !strings.HasSuffix(file, kind) {
						continue
					}
					if damage == nil {
						err = os.Remove(file)
					} else {
						err = os.WriteFile(file, damage(content), 0o600)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				if got := get(t, b, secret); !cmp.Equal(got, want) || len(want) != 1 {
					t.Errorf("slice %v, want %v", got, want)
				}
				for file, content := range whole {
					if now, err := os.ReadFile(file); err != nil || !slices.Equal(now, content) {
						t.Errorf("%s was not made again: %v", filepath.Base(file), err)
					}
				}
			})
		}
	}
	t.Run("another secret", func(t *testing.T) {
		b := engines.another(t)
		b.published(t)
		if a, z := get(t, b, secret), get(t, b, []byte("another")); cmp.Equal(a, z) || len(a)+len(z) != 2 {
			t.Errorf("under another secret the slice is %v, before it was %v", z, a)
		}
	})
	t.Run("no secret", func(t *testing.T) {
		b := engines.another(t)
		b.published(t)
		_, err := b.served(t, nil, b.reader).Slices(t.Context(), one, of("care"), nil)
		if archwire.CodeOf(err) != archwire.Internal {
			t.Errorf("without a secret: %v", err)
		}
	})
}

func TestMade_IsCollectedWithWhatItWasMadeOf(t *testing.T) {
	b := setup(t)
	b.published(t)
	one := client(t, "one", authtest.Everything(archwire.Pseudonymous)...)
	slicesOf(t, b.served(t, secret, b.reader), one, "care", "")
	slicesOf(t, b.served(t, secret, b.reader), one, "bills", "")
	before := b.madeFiles(t)

	b.fill(t, "clinic.care", careRows+" where i <> 58") // of tenant 1
	b.publish(t, b.madeInput())
	again := slicesOf(t, b.served(t, secret, b.reader), one, "care", "")
	slicesOf(t, b.served(t, secret, b.reader), one, "bills", "")
	after := b.madeFiles(t)
	if len(before) != 8 || len(after) != 10 {
		t.Errorf("%d files of made slices, then %d; want 8 and 10: three slices are as they were", len(before), len(after))
	}
	for range 2 { // the first begins the grace
		if _, err := b.publisher.Collect(t.Context(), 1, 0); err != nil {
			t.Fatal(err)
		}
	}
	left := b.madeFiles(t)
	gone := 0
	for file := range before {
		if _, ok := left[file]; !ok {
			gone++
		}
	}
	if len(left) != 8 || gone != 2 {
		t.Errorf("%d files are left, %d of the old ones are gone; want 8 and 2", len(left), gone)
	}
	if got := slicesOf(t, b.served(t, secret, b.reader), one, "care", ""); !cmp.Equal(got, again) {
		t.Errorf("after the collection %v, before it %v", got, again)
	}
	if diff := cmp.Diff(left, b.madeFiles(t)); diff != "" {
		t.Errorf("what was kept was made again:\n%s", diff)
	}
}

func TestMade_IsOpenedByItsHashForItsAudienceAlone(t *testing.T) {
	b := setup(t)
	b.published(t)
	one := client(t, "one", authtest.Everything(archwire.Pseudonymous)...)
	two := client(t, "two", authtest.Everything(archwire.Pseudonymous)...)
	north := client(t, "one", limited(archwire.Identified, "1", "2"))
	all := client(t, "one", authtest.Everything(archwire.Identified)...)
	made := slicesOf(t, b.served(t, secret, b.reader), one, "care", "")
	located, err := b.served(t, secret, b.reader).Slices(t.Context(), north, of("care"), nil)
	if err != nil {
		t.Fatal(err)
	}
	raw := slicesOf(t, b.served(t, secret, b.reader), all, "care", "")
	for _, c := range []struct {
		name  string
		scope auth.Scope
		sha   string
		opens bool
	}{
		{"one its own", one, made[0], true},
		{"two what is one's", two, made[0], false},
		{"identified what is one's", all, made[0], false},
		{"one what was published", one, raw[0], false},
		{"identified what was published", all, raw[0], true},
		{"a location's own", north, located[0].SHA256, true},
		{"a location's what was published", north, raw[0], false},
		{"identified what is a location's", all, located[0].SHA256, false},
		{"one what there is not", one, strings.Repeat("0", 64), false},
	} {
		r := publish.OpenReader(b.store, b.reader).Keyed(secret) // another server, which has made nothing
		if err := r.Learn(t.Context(), c.sha); err != nil {
			t.Fatal(err)
		}
		p, err := r.Current(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		file, of, err := p.Open(t.Context(), c.scope, c.sha)
		if !c.opens {
			if archwire.CodeOf(err) != archwire.NotFound {
				t.Errorf("%s: %v, %v", c.name, of, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		content, err := io.ReadAll(file)
		if err != nil || fmt.Sprintf("%x", sha256.Sum256(content)) != c.sha || len(of) != 1 || of[0].Tenant != "1" || of[0].Bytes != int64(len(content)) {
			t.Errorf("%s: %d bytes of %v, %v", c.name, len(content), of, err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	r := publish.OpenReader(b.store, b.reader).Keyed(secret)
	if err := r.Learn(t.Context(), made[0]); err != nil {
		t.Fatal(err)
	}
	if ids, err := r.Naming(t.Context(), made[0]); err != nil || len(ids) != 1 {
		t.Errorf("publications with what it was made of are %v, %v", ids, err)
	}
}

func TestMade_TenantsWithoutRowsShareOne(t *testing.T) {
	b := setup(t)
	b.published(t)
	in := b.madeInput()
	in.Tenants = append(in.Tenants, archwire.Tenant{ID: "4", Label: "Four", Timezone: "America/Denver"})
	b.publish(t, in)
	found, err := b.served(t, secret, b.reader).Slices(t.Context(), client(t, "one", authtest.Everything(archwire.Pseudonymous)...), of("care"), []string{"3", "4"})
	if err != nil || len(found) != 2 || found[0].SHA256 != found[1].SHA256 || found[0].Tenant != "3" || found[1].Tenant != "4" {
		t.Errorf("slices %v, %v", found, err)
	}
	if files := b.madeFiles(t); len(files) != 2 {
		t.Errorf("made were %v", files)
	}
}
