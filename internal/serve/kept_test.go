package serve_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/serve/auth"
)

// reclassify gives a column of the patients another class, from the next publication on.
func (b *bundle) reclassify(column string, class archwire.Class, pseudonym string) {
	d := &b.input.Datasets[2]
	d.Columns = slices.Clone(d.Columns)
	i := slices.IndexFunc(d.Columns, func(c archwire.DatasetColumn) bool { return c.Name == column })
	d.Columns[i].Class, d.Columns[i].Pseudonym = class, pseudonym
}

// columnsIn lists the columns that are in the file of a slice, as it is sent.
func (b *bundle) columnsIn(t *testing.T, key, sha string) (names []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "slice.parquet")
	must(t, os.WriteFile(path, []byte(b.get(t, "/v1/slices/"+sha+".parquet", key).want(t, 200).text), 0o600))
	query := archwire.Query{SQL: "select * from slice"}
	for batch, err := range b.slices.QuerySlices(t.Context(), []archwire.SliceFile{{Path: path, SHA256: sha}}, query) {
		must(t, err)
		names = nil
		for _, f := range batch.Schema().Fields() {
			names = append(names, f.Name)
		}
	}
	return names
}

// keptSlices lists the slices of a publication that is kept.
func (b *bundle) keptSlices(t *testing.T, key string, id archwire.PublicationID, query string) (reply, []string) {
	t.Helper()
	r := b.get(t, "/v1/publications/"+string(id)+"/manifest?"+query, key).want(t, 200)
	var hashes []string
	for _, s := range r.at(t, "data.slices").([]any) {
		hashes = append(hashes, s.(map[string]any)["sha256"].(string))
	}
	return r, hashes
}

// What is identified today was pseudonymous when the first publication was made. Who
// may see pseudonymous columns had it then, and has no way to it now.
func TestKeptPublicationsShowWhatIsOpenToday(t *testing.T) {
	b := setup(t)
	b.reclassify("full_name", archwire.ClassPseudonymous, "")
	first := b.published(t, nil)
	key, all := b.keys.Open(t, archwire.Pseudonymous, "p1"), b.keys.Open(t, archwire.Identified, "p1")
	slice, whole := b.sliceOf(t, key, "patients", "p1").SHA256, b.sliceOf(t, all, "patients", "p1").SHA256
	if !strings.Contains(b.get(t, "/v1/datasets/patients/rows", key).want(t, 200).text, "Zoë") || !slices.Contains(b.columnsIn(t, key, slice), "full_name") {
		t.Fatal("the column is not open to begin with")
	}
	rows := "/v1/datasets/patients/rows?limit=1&cursor=" + b.get(t, "/v1/datasets/patients/rows?limit=1", key).at(t, "page.next").(string)
	listed := "limit=1&cursor=" + b.get(t, "/v1/publications/current/manifest?limit=1", key).at(t, "page.next").(string)
	b.get(t, rows, key).want(t, 200)

	b.reclassify("full_name", archwire.ClassIdentified, "")
	second := b.published(t, nil)
	for name, r := range map[string]reply{
		"a cursor of rows":         b.get(t, rows, key).want(t, 410),
		"a cursor of the manifest": b.get(t, "/v1/publications/current/manifest?"+listed, key).want(t, 410),
		"the slice":                b.get(t, "/v1/slices/"+slice+".parquet", key).want(t, 404),
		"a metric":                 b.get(t, "/v1/metrics/named/explain?period=2026-10-01&from="+string(first.ID), key).want(t, 404),
		"the changes":              b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID), key).want(t, 410),
	} {
		if strings.Contains(r.text, "Zoë") || strings.Contains(r.text, "full_name") {
			t.Errorf("%s: %s", name, r.text)
		}
	}
	if r := b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID), key); r.at(t, "type") != "/docs#problem-start-over" || r.at(t, "field") != "since" {
		t.Errorf("the changes are %s", r.text)
	}
	b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID)+"&fields=wait_days", key).want(t, 200)
	b.get(t, "/v1/datasets/collections/changes?since="+string(first.ID), key).want(t, 200)

	old, hashes := b.keptSlices(t, key, first.ID, "dataset=patients")
	if strings.Contains(old.text, "full_name") || len(hashes) != 1 || hashes[0] == slice {
		t.Fatalf("the manifest is %s", old.text)
	}
	want := []string{"practice_id", "patient_id", "added_on", "wait_days", "seen_at"}
	if got := b.columnsIn(t, key, hashes[0]); !slices.Equal(got, want) {
		t.Errorf("the slice in its place has %v, want %v", got, want)
	}

	// To others it is as it was.
	if _, theirs := b.keptSlices(t, all, first.ID, "dataset=patients"); !slices.Equal(theirs, []string{whole}) {
		t.Errorf("to identified the slices are %v, want %s", theirs, whole)
	}
	b.get(t, "/v1/slices/"+whole+".parquet", all).want(t, 200)
	b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID), all).want(t, 200)
	b.get(t, "/v1/metrics/named/explain?period=2026-10-01&from="+string(first.ID), all).want(t, 200)

	// What is open today was not open then.
	b.reclassify("full_name", archwire.ClassPseudonymous, "")
	b.published(t, nil)
	if r, _ := b.keptSlices(t, key, second.ID, "dataset=patients"); strings.Contains(r.text, "full_name") {
		t.Errorf("what was closed is open: %s", r.text)
	}
	if _, hashes := b.keptSlices(t, key, first.ID, "dataset=patients"); !slices.Equal(hashes, []string{slice}) {
		t.Errorf("what is open today and was then is %v, want %s", hashes, slice)
	}
}

