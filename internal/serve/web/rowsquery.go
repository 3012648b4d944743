package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/format"
)

// A rowsQuery is what a page of rows asks for: all of it is in its URL.
type rowsQuery struct {
	dataset fill.Dataset
	noun    string
	tenant  string
	values  url.Values // of the page
}

// ask is the query as the API takes it, without its page.
func (q rowsQuery) ask() url.Values {
	out := url.Values{}
	if q.tenant != "" {
		out.Set(q.noun, q.tenant)
	}
	for name, values := range q.values {
		values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
		if q.unreached(name) {
			continue
		}
		if (strings.HasPrefix(name, "filter[") || name == "fields" || name == "order") && len(values) > 0 {
			out[name] = values
		}
	}
	if q.tenant == "" {
		out.Del("order")
	}
	return out
}

// unreached says whether a parameter is a filter of the page before on what the rows do
// not tell.
func (q rowsQuery) unreached(name string) bool {
	column, ok := strings.CutPrefix(name, "filter[")
	_, known := q.dataset.Column(strings.TrimSuffix(column, "]"))
	return ok && !known
}

// warns tells how the rows differ from the number that somebody came from.
func (q rowsQuery) warns(f format.Format, asOf time.Time) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		if q.unreached(name) {
			column := strings.TrimSuffix(strings.TrimPrefix(name, "filter["), "]")
			out = append(out, "These rows are not kept by "+strings.ToLower(fill.Words(column))+", so they are for all of them.")
		}
	}
	if of, err := time.Parse(time.DateOnly, q.values.Get("of")); err == nil {
		out = append(out, "These rows are as of "+f.Date(asOf)+". The number is of "+f.Date(of)+": they need not come to it.")
	}
	return out
}

// link is the page with some of its parameters changed; "" takes one away. It begins
// with the first rows.
func (q rowsQuery) link(change map[string]string) string {
	out := maps.Clone(q.values)
	out.Del("cursor")
	out.Del("column")
	out.Del("value")
	out.Del("is")
	for name, value := range change {
		if out.Del(name); value != "" {
			out.Set(name, value)
		}
	}
	return "/rows/" + url.PathEscape(q.dataset.Name) + "?" + out.Encode()
}

// sorted is how the rows are sorted by a column: ascending, descending or "".
func (q rowsQuery) sorted(column string) string {
	switch q.values.Get("order") {
	case column:
		return "ascending"
	case "-" + column:
		return "descending"
	}
	return ""
}

// added is the page with the filter that the form adds; not ok is a page without one.
func (q rowsQuery) added() (string, bool) {
	column, value, is := q.values.Get("column"), q.values.Get("value"), q.values.Get("is")
	if _, ok := q.dataset.Column(column); !ok || value == "" && is != "null" {
		return "", false
	}
	text := value
	switch is {
	case "null":
		text = "null:true"
	case "ne", "gte", "lte":
		text = is + ":" + value
	}
	out := q
	out.values = maps.Clone(q.values)
	out.values["filter["+column+"]"] = append(slices.Clone(q.values["filter["+column+"]"]), text)
	return out.link(nil), true
}

// chips lists the filters that hold.
func (q rowsQuery) chips(names fill.Names) (out []chip) {
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		column, ok := strings.CutPrefix(name, "filter[")
		if !ok {
			continue
		}
		column = strings.TrimSuffix(column, "]")
		for i, value := range q.values[name] {
			less := q
			less.values = maps.Clone(q.values)
			less.values[name] = slices.Delete(slices.Clone(q.values[name]), i, i+1)
			out = append(out, chip{fill.Words(column) + " " + q.filterText(value, column, names), less.link(nil)})
		}
	}
	return out
}

// filterText is a filter's value for people.
func (q rowsQuery) filterText(value, column string, names fill.Names) string {
	op, rest, ok := strings.Cut(value, ":")
	if says, known := map[string]string{"eq": "is", "ne": "is not", "lt": "below", "lte": "up to", "gt": "over", "gte": "from"}[op]; ok && known {
		return says + " " + q.named(names, column, rest)
	}
	if ok && op == "null" {
		return map[string]string{"true": "is not known", "false": "is known"}[rest]
	}
	return "is " + q.named(names, column, value)
}

func (q rowsQuery) named(names fill.Names, column, value string) string {
	if c, _ := q.dataset.Column(column); c.Labels[value] != "" {
		label, _ := c.Label(value)
		return label
	}
	if _, ok := names[column]; ok {
		return names.Of(column, value)
	}
	return value
}
