package auth_test

import (
	"fmt"
	"testing"

	"archwire/internal/serve/auth"
)

func TestListLocations(t *testing.T) {
	var many []string
	for i := range 23 {
		many = append(many, fmt.Sprint(i))
	}
	for want, all := range map[string][]string{
		"": {}, `"a"`: {"a"}, `"a" and "b\n"`: {"a", "b\n"}, `"a", "b" and "c"`: {"a", "b", "c"},
		`"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19" and 3 more`: many,
	} {
		if got := auth.ListLocations(all); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
