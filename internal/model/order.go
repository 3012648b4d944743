package model

import (
	"slices"
	"strings"

	"archwire"
	"archwire/internal/project"
)

// Order cuts models into waves: a model reads tables and models of earlier
// waves only, so those of one wave can be refreshed side by side. Models within
// a wave are sorted by name. Models that read each other in a circle are
// Complaints.
//
// It goes by Reads, which Check fills in.
func Order(models []archwire.Model) ([][]archwire.Model, error) {
	waves, circles := order(models)
	return waves, circles.Err()
}

// order is Order, with the waves that can be told in spite of circles.
func order(models []archwire.Model) ([][]archwire.Model, project.Complaints) {
	left := make(map[string]archwire.Model, len(models))
	for _, m := range models {
		left[m.Name] = m
	}
	var waves [][]archwire.Model
	for {
		wave := ready(left)
		if len(wave) == 0 {
			break
		}
		for _, m := range wave {
			delete(left, m.Name)
		}
		waves = append(waves, wave)
	}
	return waves, circles(left)
}

// ready lists the models that read none of the models left.
func ready(left map[string]archwire.Model) []archwire.Model {
	var wave []archwire.Model
	for _, m := range left {
		if firstLeft(m, left) == "" {
			wave = append(wave, m)
		}
	}
	slices.SortFunc(wave, func(a, b archwire.Model) int { return strings.Compare(a.Name, b.Name) })
	return wave
}

// firstLeft is the first of the models left that m reads, or "".
func firstLeft(m archwire.Model, left map[string]archwire.Model) string {
	for _, r := range m.Reads {
		if _, ok := left[r]; ok {
			return r
		}
	}
	return ""
}

// circles complains about the circles among the models left, each of which
// reads another one of them. A model that merely reads a circle is not blamed.
func circles(left map[string]archwire.Model) project.Complaints {
	var complaints project.Complaints
	for len(left) > 0 {
		for wave := ready(left); len(wave) > 0; wave = ready(left) { // these only read a circle named already
			for _, m := range wave {
				delete(left, m.Name)
			}
		}
		if len(left) == 0 {
			break
		}
		circle := circle(left)
		first := left[circle[0]]
		complaints = append(complaints, project.Complaint{
			File: first.File, Line: first.Line,
			Message: "models read each other in a circle: " + strings.Join(append(circle, circle[0]), " -> ") +
				"; let one of them read something else",
		})
		for _, name := range circle {
			delete(left, name)
		}
	}
	return complaints
}

// circle walks from model to model until one comes again. It begins with the
// name that sorts first.
func circle(left map[string]archwire.Model) []string {
	at := ""
	for name := range left {
		if at == "" || name < at {
			at = name
		}
	}
	var walked []string
	for !slices.Contains(walked, at) {
		walked = append(walked, at)
		at = firstLeft(left[at], left)
	}
	walked = walked[slices.Index(walked, at):]
	smallest := slices.Index(walked, slices.Min(walked))
	return append(slices.Clone(walked[smallest:]), walked[:smallest]...)
}
