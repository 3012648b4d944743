package redshifttest

import (
	"slices"
	"sync"
)

// A statementLog is what clients sent.
type statementLog struct {
	mu       sync.Mutex
	sent     []string
	messages int
}

// message counts a message, which may hold several statements.
func (l *statementLog) message() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages++
}

func (l *statementLog) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.messages
}

func (l *statementLog) add(sql string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, sql)
}

func (l *statementLog) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.sent)
}

func (l *statementLog) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent, l.messages = nil, 0
}
