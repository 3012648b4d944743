package project

import (
	"fmt"
	"strconv"
	"strings"
)

// An Item is one thing that project files define.
type Item struct {
	Kind string // one of the kinds below
	Name string
}

// The kinds of items; each is a definition of the JSON Schema.
const (
	KindProject   = "project"
	KindSource    = "source"
	KindModel     = "model"
	KindCheck     = "check"
	KindDataset   = "dataset"
	KindMetric    = "metric"
	KindDashboard = "dashboard"
)

// A place is where an item was read: its file and the line of each of its
// fields, by path; "" is the item itself.
type place struct {
	file  string
	lines map[string]int
}

// line finds the line of a field, or of the innermost thing around it that was
// written.
func (p place) line(field string) int {
	for field != "" {
		if line, ok := p.lines[field]; ok {
			return line
		}
		field = field[:max(strings.LastIndexAny(field, ".["), 0)]
	}
	return p.lines[""]
}

// Complaint is a complaint about a field of an item, at the line where it was
// read.
func (p *Project) Complaint(item Item, field, format string, args ...any) Complaint {
	at := p.places[item]
	return Complaint{File: at.file, Line: at.line(field), Field: field, Message: fmt.Sprintf(format, args...)}
}

// element is the path of one element of a list.
func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
