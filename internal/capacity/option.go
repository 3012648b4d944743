package capacity

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// offers says whether a shape is among those that a warehouse can be given.
func offers(options []Option, want Shape) bool {
	_, ok := Offered(options, want)
	return ok
}

// Offered finds the option that gives a shape.
func Offered(options []Option, want Shape) (Option, bool) {
	for _, o := range options {
		if o.Shape.As(want) {
			return o, true
		}
	}
	return Option{}, false
}

// NotOffered is the error for a shape that is not among those offered.
func NotOffered(p Place, have, want Shape, options []Option) error {
	var says []string
	for _, o := range options {
		if kind := have.over(want).Type; o.Shape.Type == kind {
			says = append(says, o.Shape.String())
		}
	}
	slices.Sort(says)
	can := "nothing of that type"
	if says = slices.Compact(says); len(says) > 0 {
		can = strings.Join(says, ", ")
	}
	return refused(archwire.Invalid,
		fmt.Sprintf("an elastic resize of the %s from %s to %s is not offered", p, have, want),
		fmt.Sprintf("Amazon Redshift offers %s; write one of these into capacity of archwire.yaml, or classic: true for a resize that takes hours.", can))
}
