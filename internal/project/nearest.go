package project

import "strings"

// Nearest is the known name that wrong was probably meant to be, or "" when
// none is near.
func Nearest(wrong string, known []string) string {
	best, least := "", 1+len(wrong)/3
	for _, name := range known {
		if d := distance(strings.ToLower(wrong), strings.ToLower(name)); d <= least && (best == "" || d < least) {
			best, least = name, d
		}
	}
	return best
}

// DidYouMean ends a complaint about an unknown name: the nearest known one, or
// all of them if they are few.
func DidYouMean(wrong string, known []string) string {
	if near := Nearest(wrong, known); near != "" {
		return "; did you mean " + near + "?"
	}
	switch {
	case len(known) == 0:
		return ""
	case len(known) <= 24:
		return "; there is " + and(known)
	}
	return ""
}

// distance counts the letters to insert, drop, change or swap with their
// neighbour to make b of a.
func distance(a, b string) int {
	const far = 1 << 10
	if len(a) > 200 || len(b) > 200 {
		return far
	}
	s, t := []rune(a), []rune(b)
	var before []int
	last := make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row := make([]int, len(t)+1)
		row[0] = i + 1
		for j := range t {
			change := 1
			if s[i] == t[j] {
				change = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+change)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}

// or lists alternatives: a, b or c.
func or(names []string) string { return enumerate(names, " or ") }

// and lists a set: a, b and c.
func and(names []string) string { return enumerate(names, " and ") }

// article puts a or an before a noun.
func article(noun string) string {
	if strings.HasPrefix(noun, "hour") || strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

func enumerate(names []string, last string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + last + names[len(names)-1]
}
