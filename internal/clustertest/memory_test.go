package clustertest

import (
	"testing"

	"archwire/internal/object/s3test"
)

// TestMemoryDoesNotFollowFromRows loads a table of which one copy is three times as large
// as the other, each by a process of its own, and compares the most memory that the
// processes had. Both are larger than all that is kept on the way.
func TestMemoryDoesNotFollowFromRows(t *testing.T) {
	const (
		note = 1500
		more = 3
	)
	s3 := s3test.Start(t)
	peak := func(bucket string, sales int) int64 {
		p := newSmall(t, s3, bucket, "128MB")
		p.fill(t, 4, sales, note)
		return p.run(t, "run")
	}
	sales := setting(t, "CLUSTERTEST_SALES", 3000)
	small, large := peak("few-rows", sales), peak("many-rows", more*sales)
	bytes := int64(4 * sales * note)
	t.Logf("%d rows of %d bytes: at most %d MB; %d rows: at most %d MB, %.2f times as much",
		4*sales, note, small>>20, 4*more*sales, large>>20, float64(large)/float64(small))
	// Were rows kept, all of what came besides would show, and as much again that the
	// garbage collector lets lie.
	if grown := large - small; grown >= (more-1)*bytes {
		t.Errorf("%d MB more rows took %d MB more memory", (more-1)*bytes>>20, grown>>20)
	}
}
