// Package mview tells from a query alone how Amazon Redshift would keep it as a
// materialized view: whether it makes one at all, whether it refreshes it from what
// changed or computes it anew each time, and which clause is the reason.
//
// The rules are those of the Amazon Redshift Database Developer Guide, CREATE
// MATERIALIZED VIEW (Limitations) and REFRESH MATERIALIZED VIEW (Limitations for
// incremental refresh). What they do not name is taken for not incremental: the
// warehouse says after all, in SVV_MV_INFO, how it refreshes a view.
package mview

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"archwire"
)

// A Verdict says how Redshift keeps a query as a materialized view.
type Verdict struct {
	Refused     bool   // it makes no view of it
	Incremental bool   // a refresh costs what changed
	Why         string // "has a left join": the clause that is the reason; "" when there is nothing to give one for
	Line        int    // the clause's within the query, from 1; 0 when Why is ""

	// Unions says that a sort key on the view would make it one that is not
	// incremental.
	Unions bool
}

// String is a verdict as one clause: "incremental", or "full: it has a left join
// (line 4)".
func (v Verdict) String() string {
	switch {
	case v.Refused:
		return fmt.Sprintf("not possible: it %s (line %d)", v.Why, v.Line)
	case !v.Incremental:
		return fmt.Sprintf("full: it %s (line %d)", v.Why, v.Line)
	}
	return "incremental"
}

// Of is the verdict on a query that was parsed by a Parser.
func Of(tree archwire.SyntaxTree) (Verdict, error) {
	decoder := json.NewDecoder(bytes.NewReader(tree.JSON))
	decoder.UseNumber() // a position may be the largest uint64, for none
	var statement node
	if err := decoder.Decode(&statement); err != nil {
		return Verdict{}, fmt.Errorf("reading a syntax tree: %w", err)
	}
	j := judge{sql: tree.SQL}
	root := statement.child("node")
	if root == nil {
		return Verdict{}, fmt.Errorf("reading a syntax tree: it holds no query")
	}
	j.top(root)
	return j.verdict(root), nil
}

// A judge gathers what speaks against a view.
type judge struct {
	sql   string
	found []finding
}

// A finding is a clause that a view may not have, or not if it is to be incremental.
type finding struct {
	refused bool
	why     string
	at      int // byte of the query
}

// verdict picks the finding that says most: one that rules a view out before one
// that makes it a full one, and of equals the first in the text.
func (j *judge) verdict(root node) Verdict {
	v := Verdict{Incremental: true, Unions: root.is("type", "SET_OPERATION_NODE")}
	var first *finding
	for i, f := range j.found {
		if first == nil || f.refused && !first.refused || f.refused == first.refused && f.at < first.at {
			first = &j.found[i]
		}
	}
	if first == nil {
		return v
	}
	v.Refused, v.Incremental, v.Why = first.refused, false, first.why
	v.Line = 1 + strings.Count(j.sql[:min(max(first.at, 0), len(j.sql))], "\n")
	return v
}

// refuse notes a clause with which there is no view.
func (j *judge) refuse(n node, why string) { j.found = append(j.found, finding{true, why, at(n)}) }

// full notes a clause with which a view is computed anew at each refresh.
func (j *judge) full(n node, why string) { j.found = append(j.found, finding{false, why, at(n)}) }
