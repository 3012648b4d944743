package difftest

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archwire/internal/demo"
)

// A post brings what payers send to the project's inbox. In the end all of it lies
// there; until then it may be late, by halves, replaced or away.
type post struct {
	rcm, sent, inbox string
	rng              *rand.Rand
	due              map[string][]byte // what the inbox holds once the post has come
	late             map[string][]byte // what comes a night later, under a name of the night before
	rejected         map[string][]line // what is put into the quarantine, by the file's name
	tally            map[string]int
}

// newPost has a product take remittances from an inbox. More files than RemitFiles
// writes may come of a day, and some rows may be rejected.
func newPost(t *testing.T, p *product, rng *rand.Rand) *post {
	t.Helper()
	if err := demo.RemitFromFiles(p.dir); err != nil {
		t.Fatal(err)
	}
	source := filepath.Join(p.dir, "sources", "remit.yaml")
	text := readFile(t, source)
	text = strings.ReplaceAll(text, `changes_{date}.csv", `, `changes_{date}*.csv", rejects: 50%, `)
	o := &post{
		rcm: p.rcm, sent: filepath.Join(t.TempDir(), "sent"), inbox: filepath.Join(t.TempDir(), "inbox"), rng: rng,
		due: map[string][]byte{}, late: map[string][]byte{}, rejected: map[string][]line{}, tally: map[string]int{},
	}
	for path, content := range map[string]string{source: text, o.inbox: ""} {
		var err error
		if content == "" {
			err = os.Mkdir(path, 0o750)
		} else {
			err = os.WriteFile(path, []byte(content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	p.Env = map[string]string{"REMIT_FILES": "file:" + o.inbox}
	return o
}

// collect takes what payers have sent since the night before, and what was late then.
func (o *post) collect(t *testing.T) {
	t.Helper()
	if o == nil {
		return
	}
	maps.Copy(o.due, o.late)
	o.late = map[string][]byte{}
	day, err := demo.RemitFiles(t.Context(), o.rcm, o.sent)
	if err != nil {
		t.Fatal(err)
	}
	if day == "" {
		return
	}
	some := o.rng.IntN(3) // which come later: none in two nights of three
	for _, table := range []string{"remittance", "remittance_line"} {
		for _, name := range []string{table + "_" + day + ".csv", table + "-changes_" + day + ".csv"} {
			content, err := os.ReadFile(filepath.Join(o.sent, name))
			if os.IsNotExist(err) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			m := readMail(t, content)
			if strings.Contains(name, "-changes_") {
				if some == 0 {
					m = o.keepBack(m, name)
				}
				m = o.mistake(m, name)
				o.repeat(table, day)
			}
			o.due[name] = m.bytes()
		}
	}
	o.due[day+".done"] = nil
}

// keepBack has every second remittance, with all its lines, come later.
func (o *post) keepBack(m mail, name string) mail {
	here, later := m.split(func(remittance int) bool { return remittance%2 == 0 })
	if len(here.rows) == 0 || len(later.rows) == 0 {
		return m
	}
	o.late[strings.TrimSuffix(name, ".csv")+"-late.csv"] = later.bytes()
	o.tally["late"]++
	return here
}

// mistake puts a row into a file whose key is none.
func (o *post) mistake(m mail, name string) mail {
	if len(m.rows) == 0 || o.rng.IntN(3) > 0 {
		return m
	}
	at := o.rng.IntN(len(m.rows) + 1)
	wrong := "x" + m.rows[o.rng.IntN(len(m.rows))]
	column, _, _ := strings.Cut(m.header, ",")
	o.rejected[name] = []line{{Line: int64(at + 2), Column: column, Row: wrong}}
	m.rows = slices.Insert(slices.Clone(m.rows), at, wrong)
	o.tally["rejected"]++
	return m
}

// repeat sends a file of changes of a table once more, as one of another day.
func (o *post) repeat(table, day string) {
	var earlier []string
	for _, name := range slices.Sorted(maps.Keys(o.due)) {
		if strings.HasPrefix(name, table+"-changes_") && o.rejected[name] == nil {
			earlier = append(earlier, name)
		}
	}
	if len(earlier) > 0 && o.rng.IntN(3) == 0 {
		o.due[table+"-changes_"+day+"-again.csv"] = o.due[earlier[o.rng.IntN(len(earlier))]]
		o.tally["repeated"]++
	}
}

// deliver has the inbox hold what is due: files by renaming, and what says that they
// are complete last.
func (o *post) deliver(t *testing.T) {
	t.Helper()
	if o == nil {
		return
	}
	for _, name := range o.names(t) {
		if _, ok := o.due[name]; !ok {
			o.remove(t, name)
		}
	}
	signs := func(name string) bool { return strings.HasSuffix(name, ".done") }
	for _, last := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(o.due)) {
			if signs(name) == last && !o.delivered(name) {
				o.put(t, name, o.due[name])
			}
		}
	}
}

// deliverAll brings what is late, too.
func (o *post) deliverAll(t *testing.T) {
	t.Helper()
	if o != nil {
		maps.Copy(o.due, o.late)
		o.deliver(t)
	}
}

func (o *post) delivered(name string) bool {
	content, err := os.ReadFile(filepath.Join(o.inbox, name))
	return err == nil && bytes.Equal(content, o.due[name])
}

// names lists the inbox.
func (o *post) names(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(o.inbox)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// put writes a file under another name and gives it its own when it is whole.
func (o *post) put(t *testing.T, name string, content []byte) {
	t.Helper()
	path := filepath.Join(o.inbox, name)
	if err := os.WriteFile(path+".part", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		t.Fatal(err)
	}
}

func (o *post) remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(o.inbox, name)); err != nil {
		t.Fatal(err)
	}
}
