package browsertest

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

// amountForm is a number as pages write it in English: $1,284.50, −3, 64.2 %.
var amountForm = regexp.MustCompile(`[-−]?\$?[0-9][0-9,]*(\.[0-9]+)?`)

// amount is the first number of a text.
func amount(t *testing.T, text string) *big.Rat {
	t.Helper()
	found := amountForm.FindString(text)
	return exact(t, strings.NewReplacer("$", "", ",", "", "−", "-").Replace(found))
}

// exact reads a number of the API, or what stands for one.
func exact(t *testing.T, value any) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(fmt.Sprint(value))
	if !ok {
		t.Fatalf("%v is not a number", value)
	}
	return r
}

// total adds up a column of rows.
func total(t *testing.T, rows []map[string]any, column string) *big.Rat {
	t.Helper()
	sum := new(big.Rat)
	for _, row := range rows {
		if row[column] != nil {
			sum.Add(sum, exact(t, row[column]))
		}
	}
	return sum
}

// same says whether a number was written to so many places of another.
func same(shown, value *big.Rat, places int) bool {
	return shown.FloatString(places) == value.FloatString(places)
}
