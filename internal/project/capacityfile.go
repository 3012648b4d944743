package project

import (
	"strings"
	"time"

	"archwire/internal/capacity"
)

// A CapacityConfig says how large the warehouse is around a run, and otherwise.
type CapacityConfig struct {
	capacity.Terms

	Preset   string // "" or dc2.large
	Price    string // a decimal, of a node or an RPU and hour; "" is the list price
	Currency string // of the price
}

// legacyPreset is the name of the shapes of clusters that cannot be created any more.
const legacyPreset = "dc2.large"

func newCapacity(c *CapacityConfig) spec {
	c.Deadline, c.Currency = 45*time.Minute, "USD"
	price := form{pattern: `^[0-9]{1,6}(\.[0-9]{1,9})?$`, says: "a decimal, in quotes, such as \"0.543\""}
	currency := form{pattern: `^[A-Z]{3}$`, says: "three capital letters, such as USD"}
	return spec{Name: "capacity", Doc: "How large the warehouse in Amazon Redshift is around a run, and otherwise.", Fields: []field{
		{"cluster", "The identifier of a provisioned cluster.", false, "", text{&c.Place.Cluster, clusterName()}},
		{"workgroup", "The name of a workgroup of Redshift Serverless, in place of a cluster.", false, "", text{&c.Place.Workgroup, workgroupName()}},
		{"region", "The region that it lies in.", true, "", text{&c.Place.Region, regionName()}},
		{"preset", "dc2.large: 6 nodes of that type for a run, 3 otherwise, for clusters that are there still.", false, "", choice[string]{&c.Preset, "preset", []string{legacyPreset}}},
		{"load", "The shape from before a run reads until it has published.", false, "as it is", object{shapeSpec("load", &c.Load)}},
		{"serve", "The shape at all other times.", false, "as it is", object{shapeSpec("serve", &c.Serve)}},
		{"pause", "Whether a cluster is paused between runs.", false, "false", boolean{&c.Serve.Paused}},
		{"classic", "Whether a resize may be a classic one, which takes hours, where an elastic one is not offered.", false, "false", boolean{&c.Classic}},
		{"deadline", "How long one change of shape is waited for.", false, "45m", duration{&c.Deadline}},
		{"price_per_hour", "What a node or an RPU costs for an hour.", false, "the list price, as far as it is known", text{&c.Price, price}},
		{"currency", "The currency of price_per_hour.", false, c.Currency, text{&c.Currency, currency}},
	}}
}

func shapeSpec(name string, s *capacity.Shape) spec {
	return spec{Name: name, Doc: "A shape of the warehouse: nodes, or RPUs of Serverless.", Fields: []field{
		{"nodes", "How many nodes a cluster has.", false, "as many as it has", bounded{&s.Nodes, 1, 128}},
		{"type", "The type of its nodes.", false, "the one that it has", text{&s.Type, nodeType()}},
		{"rpu", "The base capacity of a workgroup, in Redshift Processing Units.", false, "what it has", bounded{&s.RPU, 4, 1024}},
		{"max_rpu", "What it may grow to by itself.", false, "what it has", bounded{&s.MaxRPU, 4, 5632}},
	}}
}

func clusterName() form {
	return form{pattern: `^[a-z](-?[a-z0-9]){0,62}$`, says: "a cluster's identifier: lower-case letters, digits and single hyphens, beginning with a letter"}
}

func workgroupName() form {
	return form{pattern: `^[a-z0-9-]{3,64}$`, says: "a workgroup's name: 3 to 64 lower-case letters, digits and hyphens"}
}

func regionName() form {
	return form{pattern: `^[a-z]{2}(-[a-z]+)+-[0-9]+$`, says: "a region's name, such as us-east-1"}
}

func nodeType() form {
	return form{pattern: `^[a-z0-9]+\.[a-z0-9]+$`, says: "a node type, such as ra3.large or rg.xlarge"}
}

