package project

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/capacity"
)

// loadCapacity loads a project whose capacity is written so, on line 4 and below.
func loadCapacity(t *testing.T, lines string) (*Project, error) {
	t.Helper()
	dir := t.TempDir()
	text := "capacity:\n"
	for line := range strings.SplitSeq(lines, "; ") {
		text += "  " + line + "\n"
	}
	text += "warehouse: {engine: redshift, url: 'redshift://a.example:5439/dev', staging: 's3://b/p'}\n"
	if err := loadWith(t, dir, text); err != nil {
		return nil, err
	}
	return Load(dir, noEnv)
}

// A warehouse that is a file has no size of its own.
func TestCapacity_IsOfRedshift(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"", "warehouse: {engine: duckdb}\n"} {
		err := loadWith(t, t.TempDir(), engine+"capacity: {cluster: analytics, region: us-east-1, pause: true}\n")
		if complaints, ok := errors.AsType[Complaints](err); !ok || len(complaints) != 1 || complaints[0].Field != "capacity" || !strings.Contains(complaints[0].Message, "engine: duckdb") {
			t.Errorf("%q: %v", engine, err)
		}
	}
}

func TestCapacity_IsRead(t *testing.T) {
	t.Parallel()
	place := capacity.Place{Cluster: "analytics", Region: "us-east-1"}
	for lines, want := range map[string]capacity.Terms{
		"cluster: analytics; region: us-east-1; load: {nodes: 6}; serve: {nodes: 3}": {
			Place: place, Load: capacity.Shape{Nodes: 6}, Serve: capacity.Shape{Nodes: 3}, Deadline: 45 * time.Minute,
		},
		"cluster: analytics; region: us-east-1; pause: true": {Place: place, Serve: capacity.Shape{Paused: true}, Deadline: 45 * time.Minute},
		"cluster: analytics; region: us-east-1; load: {nodes: 4, type: ra3.xlplus}; serve: {nodes: 1, type: rg.large}; pause: true; classic: true; deadline: 8h": {
			Place: place, Load: capacity.Shape{Nodes: 4, Type: "ra3.xlplus"}, Serve: capacity.Shape{Nodes: 1, Type: "rg.large", Paused: true}, Classic: true, Deadline: 8 * time.Hour,
		},
		"workgroup: nightly; region: eu-central-1; load: {rpu: 64, max_rpu: 128}; serve: {rpu: 4, max_rpu: 8}": {
			Place: capacity.Place{Workgroup: "nightly", Region: "eu-central-1"}, Load: capacity.Shape{RPU: 64, MaxRPU: 128}, Serve: capacity.Shape{RPU: 4, MaxRPU: 8},
			Deadline: 45 * time.Minute,
		},
		"cluster: analytics; region: us-east-1; preset: dc2.large": {
			Place: place, Load: capacity.Shape{Nodes: 6}, Serve: capacity.Shape{Nodes: 3}, Deadline: 45 * time.Minute,
		},
	} {
		p, err := loadCapacity(t, lines)
		if err != nil {
			t.Errorf("%s: %v", lines, err)
			continue
		}
		if diff := cmp.Diff(want, p.Capacity.Terms); diff != "" {
			t.Errorf("%s: -want +got:\n%s", lines, diff)
		}
	}
	if p, err := Load(func() string { dir := t.TempDir(); _ = loadWith(t, dir, ""); return dir }(), noEnv); err != nil || p.Capacity != nil {
		t.Errorf("without the field it is %v, %v", p.Capacity, err)
	}
}

func TestCapacity_ComplainsWhereItIsWrong(t *testing.T) {
	t.Parallel()
	const here = "cluster: analytics; region: us-east-1; "
	for lines, want := range map[string]struct {
		field string
		line  int
	}{
		"region: us-east-1; pause: true":                                                    {"capacity", 3},
		"cluster: a; workgroup: abc; region: us-east-1; pause: true":                        {"capacity.workgroup", 5},
		"cluster: analytics; pause: true":                                                   {"capacity.region", 4},
		"cluster: analytics; region: Virginia; pause: true":                                 {"capacity.region", 5},
		"cluster: An_alytics; region: us-east-1; pause: true":                               {"capacity.cluster", 4},
		here + "load: {nodes: 6}":                                                           {"capacity.load.nodes", 6},
		here + "serve: {nodes: 3}":                                                          {"capacity.serve.nodes", 6},
		here + "load: {nodes: 6, type: ra3.large}; serve: {nodes: 3}":                       {"capacity.load.type", 6},
		here + "load: {nodes: 3}; serve: {nodes: 3}":                                        {"capacity.load", 6},
		here + "deadline: 1h":                                                               {"capacity.load", 3},
		here + "load: {nodes: 6}; serve: {nodes: 1}":                                        {"capacity.serve.nodes", 7},
		here + "load: {rpu: 64}; serve: {nodes: 3}":                                         {"capacity.load", 6},
		here + "load: {nodes: 6, type: dc2.large}; serve: {nodes: 3, type: dc2.large}":      {"capacity.load.type", 6},
		here + "preset: ra3.large":                                                          {"capacity.preset", 6},
		here + "load: {nodes: 0}; serve: {nodes: 3}":                                        {"capacity.load.nodes", 6},
		here + "pause: true; price_per_hour: cheap":                                         {"capacity.price_per_hour", 7},
		here + "pause: true; nodes: 6":                                                      {"capacity.nodes", 7},
		"workgroup: abc; region: us-east-1; load: {rpu: 64}; serve: {rpu: 8}; pause: true":  {"capacity.pause", 8},
		"workgroup: abc; region: us-east-1; load: {rpu: 12}; serve: {rpu: 8}":               {"capacity.load.rpu", 6},
		"workgroup: abc; region: us-east-1; load: {rpu: 64, max_rpu: 32}; serve: {rpu: 8}":  {"capacity.load.max_rpu", 6},
		"workgroup: abc; region: us-east-1; load: {nodes: 6}; serve: {rpu: 8}":              {"capacity.load", 6},
		"workgroup: abc; region: us-east-1; load: {rpu: 64}; serve: {rpu: 8}; classic: yes": {"capacity.classic", 8},
	} {
		_, err := loadCapacity(t, lines)
		complaints, _ := errors.AsType[Complaints](err)
		found := false
		for _, c := range complaints {
			found = found || c.Field == want.field && c.Line == want.line && c.File == configFile
		}
		if !found {
			t.Errorf("%s: %+v, want a complaint about %s on line %d", lines, complaints, want.field, want.line)
		}
	}
}
