package redshifttest

import (
	"fmt"
	"slices"
	"strings"
)

// A function is one that a query may call.
type function struct {
	as   string // what PostgreSQL calls it; "" for the same name
	form shape  // rewrites a call that is no plain one
	page string
}

// A shape rewrites a call, given its arguments as they were written.
type shape func(r *rewriter, args [][]token) ([]token, error)

// functions are those that are known. Every other is refused, whether Redshift has it
// or not.
func functions(name string) (function, bool) {
	if f, ok := shaped(name); ok {
		return f, true
	}
	if page, ok := ours[name]; ok {
		return function{as: hidden + name, page: page}, true
	}
	page, ok := same[name]
	return function{page: page}, ok
}

// shaped are functions whose calls PostgreSQL's grammar does not take.
func shaped(name string) (function, bool) {
	switch name {
	case "cast":
		return function{form: casts, page: "CAST"}, true
	case "nvl":
		return function{as: "coalesce", page: "NVL and COALESCE"}, true
	case "nvl2":
		return function{form: nvl2, page: "NVL2"}, true
	case "decode":
		return function{form: decode, page: "DECODE"}, true
	case "dateadd", "date_add":
		return function{form: datepart(hidden + "dateadd"), page: "DATEADD"}, true
	case "datediff", "date_diff":
		return function{form: datepart(hidden + "datediff"), page: "DATEDIFF"}, true
	case "date_part":
		return function{form: datepart(hidden + "date_part"), page: "DATE_PART"}, true
	case "extract":
		return function{form: extract, page: "EXTRACT"}, true
	case "version":
		return function{form: func(*rewriter, [][]token) ([]token, error) {
			return []token{punct("'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.67305'::varchar")}, nil
		}, page: "VERSION"}, true
	case "pg_last_copy_count":
		return function{form: func(r *rewriter, _ [][]token) ([]token, error) {
			return []token{punct(fmt.Sprintf("%d::bigint", r.session.copied))}, nil
		}, page: "PG_LAST_COPY_COUNT"}, true
	case "listagg":
		return function{form: listagg, page: "LISTAGG"}, true
	}
	return function{}, false
}

// same are functions that PostgreSQL has as Redshift has them, with their pages.
var same = pages(map[string]string{
	"Aggregate functions":     "count sum min max stddev stddev_samp stddev_pop variance var_samp var_pop bool_and bool_or",
	"PERCENTILE_CONT":         "percentile_cont",
	"Window functions":        "row_number rank dense_rank lag lead first_value last_value nth_value ntile percent_rank cume_dist",
	"Conditional expressions": "coalesce nullif greatest least",
	"Math functions":          "abs ceil ceiling floor mod power sign sqrt exp ln log pi",
	"String functions":        "lower upper length char_length octet_length substring substr trim ltrim rtrim btrim replace reverse repeat left right position strpos split_part ascii chr translate md5 initcap lpad rpad regexp_count",
	"Data type formatting":    "to_char to_number to_timestamp",
	"System information":      "current_schema current_user current_database pg_backend_pid",
	"System administration":   "pg_terminate_backend pg_cancel_backend",
})

// ours are functions that the hidden schema has, with their pages.
var ours = pages(map[string]string{
	"Aggregate functions":     "avg median",
	"Data type formatting":    "to_date",
	"Date and time functions": "add_months convert_timezone date_trunc getdate last_day months_between next_day",
	"Math functions":          "round trunc",
	"String functions":        "charindex concat len regexp_replace regexp_substr",
	"Hash functions":          "strtol sha2",
	"JSON functions":          "json_extract_path_text json_parse json_serialize is_valid_json",
	"VARBYTE functions":       "to_varbyte from_varbyte to_hex from_hex",
})

// pages turns lists by page into pages by name.
func pages(lists map[string]string) map[string]string {
	out := map[string]string{}
	for page, names := range lists {
		for name := range strings.FieldsSeq(names) {
			out[name] = page
		}
	}
	return out
}

// calls says whether the word that comes next, with a parenthesis behind it, is a call
// of a function and not a name with a list of columns, or a keyword.
func (r *rewriter) calls() bool {
	c := &r.cursor
	if slices.Contains(keywords, c.peek(0).lower()) {
		return false
	}
	switch before := c.previous(); {
	case before.is("."), before.is(")"), before.is("as"), before.is("into"), before.is("table"), before.is("with"), before.is("recursive"), before.kind == quoted:
		return false
	case before.kind == word && !slices.Contains(keywords, before.lower()):
		return false // table alias(columns)
	}
	n := matching(c.rest()[1:])
	return n < 0 || !c.peek(n+2).is("as") || !c.peek(n+3).is("(")
}

// keywords are words before a parenthesis that call nothing.
var keywords = strings.Fields(`in values and or not over as exists on using any all some select from by where when then else case
	union except intersect minus group set join having limit between like ilike similar is partition distinct with table into sets
	cube interval order offset end inner cross full outer qualify within to rows escape desc asc insert`)

// call rewrites a call of a function.
func (r *rewriter) call() error {
	c := &r.cursor
	name := c.next()
	f, ok := functions(name.lower())
	if !ok {
		return failed("42883", fmt.Sprintf("function %s does not exist, or is not in the double's table", name.lower()), "SQL functions reference")
	}
	inside, err := c.group()
	if err != nil {
		return err
	}
	if f.form != nil {
		out, err := f.form(r, split(inside, ","))
		if err != nil {
			return err
		}
		out[0].lead = name.lead
		r.out = append(r.out, out...)
		return nil
	}
	if f.as != "" {
		name.text = f.as
	}
	args, err := r.session.rewrite(inside)
	if err != nil {
		return err
	}
	r.out = append(append(append(r.out, name, punct("(")), args...), punct(")"))
	return nil
}