// capacity fills in the preset, and complains about shapes that no warehouse can be
// given, or that it would not come back from.
func (l *loader) capacity() {
	c := l.project.Capacity
	if c == nil {
		return
	}
	if c.Preset == legacyPreset && c.Load.Nodes == 0 && c.Serve.Nodes == 0 {
		c.Load.Nodes, c.Serve.Nodes = 6, 3
	}
	complain := func(field, format string, args ...any) {
		l.complaints = append(l.complaints, l.project.Complaint(Item{Kind: KindProject}, field, format, args...))
	}
	switch {
	case l.project.Warehouse.Engine == DuckDB:
		complain("capacity", "has no meaning with engine: duckdb, which is as large as its machine; leave it out, or use engine: redshift")
		return
	case c.Place.Cluster == "" && c.Place.Workgroup == "":
		complain("capacity", "names no warehouse; write cluster: its identifier, or workgroup: its name")
		return
	case c.Place.Cluster != "" && c.Place.Workgroup != "":
		complain("capacity.workgroup", "is there beside cluster; keep one of them")
		return
	}
	before := len(l.complaints)
	shapeComplaints(c, "capacity.load", c.Load, complain)
	shapeComplaints(c, "capacity.serve", c.Serve, complain)
	for _, of := range []struct {
		field   string
		written bool
	}{{"pause", c.Serve.Paused}, {"classic", c.Classic}, {"preset", c.Preset != ""}} {
		if of.written && c.Place.Workgroup != "" {
			complain("capacity."+of.field, "is of clusters; Serverless costs nothing while nothing runs, and knows one way to be resized. Leave it out")
		}
	}
	if len(l.complaints) == before {
		wayBack(c, complain)
	}
}

// shapeComplaints complains about one shape.
func shapeComplaints(c *CapacityConfig, field string, s capacity.Shape, complain func(field, format string, args ...any)) {
	serverless := c.Place.Workgroup != ""
	switch {
	case serverless && (s.Nodes != 0 || s.Type != ""):
		complain(field, "has nodes or type, but a workgroup has rpu and max_rpu")
	case !serverless && (s.RPU != 0 || s.MaxRPU != 0):
		complain(field, "has rpu or max_rpu, but a cluster has nodes and type")
	case s.Nodes == 1 && !c.Classic:
		complain(field+".nodes", "is 1, and an elastic resize neither begins nor ends with one node; write 2 or more")
	case s.RPU != 4 && s.RPU%8 != 0:
		complain(field+".rpu", "is %d; write 4 or a multiple of 8", s.RPU)
	case s.MaxRPU != 0 && s.MaxRPU%8 != 0 && s.MaxRPU != 4:
		complain(field+".max_rpu", "is %d; write 4 or a multiple of 8", s.MaxRPU)
	case s.MaxRPU != 0 && s.MaxRPU < s.RPU:
		complain(field+".max_rpu", "is less than rpu, %d", s.RPU)
	case strings.HasPrefix(s.Type, "dc2.") && c.Preset != legacyPreset:
		complain(field+".type", "is one that Amazon Redshift does not create any more; for a cluster that has such nodes write preset: dc2.large")
	}
}

// wayBack complains about a warehouse that a run would leave as large as it made it, and
// about shapes that are the same.
func wayBack(c *CapacityConfig, complain func(field, format string, args ...any)) {
	untouched := c.Serve == capacity.Shape{Paused: true} // it keeps the shape of the load
	for _, pair := range []struct {
		name        string
		load, serve bool
	}{
		{"nodes", c.Load.Nodes != 0, c.Serve.Nodes != 0},
		{"type", c.Load.Type != "", c.Serve.Type != ""},
		{"rpu", c.Load.RPU != 0, c.Serve.RPU != 0},
		{"max_rpu", c.Load.MaxRPU != 0, c.Serve.MaxRPU != 0},
	} {
		switch {
		case pair.load && !pair.serve && !untouched:
			complain("capacity.load."+pair.name, "has no fellow in serve: a run would leave the warehouse so; write serve.%s, too", pair.name)
			return
		case pair.serve && !pair.load:
			complain("capacity.serve."+pair.name, "has no fellow in load; write load.%s, too", pair.name)
			return
		}
	}
	if c.Load == c.Serve {
		complain("capacity.load", "is what serve is, so that there is nothing to do; write two shapes, or pause: true, or leave capacity out")
	}
}
