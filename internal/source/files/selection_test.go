package files

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/source/sourcetest"
)

// An inbox is a folder with one declared table, and a clock.
type inbox struct {
	dir     string
	now     time.Time
	source  *Source
	table   archwire.Table
	notices []string
}

// openInbox declares a table of numbers and texts.
func openInbox(t *testing.T, form fileform.Form, key ...string) *inbox {
	t.Helper()
	in := &inbox{dir: t.TempDir(), now: time.Now()}
	form = form.Default()
	for _, f := range form.Faults(len(key) > 0) {
		t.Fatalf("%s %s", f.Field, f.Says)
	}
	in.table = archwire.Table{
		Source: "lab", Name: "t", Schema: Schema, Origin: "t", Form: form.String(), Key: key,
		Columns: []archwire.Column{{Name: "id", Type: archwire.Type{Kind: archwire.Int64}}, {Name: "v", Type: archwire.Type{Kind: archwire.Text}, Nullable: true}},
	}
	var err error
	in.source, err = Open(Config{
		Name: "lab", Store: object.NewDir(in.dir), Connections: 2, Settle: time.Minute, Now: func() time.Time { return in.now },
		Tables: []Table{{in.table, form}}, Notice: func(s string) { in.notices = append(in.notices, s) }, Quarantine: filepath.Join(in.dir, ".quarantine"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// put writes a file that has settled.
func (in *inbox) put(t *testing.T, name, content string) {
	t.Helper()
	in.putAt(t, name, content, in.now.Add(-time.Hour))
}

func (in *inbox) putAt(t *testing.T, name, content string, at time.Time) {
	t.Helper()
	path := filepath.Join(in.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// rows reads the table: "1a 2b", by id.
func (in *inbox) rows(t *testing.T) string {
	t.Helper()
	v := sourcetest.Open(t, in.source)
	var out []string
	for _, row := range sourcetest.ReadAll(t, v, in.table) {
		text, _ := row[1].(string)
		out = append(out, string(rune('0'+row[0].(int64)))+text)
	}
	if n, err := v.Count(t.Context(), in.table); err != nil || n != int64(len(out)) {
		t.Errorf("count %d, error %v; %d rows were read", n, err, len(out))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// fails reads the table and wants an error of that code that names these things.
func (in *inbox) fails(t *testing.T, code archwire.Code, names ...string) {
	t.Helper()
	err := sourcetest.ReadError(sourcetest.Open(t, in.source), in.table)
	if archwire.CodeOf(err) != code {
		t.Fatalf("error %v of code %q, want %q", err, archwire.CodeOf(err), code)
	}
	for _, name := range names {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
	}
}

func (in *inbox) want(t *testing.T, want string) {
	t.Helper()
	if got := in.rows(t); got != want {
		t.Errorf("rows %q, want %q", got, want)
	}
}

const head = "id,v\n"

func TestNewestSnapshotIsTheTable(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s_{date}_*.csv"})
	in.put(t, "s_20261119_1.csv", head+"1,a\n2,b\n")
	in.put(t, "s_2026-11-20_1.csv", head+"3,c\n")
	in.put(t, "s_2026-11-20_2.csv", "v,id\nd,4\n") // columns go by their names
	in.put(t, "other.csv", "x\n")
	in.want(t, "3c 4d")
	if err := os.Remove(filepath.Join(in.dir, "s_20261119_1.csv")); err != nil {
		t.Fatal(err)
	}
	in.want(t, "3c 4d")
}

func TestChangesTakeThePlaceOfOlderRows(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s{number}.csv", Changes: "c{number}.csv", Operation: "op", Gone: []string{"D"}}, "id")
	in.put(t, "c1.csv", "id,v,op\n9,z,U\n") // older than the snapshot
	in.put(t, "c2.csv", "id,v,op\n3,z,U\n") // not newer than it
	in.put(t, "s2.csv", head+"1,a\n2,b\n3,c\n")
	in.put(t, "c3.csv", "id,v,op\n1,x,U\n1,y,U\n2,,D\n4,d,I\n")
	in.put(t, "c10.csv", "op,id,v\nD,4,\nU,2,back\n")
	in.want(t, "1y 2back 3c")
	in.put(t, "c4.csv", "id,v,op\n4,late,U\n1,late,U\n") // comes late: what is newer stands
	in.want(t, "1late 2back 3c")
	in.put(t, "s5.csv", head+"7,s\n")
	in.want(t, "2back 7s")
}

// Places of rows go on from block to block: here keys come again some blocks later.
func TestChangesOfManyBlocksCountOnce(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Changes: "c{number}.csv"}, "id")
	const keys = 50_000
	text := []byte(head)
	for i := range 2 * keys {
		text = fmt.Appendf(text, "%d,round %d of what fills a block\n", i%keys, i/keys)
	}
	in.put(t, "c1.csv", string(text))
	rows := sourcetest.ReadAll(t, sourcetest.Open(t, in.source), in.table)
	if len(rows) != keys {
		t.Errorf("%d rows, want %d", len(rows), keys)
	}
	for _, row := range rows {
		if row[1] != "round 1 of what fills a block" {
			t.Fatalf("row %v is of the first round", row)
		}
	}
}

func TestChangesThatDoNotSayWhatBecameOfARowAreRefused(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Changes: "c{number}.csv", Operation: "op", Gone: []string{"D"}}, "id")
	in.put(t, "c1.csv", "id,v,op\n1,a,U\n")
	in.put(t, "c2.csv", "id,v,oper\n1,a,D\n")
	in.fails(t, archwire.Invalid, "c2.csv", "no column op")
	in.put(t, "c3.csv", "id,v,op\n2,b,U\n") // a newer one that does
	in.fails(t, archwire.Invalid, "c2.csv", "no column op")
}

func TestFileThatIsNamedAsBothIsRefused(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s_{date}*.csv", Changes: "s_{date}_changes.csv"}, "id")
	in.put(t, "s_20261119.csv", head+"1,a\n2,b\n")
	in.put(t, "s_20261120_changes.csv", head+"1,c\n") // as a snapshot it would take 2 away
	in.fails(t, archwire.Invalid, "lab.t", "s_20261120_changes.csv", "snapshots and as changes")
}

func TestChangesWithoutAKeyAreAdded(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Changes: "c{number}.csv"})
	in.put(t, "c1.csv", head+"1,a\n")
	in.put(t, "c2.csv", head+"1,b\n1,b\n")
	in.want(t, "1a 1b 1b")
}

func TestFileSentTwiceIsReadOnce(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Changes: "c{number}.csv"}, "id")
	in.put(t, "c1.csv", head+"1,a\n")
	in.put(t, "c2.csv", head+"1,b\n")
	in.put(t, "c3.csv", head+"1,a\n")
	in.want(t, "1b")
	if !slices.ContainsFunc(in.notices, func(s string) bool { return strings.Contains(s, "c3.csv has the bytes of c1.csv") }) {
		t.Errorf("notices %q", in.notices)
	}
}

