package browsertest

import (
	"testing"

	"archwire/internal/demo"
)

func size() demo.Size { return demo.Size{Practices: 2, Months: 14, Seed: 20261120, AsOf: asOf()} }

// TestPages shares one product and one browser: to make them takes longer than most of
// what is tested.
func TestPages(t *testing.T) {
	w := newWorld(t, size(), true)
	w.open(t)
	for _, part := range []struct {
		name string
		test func(*testing.T)
	}{
		{"the first view is light", w.testWeight},
		{"signing in", w.testSignIn},
		{"accepting an invitation", w.testInvitation},
		{"three clicks", w.testThreeClicks},
		{"from a number to its rows", w.testDrill},
		{"period and comparison", w.testPeriod},
		{"rows as files", w.testRowsAsFiles},
		{"a tile as a file", w.testTileAsFile},
		{"a chart as a picture", w.testPicture},
		{"on paper", w.testPaper},
		{"without script", w.testNoScript},
		{"by keyboard alone", w.testKeyboard},
		{"a grant, given, narrowed and revoked", w.testGrant},
		{"an operator looks as somebody else", w.testViewAs},
		{"nothing of another practice", w.testCanaries},
		{"every page is whole, accessible and as wide as the screen", w.testEveryPage},
	} {
		t.Run(part.name, part.test)
	}
}
