package difftest

import (
	"strconv"
	"strings"
	"testing"
)

// A mail is a file of remittances or of their lines, row by row as text: in the demo's
// no value has an end of a line in it.
type mail struct {
	header string
	rows   []string
	of     []int // the remittance of each row
}

func readMail(t *testing.T, content []byte) mail {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
	m := mail{header: lines[0], rows: lines[1:]}
	at := 0
	if strings.HasPrefix(m.header, "remittance_line_id,practice_id,remittance_id,") {
		at = 2
	} else if !strings.HasPrefix(m.header, "remittance_id,") {
		t.Fatalf("a file of remittances has the columns %s", m.header)
	}
	for _, row := range m.rows {
		id, err := strconv.Atoi(strings.SplitN(row, ",", at+2)[at])
		if err != nil {
			t.Fatalf("a row of remittances: %v", err)
		}
		m.of = append(m.of, id)
	}
	return m
}

// split parts the rows of some remittances from the others.
func (m mail) split(some func(remittance int) bool) (those, others mail) {
	those.header, others.header = m.header, m.header
	for i, row := range m.rows {
		if some(m.of[i]) {
			those.rows = append(those.rows, row)
		} else {
			others.rows = append(others.rows, row)
		}
	}
	return those, others
}

func (m mail) bytes() []byte {
	return []byte(strings.Join(append([]string{m.header}, m.rows...), "\n") + "\n")
}