func TestPartOfASnapshotThatWasSentTwiceIsReadOnce(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s_{date}*.csv", Changes: "c_{date}.csv"})
	in.put(t, "s_20261120.csv", head+"1,a\n")
	in.put(t, "s_20261120 (1).csv", head+"1,a\n")
	in.put(t, "s_20261120_b.csv", head+"2,b\n")
	in.put(t, "c_20261121.csv", head+"1,a\n") // of another day: added
	in.want(t, "1a 1a 2b")
	if !slices.ContainsFunc(in.notices, func(s string) bool { return strings.Contains(s, "s_20261120.csv has the bytes of s_20261120 (1).csv") }) {
		t.Errorf("notices %q", in.notices)
	}
}

func TestFileCountsOnceItHasSettled(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s{number}.csv", Changes: "c{number}.csv"}, "id")
	in.putAt(t, "s1.csv", head+"1,a\n", in.now.Add(-59*time.Second))
	in.fails(t, archwire.Invalid, "lab.t", "none of its 1 files")
	in.now = in.now.Add(2 * time.Second)
	in.want(t, "1a")
	in.putAt(t, "s2.csv", head+"2,b\n", in.now)
	in.want(t, "1a")
	in.putAt(t, "c3.csv", head+"3,c\n", in.now)
	in.put(t, "c4.csv", head+"4,d\n") // settled, but newer than one that is not
	in.want(t, "1a")
	in.now = in.now.Add(time.Minute)
	in.want(t, "2b 3c 4d")
}

func TestFileCountsOnceItIsSaidToBeComplete(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s_{date}_*.csv", Complete: "s_{date}.done"})
	in.put(t, "s_20261119_1.csv", head+"1,a\n")
	in.put(t, "s_20261119.done", "")
	in.put(t, "s_20261120_1.csv", head+"2,b\n")
	in.want(t, "1a")
	in.putAt(t, "s_20261120_2.csv", head+"3,c\n", in.now) // need not settle
	in.putAt(t, "s_2026-11-20.done", "", in.now)
	in.want(t, "2b 3c")
}

func TestEmptyFileIsOneThatIsAboutToBeWritten(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s{number}.csv"})
	in.put(t, "s1.csv", head+"1,a\n")
	in.put(t, "s2.csv", "")
	in.want(t, "1a")
	in.put(t, "s3.csv", head)
	in.want(t, "")
}

func TestNoFileIsAnErrorThatNamesThePattern(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s_{date}.csv"})
	in.put(t, "s_today.csv", head)
	in.fails(t, archwire.Invalid, "lab.t", "s_{date}.csv")
}

func TestOlderFilesMayLackAColumn(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Changes: "c{number}.csv"}, "id")
	in.put(t, "c1.csv", "id\n1\n")
	in.fails(t, archwire.Invalid, "c1.csv", "v")
	in.put(t, "c2.csv", head+"2,b\n")
	in.want(t, "1 2b")
}
