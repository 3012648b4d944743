package web

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// A node is a model, a folder of them, or a table that one of them reads.
type node struct {
	name  string
	reads []string
	class string // its class in the picture
	to    string // where it leads; "" is nowhere
	count int    // of the models in a folder
}

// levels are the names of a graph: each stands after what it reads, in the layer of its
// depth. Of nodes that read each other the first stands first.
func levels(nodes []node) [][]string {
	level := map[string]int{}
	for _, n := range nodes { // in the order of their refreshing
		at := 1
		for _, r := range n.reads {
			at = max(at, level[r]+1)
		}
		level[n.name] = at
	}
	var out [][]string
	put := func(name string) {
		at := level[name]
		for len(out) <= at {
			out = append(out, nil)
		}
		if !slices.Contains(out[at], name) {
			out[at] = append(out[at], name)
		}
	}
	for _, n := range nodes {
		for _, r := range n.reads {
			put(r)
		}
		put(n.name)
	}
	out = slices.DeleteFunc(out, func(names []string) bool { return len(names) == 0 })
	untangle(out, nodes)
	return out
}

// untangle puts each layer in the order of the middle of what its nodes read, so that
// lines cross less often.
func untangle(layers [][]string, nodes []node) {
	reads := map[string][]string{}
	for _, n := range nodes {
		reads[n.name] = n.reads
	}
	place := map[string]float64{}
	for x, names := range layers {
		slices.Sort(names)
		middle := map[string]float64{}
		for y, name := range names {
			middle[name] = float64(y)
			if x > 0 && len(reads[name]) > 0 {
				middle[name] = 0
				for _, r := range reads[name] {
					middle[name] += place[r] / float64(len(reads[name]))
				}
			}
		}
		slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(middle[a], middle[b]) })
		for y, name := range names {
			place[name] = float64(y) / float64(len(names))
		}
	}
}

// The measures of the picture.
const (
	boxWide, boxHigh   = 184, 26
	boxApart, boxUnder = 60, 8
)

// graph draws which node reads what: tables at the left, each node to the right of what
// it reads.
func graph(nodes []node, tenants string) template.HTML {
	columns := levels(nodes)
	at, rows := map[string][2]int{}, 0
	for _, names := range columns {
		rows = max(rows, len(names))
	}
	for x, names := range columns {
		top := (rows - len(names)) * (boxHigh + boxUnder) / 2
		for y, name := range names {
			at[name] = [2]int{x * (boxWide + boxApart), top + y*(boxHigh+boxUnder)}
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, `<svg width="%d" height="%d" role="group" aria-label="What reads what; the tables below say the same">`, len(columns)*(boxWide+boxApart)-boxApart+4, rows*(boxHigh+boxUnder)+4)
	is := map[string]node{}
	for _, n := range nodes {
		is[n.name] = n
		for _, r := range n.reads {
			drawEdge(&out, at[r], at[n.name])
		}
	}
	for _, names := range columns {
		for _, name := range names {
			drawBox(&out, at[name], name, is[name])
		}
	}
	out.WriteString("</svg>")
	drawLegend(&out, nodes, tenants)
	return template.HTML(out.String()) //nolint:gosec // what is not ours was escaped
}

func drawEdge(out *strings.Builder, from, to [2]int) {
	x1, y1, x2, y2 := from[0]+boxWide+2, from[1]+boxHigh/2+2, to[0]+2, to[1]+boxHigh/2+2
	fmt.Fprintf(out, `<path class="edge" d="M%d %d C%d %d %d %d %d %d"/>`, x1, y1, x1+boxApart/2, y1, x2-boxApart/2, y2, x2, y2)
}

func drawBox(out *strings.Builder, p [2]int, name string, n node) {
	says := name
	if n.count > 0 {
		says = fmt.Sprintf("%s (%d)", name, n.count)
	}
	box := fmt.Sprintf(`<rect class="box %s" x="%d" y="%d" width="%d" height="%d" rx="4"/><text x="%d" y="%d">%s</text>`,
		cmp.Or(n.class, "table"), p[0]+2, p[1]+2, boxWide, boxHigh, p[0]+10, p[1]+19, template.HTMLEscapeString(shortened(says)))
	if n.to != "" {
		box = fmt.Sprintf(`<a href="%s"><title>%s</title>%s</a>`, template.HTMLEscapeString(n.to), template.HTMLEscapeString(name), box)
	}
	out.WriteString(box)
}

// drawLegend says what the boxes are; folders need no legend.
func drawLegend(out *strings.Builder, nodes []node, tenants string) {
	if slices.ContainsFunc(nodes, func(n node) bool { return n.count > 0 }) {
		return
	}
	out.WriteString(`<ul class="legend">`)
	for _, l := range [][2]string{{"all", "all of it was refreshed"}, {"tenants", "only " + tenants + " that changed"}, {"still", "nothing to do"}, {"table", "a copied table"}} {
		fmt.Fprintf(out, `<li><svg width="16" height="12" aria-hidden="true"><rect class="box %s" x="1" y="1" width="14" height="10" rx="2"/></svg>%s</li>`, l[0], template.HTMLEscapeString(l[1]))
	}
	out.WriteString("</ul>")
}

// shortened keeps a name within its box.
func shortened(name string) string {
	const most = 27
	if len(name) <= most {
		return name
	}
	return name[:most-1] + "…"
}
