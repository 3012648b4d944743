package duckdb

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"archwire"
)

// A rule says what is wrong with a node of a query, "" if nothing is, and what
// to write instead.
type rule func(node map[string]any, defined map[string]bool) (wrong, instead string)

// reachRules keep a query within the relations of the warehouse.
var reachRules = []rule{wholeNames, noTableFunctions, noShow, noPeeking}

// portableRules keep a query to what both engines run alike, run after run.
var portableRules = append([]rule{noClock, noUnquotedParts, noSample, noFilter, noInexact, knownFormats, sharedPatterns}, reachRules...)

// check applies rules to every node.
func (t *tree) check(rules []rule) error {
	return t.walk(func(node map[string]any, defined map[string]bool) error {
		for _, r := range rules {
			if wrong, instead := r(node, defined); wrong != "" {
				return t.complaint(node["query_location"], wrong, instead)
			}
		}
		return nil
	})
}

// reads lists the relations a query reads, if it keeps the rules of a model.
func reads(ctx context.Context, db *sql.DB, sql string) ([]string, error) {
	t, err := modelTree(ctx, db, sql)
	if err != nil {
		return nil, err
	}
	return t.reads()
}

// reads lists the relations that the query reads.
func (t *tree) reads() ([]string, error) {
	found := []string{}
	err := t.walk(func(node map[string]any, defined map[string]bool) error {
		if node["type"] == "BASE_TABLE" && !isDefined(node, defined) {
			found = append(found, strings.ToLower(text(node, "schema_name")+"."+text(node, "table_name")))
		}
		return nil
	})
	slices.Sort(found)
	return slices.Compact(found), err
}

// isDefined says whether a table reference means a query of a WITH.
func isDefined(node map[string]any, defined map[string]bool) bool {
	return text(node, "schema_name") == "" && text(node, "catalog_name") == "" &&
		defined[strings.ToLower(text(node, "table_name"))]
}

// wholeNames wants schema.name for every relation. A name without a schema
// would be looked up where we do not want it: in DuckDB's own catalogue or, if
// it looks like one, as a file.
func wholeNames(node map[string]any, defined map[string]bool) (wrong, instead string) {
	if node["type"] != "BASE_TABLE" || isDefined(node, defined) {
		return "", ""
	}
	schema, name := text(node, "schema_name"), text(node, "table_name")
	switch {
	case schema == "" || text(node, "catalog_name") != "":
		return "the relation " + name + " is not named as schema.name", "Write source.table or folder.model."
	case strings.HasPrefix(strings.ToLower(name), strings.TrimSpace(stagePrefix)+" "),
		slices.Contains([]string{"information_schema", "pg_catalog", "main", "temp"}, strings.ToLower(schema)):
		return "the relation " + schema + "." + name + " is not one of the project's", "Read tables of sources, models and archwire.run."
	}
	return "", ""
}

// tableFunctions are those that read nothing but their arguments.
var tableFunctions = []string{"generate_series", "range", "unnest"}

func noTableFunctions(node map[string]any, _ map[string]bool) (wrong, instead string) {
	if node["type"] != "TABLE_FUNCTION" {
		return "", ""
	}
	call, _ := node["function"].(map[string]any) // without one, the name is empty and refused
	name := strings.ToLower(text(call, "function_name"))
	if slices.Contains(tableFunctions, name) {
		return "", ""
	}
	return "the table function " + name + " may not be used", "Read tables of sources, models and archwire.run."
}

func noShow(node map[string]any, _ map[string]bool) (wrong, instead string) {
	if node["type"] == "SHOW_REF" {
		return "this is not a query", "Write one SELECT; nothing else is run."
	}
	return "", ""
}

func noSample(node map[string]any, _ map[string]bool) (wrong, instead string) {
	if node["sample"] != nil {
		return "a sample gives other rows each time", "Choose rows by a condition."
	}
	return "", ""
}

// noFilter refuses the FILTER clause of aggregates, which Redshift has not.
func noFilter(node map[string]any, _ map[string]bool) (wrong, instead string) {
	if (node["class"] == "FUNCTION" || node["class"] == "WINDOW") && (node["filter"] != nil || node["filter_expr"] != nil) {
		return "an aggregate with filter (where ...) is understood by one engine only", "Write sum(case when ... then x end)."
	}
	return "", ""
}

// noPeeking refuses functions that tell about the engine and its machine.
func noPeeking(node map[string]any, _ map[string]bool) (wrong, instead string) {
	name := strings.ToLower(text(node, "function_name"))
	if node["class"] == "FUNCTION" && forbidden[name] == useTables {
		return "the function " + name + " may not be used", useTables
	}
	return "", ""
}

// noUnquotedParts explains what DuckDB would only call an unknown column.
func noUnquotedParts(node map[string]any, _ map[string]bool) (wrong, instead string) {
	name := strings.ToLower(text(node, "function_name"))
	if node["class"] != "FUNCTION" || name != "date_part" && name != "date_trunc" && name != "datepart" {
		return "", ""
	}
	children, _ := node["children"].([]any) // none is none
	if len(children) == 0 {
		return "", ""
	}
	if first, ok := children[0].(map[string]any); ok && first["class"] == "COLUMN_REF" {
		return name + " takes its part of a date in quotes", "Write " + name + "('month', d)."
	}
	return "", ""
}

// knownFormats wants formats that both engines read alike: dialect has
// rewritten those.
func knownFormats(node map[string]any, _ map[string]bool) (wrong, instead string) {
	name := strings.ToLower(text(node, "function_name"))
	if node["class"] == "FUNCTION" && (name == "to_char" || name == "to_date" || name == "to_timestamp") {
		return "the format of " + name + " is not one that is understood",
			"Use YYYY, MM, DD, DDD, HH24, HH12, MI, SS, AM, Mon, Month, Dy, Day, ID, IW and Q, as a constant."
	}
	return "", ""
}

// sharedPatterns refuses patterns that the engines read differently (Amazon Redshift
// Database Developer Guide, LIKE; REGEXP_SUBSTR function).
func sharedPatterns(node map[string]any, _ map[string]bool) (wrong, instead string) {
	name := strings.ToLower(text(node, "function_name"))
	if node["class"] != "FUNCTION" || !strings.HasPrefix(name, "regexp_") && !slices.Contains(likes, name) {
		return "", ""
	}
	if name == "regexp_full_match" {
		return "a match by ~ or similar to means the whole text in one engine and a part of it in the other",
			"Write like, or regexp_substr(s, '...') <> ''."
	}
	pattern, ok := constantArg(node, 1)
	switch {
	case !ok || !strings.Contains(pattern, `\`):
		return "", ""
	case slices.Contains(likes, name):
		return "a backslash in a pattern of like takes the meaning of the next character away in one engine and stands for itself in the other",
			"Write like '10!%' escape '!'."
	}
	return "a backslash in a pattern is read twice by one engine and once by the other",
		"Write [.] for a point, [0-9] for a digit and [[:space:]] for white space."
}

// likes are what the parser calls like, not like, ilike and not ilike without ESCAPE.
var likes = []string{"~~", "!~~", "~~*", "!~~*"}

// constantArg is a call's i-th argument, if it is a constant.
func constantArg(call map[string]any, i int) (string, bool) {
	children, _ := call["children"].([]any) // none is none
	if i >= len(children) {
		return "", false
	}
	child, _ := children[i].(map[string]any) // anything else is no constant
	if child["class"] != "CONSTANT" {
		return "", false
	}
	value, _ := child["value"].(map[string]any)
	s, ok := value["value"].(string)
	return s, ok
}

var _ archwire.Parser = (*Warehouse)(nil)
