package duckdb

import "strings"

// The hints for what may not be called.
const (
	useRun      = "Join archwire.run and use its as_of: the business date of the run."
	useKey      = "Use a value that follows from the row, such as md5 of its key."
	useArith    = "Write b::date - a::date for days, or months_between(b, a) for months."
	useInterval = "Write d + interval '1 day', or add_months(d, n) for months."
	useTables   = "Read tables of sources, models and archwire.run."
)

// forbidden are functions that give another answer each time, or that the two
// engines do not share.
var forbidden = map[string]string{
	"now": useRun, "getdate": useRun, "sysdate": useRun, "today": useRun, "current_date": useRun,
	"current_timestamp": useRun, "current_time": useRun, "get_current_timestamp": useRun, "get_current_time": useRun,
	"transaction_timestamp": useRun, "localtime": useRun, "localtimestamp": useRun, "timeofday": useRun,
	"current_localtime": useRun, "current_localtimestamp": useRun,
	"random": useKey, "setseed": useKey, "uuid": useKey, "gen_random_uuid": useKey, "uuidv4": useKey, "uuidv7": useKey,
	"nextval": useKey, "currval": useKey, "txid_current": useKey,
	"datediff": useArith, "date_diff": useArith, "datesub": useArith, "date_sub": useArith,
	"dateadd": useInterval, "date_add": useInterval,
	"ratio_to_report": "Write x::double precision / sum(x) over (...).",
	"getenv":          useTables, "getvariable": useTables, "current_setting": useTables,
}

// noClock refuses what is in forbidden, also where it is written without
// parentheses.
func noClock(node map[string]any, _ map[string]bool) (wrong, instead string) {
	var name string
	switch node["class"] {
	case "FUNCTION":
		name = strings.ToLower(text(node, "function_name"))
	case "COLUMN_REF":
		if names, ok := node["column_names"].([]any); ok && len(names) == 1 {
			name, _ = names[0].(string) // "" is no function
			name = strings.ToLower(name)
			if hint, ok := forbidden[name]; !ok || hint != useRun {
				return "", ""
			}
		}
	}
	if hint, ok := forbidden[name]; ok {
		return "the function " + name + " may not be used", hint
	}
	return "", ""
}
