package redshifttest

import (
	"slices"
	"strings"
)

// casts is CAST(expression AS type). Text that is too long for its type is cut off, in
// bytes (CAST, and Character types).
func casts(r *rewriter, args [][]token) ([]token, error) {
	inside := args[0]
	for _, more := range args[1:] {
		inside = append(append(slices.Clip(inside), punct(",")), more...)
	}
	parts := split(inside, "as")
	if len(parts) != 2 {
		return nil, failed("42601", "syntax error in CAST", "CAST")
	}
	value, err := r.session.rewrite(parts[0])
	if err != nil {
		return nil, err
	}
	c := &cursor{tokens: parts[1]}
	typ, err := c.columnType()
	if err != nil || !c.end() {
		return nil, orUnexpected(c, err)
	}
	return around("cast(", value, " as "+typ.pg+")"), nil
}

// around puts text before and behind tokens.
func around(before string, tokens []token, after string) []token {
	return append(append([]token{punct(before)}, tokens...), punct(after))
}

// nvl2 is NVL2(expression, if it is there, if not).
func nvl2(r *rewriter, args [][]token) ([]token, error) {
	each, err := r.each(args, 3, 3)
	if err != nil {
		return nil, err
	}
	return []token{punct("(case when (" + each[0] + ") is not null then " + each[1] + " else " + each[2] + " end)")}, nil
}

// decode is DECODE(expression, search, result, ..., default). NULL is equal to NULL.
func decode(r *rewriter, args [][]token) ([]token, error) {
	each, err := r.each(args, 3, 1000)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	out.WriteString("(case")
	rest := each[1:]
	for ; len(rest) > 1; rest = rest[2:] {
		out.WriteString(" when (" + each[0] + ") is not distinct from (" + rest[0] + ") then " + rest[1])
	}
	if len(rest) == 1 {
		out.WriteString(" else " + rest[0])
	}
	out.WriteString(" end)")
	return []token{punct(out.String())}, nil
}

// each rewrites arguments, of which there are from least to most.
func (r *rewriter) each(args [][]token, least, most int) ([]string, error) {
	if len(args) < least || len(args) > most {
		return nil, failed("42883", "function does not exist with so many arguments", "SQL functions reference")
	}
	var out []string
	for _, arg := range args {
		tokens, err := r.session.rewrite(arg)
		if err != nil {
			return nil, err
		}
		out = append(out, written(tokens))
	}
	return out, nil
}

// datepart is a function whose first argument names a part of a date, with quotes or
// without.
func datepart(name string) shape {
	return func(r *rewriter, args [][]token) ([]token, error) {
		each, err := r.each(args, 2, 3)
		if err != nil {
			return nil, err
		}
		part := strings.Trim(strings.TrimSpace(each[0]), "'")
		full, ok := dateparts[strings.ToLower(part)]
		if !ok {
			return nil, failed("22023", "date part "+part+" is not known", "Date parts for date or timestamp functions")
		}
		each[0] = literal(full)
		for i, arg := range args[1:] {
			if len(arg) == 1 && arg[0].kind == text {
				each[i+1] = "timestamp " + each[i+1] // PostgreSQL would take it for a TIMESTAMPTZ
			}
		}
		if full == "day" && strings.HasSuffix(name, "datediff") {
			return []token{punct(name + "_day(" + strings.Join(each[1:], ", ") + ")")}, nil
		}
		return []token{punct(name + "(" + strings.Join(each, ", ") + ")")}, nil
	}
}

// extract is EXTRACT(part FROM value), which is an INTEGER.
func extract(r *rewriter, args [][]token) ([]token, error) {
	if len(args) != 1 || len(args[0]) < 3 || !args[0][1].is("from") {
		return nil, failed("42601", "syntax error in EXTRACT", "EXTRACT")
	}
	part, value := args[0][:1], args[0][2:]
	out, err := datepart(hidden+"date_part")(r, [][]token{part, value})
	if err != nil {
		return nil, err
	}
	return around("cast(", out, " as integer)"), nil
}

// dateparts are the spellings of parts (Date parts for date or timestamp functions).
var dateparts = spellings(map[string]string{
	"millennium": "millennia mil mils", "century": "centuries c cent cents", "decade": "decades dec decs", "epoch": "",
	"year": "years y yr yrs", "quarter": "quarters qtr qtrs", "month": "months mon mons", "week": "weeks w",
	"dayofweek": "dow dw weekday", "dayofyear": "doy dy yearday", "day": "days d", "hour": "hours h hr hrs",
	"minute": "minutes m min mins", "second": "seconds s sec secs", "millisecond": "milliseconds ms msec msecs msecond mseconds millisec millisecs millisecon",
	"microsecond": "microseconds microsec microsecs microsecond usecond useconds us usec usecs",
})

func spellings(lists map[string]string) map[string]string {
	out := map[string]string{}
	for full, others := range lists {
		for _, one := range append(strings.Fields(others), full) {
			out[one] = full
		}
	}
	return out
}

// listagg is LISTAGG([DISTINCT] expression [, delimiter]) [WITHIN GROUP (ORDER BY ...)].
func listagg(r *rewriter, args [][]token) ([]token, error) {
	first, distinct := args[0], ""
	if len(first) > 0 && first[0].is("distinct") {
		first, distinct = first[1:], "distinct "
	}
	each, err := r.each(append([][]token{first}, args[1:]...), 1, 2)
	if err != nil {
		return nil, err
	}
	delimiter := "''"
	if len(each) == 2 {
		delimiter = each[1]
	}
	order := ""
	if r.cursor.take("within group") {
		inside, err := r.cursor.group()
		if err != nil {
			return nil, err
		}
		if inside, err = r.session.rewrite(inside); err != nil {
			return nil, err
		}
		order = written(inside)
	}
	value := "cast(" + each[0] + " as varchar)"
	if distinct != "" && order != "" {
		// PostgreSQL orders what is distinct by the same expression only.
		keys := split(tokensOf(order), ",")
		if len(keys) != 1 || strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(order), "order by")) != strings.TrimSpace(each[0]) {
			return nil, refusedf("LISTAGG(DISTINCT ...) in the order of something else", "LISTAGG")
		}
		return []token{punct(hidden + "joined(array_agg(distinct " + each[0] + " " + order + ")::text[], " + delimiter + ")")}, nil
	}
	return []token{punct("string_agg(" + distinct + value + ", " + delimiter + " " + order + ")")}, nil
}

func tokensOf(sql string) []token {
	tokens, _ := lex(sql)
	return slices.Clip(tokens)
}
