package trace

import "strings"

// scalars are functions that turn the values of one row into another value. A
// function that is not among them may be an aggregate: without GROUP BY it would
// make one row of those of all tenants.
var scalars = wordSet(`
+ - * / // % ^ ** || & | # ~ << >> ! @ ~~ !~~ ~~* !~~* like_escape not_like_escape ilike_escape not_ilike_escape
abs add_months ascii btrim cast ceil ceiling charindex chr coalesce concat contains convert_timezone cos date_part
date_trunc datepart day dayofmonth dayofweek dayofyear decode degrees ends_with epoch exp extract floor greatest hour
ifnull initcap isfinite isnan isodow json_extract_path_text last_day lcase least left len length ln log log10 log2
lower lpad ltrim make_date md5 microsecond millisecond minute mod month months_between next_day nullif nvl nvl2
octet_length pi position pow power prefix quarter radians regexp_count regexp_matches regexp_replace regexp_substr
repeat replace reverse right round row rpad rtrim second sha256 sign sin split_part sqrt starts_with strftime
strlen strpos strptime strtol struct_pack substr substring suffix tan timezone to_days to_hours to_minutes to_months
to_seconds to_weeks to_years translate trim trunc ucase upper week weekday weekofyear year
`)

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}
