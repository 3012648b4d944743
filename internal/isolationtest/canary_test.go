package isolationtest

import (
	"bytes"
	"regexp"
	"sync"
)

// A canary is a text that stands in one place only: in a column of a class, in the
// rows of one dataset, practice and location. Where it comes out, that came out.
type canary struct{ practice, dataset, class, location string }

func (c canary) String() string {
	s := "CANARY-" + c.practice + "-" + c.dataset + "-" + c.class
	if c.location != "" {
		s += "-" + c.location
	}
	return s
}

var (
	canaryForm = regexp.MustCompile(`CANARY-(p\d)-(\w+)-(public|pseudonymous|identified)(?:-(l\d))?`)
	// moneyForm finds amounts: 9<practice>001337.<location and publication>.
	moneyForm = regexp.MustCompile(`9([0-3])001337\.\d(\d)`)
)

// found lists the canaries in a text, amounts of money among them.
func found(text string) (out []canary) {
	for _, m := range canaryForm.FindAllStringSubmatch(text, -1) {
		out = append(out, canary{m[1], m[2], m[3], m[4]})
	}
	for _, m := range moneyForm.FindAllStringSubmatch(text, -1) {
		out = append(out, canary{practices()[m[1][0]-'0'], "visits", "public", "l" + m[2]})
	}
	return out
}

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
