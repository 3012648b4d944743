package files

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"archwire"
	"archwire/internal/fileform"
)

// A quarantine takes the rejected rows of one reading of one file. It is written
// under another name until the reading has ended, so that what is there is whole.
type quarantine struct {
	table    archwire.Table
	file     file
	share    fileform.Share
	path     string // "" keeps none
	rows     int64  // of what could not be taken apart, lines: a quote that is not closed takes rows along
	rejected int64  // of them
	example  reject // the first
	out      *os.File
	buffer   *bufio.Writer
}

// inOneFolder writes the name of a file below folders as one of its own in one.
var inOneFolder = strings.NewReplacer("%", "%25", "/", "%2F")

// quarantine is where the rejected rows of a file go. Several readings of it write
// the same.
func (s *Source) quarantine(t archwire.Table, f file, share fileform.Share) *quarantine {
	q := &quarantine{table: t, file: f, share: share}
	if s.cfg.Quarantine != "" {
		q.path = filepath.Join(s.cfg.Quarantine, t.Name, inOneFolder.Replace(f.Name)+".rejected.ndjson")
	}
	return q
}

// A rejectedLine is what the quarantine keeps of a row.
type rejectedLine struct {
	Line   int64  `json:"line"`
	Column string `json:"column,omitempty"`
	Reason string `json:"reason"`
	Row    string `json:"row,omitempty"`
}

// add takes note of rows that were read, and keeps those that were rejected.
func (q *quarantine) add(rows int, rejected []reject) error {
	q.rows += int64(rows)
	for _, r := range rejected {
		if q.rejected == 0 {
			q.example = r
		}
		n := max(r.lines, 1)
		q.rows, q.rejected = q.rows+n, q.rejected+n
		if q.path == "" {
			continue
		}
		if err := q.write(r); err != nil {
			return fmt.Errorf("writing the rejected rows of %s down: %w", q.file.Name, err)
		}
	}
	return nil
}

func (q *quarantine) write(r reject) error {
	if q.out == nil {
		if err := os.MkdirAll(filepath.Dir(q.path), 0o700); err != nil {
			return err //nolint:wrapcheck // the caller says what was done
		}
		out, err := newUnfinished(filepath.Dir(q.path))
		if err != nil {
			return err
		}
		q.out, q.buffer = out, bufio.NewWriter(out)
	}
	line, err := json.Marshal(rejectedLine{r.line, r.column, r.reason, r.row})
	if err != nil {
		return err //nolint:wrapcheck // the caller says what was done
	}
	_, err = q.buffer.Write(append(line, '\n'))
	return err //nolint:wrapcheck // the caller says what was done
}

// finish puts the file where it is looked for, and refuses what has more rejected
// rows than declared.
func (q *quarantine) finish() error {
	if q.out != nil {
		err := errors.Join(q.buffer.Flush(), q.out.Sync())
		if err == nil {
			err = os.Rename(q.out.Name(), q.path)
		}
		if err = errors.Join(err, q.out.Close()); err == nil { // with its name, so that it is never taken for one left behind
			q.out = nil
		}
		if err != nil {
			return fmt.Errorf("writing the rejected rows of %s down: %w", q.file.Name, err)
		}
	}
	if q.path != "" && q.rejected == 0 {
		_ = os.Remove(q.path) // of the file as it was before; there is none, mostly
	}
	if q.share.Admits(q.rejected, q.rows) {
		return nil
	}
	where := fmt.Sprintf("line %d", q.example.line)
	if q.example.column != "" {
		where += ", column " + q.example.column
	}
	hint := "Have it sent again, or correct the declared types."
	if q.path != "" {
		hint = "Look at " + q.path + ". " + hint
	}
	return invalid(q.table, fmt.Sprintf("the file %s has %d rows of %d that are not as declared, more than %s: %s: %s",
		q.file.Name, q.rejected, q.rows, q.share, where, q.example.reason), hint+" rejects: says how many are let pass.")
}

// discard gives up what was not finished.
func (q *quarantine) discard() {
	if q.out != nil {
		_ = os.Remove(q.out.Name())
		_ = q.out.Close()
		q.out = nil
	}
}
