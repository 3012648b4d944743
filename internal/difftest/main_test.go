package difftest

import (
	"testing"

	"archwire/internal/testproc"
)

// TestMain makes the test binary the product when it is told to: runs that are killed
// are processes of their own that do what the command does.
func TestMain(m *testing.M) { testproc.Main(m) }