// Whoever has names to join by today is not shown the ids themselves of yesterday.
func TestKeptPublicationsPseudonymiseWhatIsPseudonymisedToday(t *testing.T) {
	b := setup(t)
	first := b.published(t, nil)
	key := b.keys.Mint(t, auth.Key{Client: "partner"}, auth.Grant{Tenant: "p3", Profile: archwire.Pseudonymous})
	slice := b.sliceOf(t, key, "patients", "p3").SHA256
	b.reclassify("patient_id", archwire.ClassPseudonymous, "patient")
	second := b.published(t, nil)
	b.get(t, "/v1/slices/"+slice+".parquet", key).want(t, 404)
	b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID), key).want(t, 410)
	b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID)+"&fields=wait_days", key).want(t, 410)
	_, then := b.keptSlices(t, key, first.ID, "dataset=patients")
	_, now := b.keptSlices(t, key, second.ID, "dataset=patients")
	if len(then) != 1 || !slices.Equal(then, now) {
		t.Errorf("rows that did not change are the slices %v and %v", then, now)
	}
	r := b.get(t, "/v1/metrics/wait/explain?period=2026-10-01&from="+string(first.ID), key).want(t, 200)
	if strings.Contains(r.text, "9007199254740993") || r.at(t, "data.parts.0.rows").(interface{ String() string }).String() != "0" {
		t.Errorf("the figure is explained by %s", r.text)
	}
}

// A key that is closed today closes the dataset, and what was copied of it is not to
// be followed under another key.
func TestKeptPublicationsWithAKeyThatIsClosedAreNotFollowed(t *testing.T) {
	b := setup(t)
	b.input.Datasets[2].Key = []string{"patient_id", "full_name"}
	for _, c := range []string{"full_name", "patient_id"} {
		b.reclassify(c, archwire.ClassPublic, "")
	}
	filled := map[string]string{"mart.patients": strings.Replace(data()["mart.patients"], "8, null,", "8, 'Eve',", 1)}
	first := b.published(t, filled)
	key := b.keys.Open(t, archwire.Aggregate, "p1")
	slice := b.sliceOf(t, key, "patients", "p1").SHA256
	b.reclassify("full_name", archwire.ClassIdentified, "")
	b.input.Datasets[2].Key = []string{"patient_id"}
	b.published(t, filled)
	b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID), key).want(t, 410)
	b.get(t, "/v1/datasets/patients/changes?since="+string(first.ID)+"&fields=patient_id", key).want(t, 410)
	b.get(t, "/v1/slices/"+slice+".parquet", key).want(t, 404)
	b.get(t, "/v1/publications/"+string(first.ID)+"/manifest?dataset=patients", key).want(t, 404)
}
