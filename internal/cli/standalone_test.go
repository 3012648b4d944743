package cli_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// standalone is `standalone FILE`: the document has nothing that a browser would fetch
// or run, and nothing that leads anywhere but into it.
func standalone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: standalone FILE")
	}
	text := ts.ReadFile(args[0])
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	elements := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		switch e := token.(type) {
		case xml.StartElement:
			elements++
			if slices.Contains([]string{"script", "link", "img", "image", "iframe", "object", "embed", "base", "form", "use", "audio", "video", "source"}, e.Name.Local) {
				ts.Fatalf("%s has <%s>", args[0], e.Name.Local)
			}
			for _, a := range e.Attr {
				fetches := slices.Contains([]string{"src", "srcset", "href", "action", "poster", "background", "ping"}, a.Name.Local)
				if fetches && !strings.HasPrefix(a.Value, "#") || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "url(") {
					ts.Fatalf("%s has <%s %s=%q>", args[0], e.Name.Local, a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			if strings.Contains(string(e), "@import") || strings.Contains(string(e), "url(") {
				ts.Fatalf("%s has styles that fetch something", args[0])
			}
		}
	}
	const fewest = 50
	if elements < fewest {
		ts.Fatalf("%s has %d elements only", args[0], elements)
	}
}
