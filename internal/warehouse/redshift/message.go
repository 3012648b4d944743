package redshift

import (
	"context"
	"strings"
)

// Each message waits for its answer, for as long as the way to the cluster takes, and
// most statements of a night are about small tables of ours. So those whose answer
// nobody needs wait for the next one that is asked something: the protocol takes several
// statements in one message, one after the other, and leaves out those behind one that
// fails (PostgreSQL 8.0, Message Flow, Simple Query).

// mostMessage is how long a message may be, in bytes: a statement has at most 16 MB
// (Management Guide, Quotas and limits), and what is said of several is not known.
const mostMessage = 15 << 20

// later makes statements wait for the next one.
func (s *session) later(statements ...string) { s.waiting = append(s.waiting, statements...) }

// flush runs what waits.
func (s *session) flush(ctx context.Context) error {
	n := len(s.waiting)
	if n == 0 {
		return nil
	}
	last := s.waiting[n-1]
	s.waiting = s.waiting[:n-1]
	_, err := s.run(ctx, last)
	return err
}

// message is the text that runs a statement behind those that wait. If they are too long
// for one message, they are run before it.
func (s *session) message(ctx context.Context, statement string) (string, error) {
	all := append(s.waiting, statement)
	s.waiting = nil
	for size, n := 0, 0; n < len(all); n++ {
		if size += len(all[n]) + len(between); size <= mostMessage || n == 0 {
			continue
		}
		if _, err := s.conn.Exec(ctx, strings.Join(all[:n], between)).ReadAll(); err != nil {
			return "", s.explain(ctx, err)
		}
		all, size, n = all[n:], 0, -1
	}
	return strings.Join(all, between), nil
}

// between stands between statements: on a line of its own, since one may end in a comment.
const between = "\n;\n"
