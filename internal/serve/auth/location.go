package auth

import (
	"fmt"
	"strings"
)

// ListLocations names locations for a person: the first few, and how many more there
// are.
func ListLocations(all []string) string {
	const most = 20
	var texts []string
	for _, l := range all[:min(len(all), most)] {
		texts = append(texts, fmt.Sprintf("%q", l))
	}
	if len(all) > most {
		texts = append(texts, fmt.Sprintf("%d more", len(all)-most))
	}
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}
