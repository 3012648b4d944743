package duckdb

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"archwire"
)

// defaultMemory is what an engine may use when its configuration does not say.
const defaultMemory = "1GB"

var memoryForm = regexp.MustCompile(`^(\d+(?:\.\d+)?) ?([KMGT]i?)?B$`)

// bytesOf reads an amount of memory as DuckDB does: "2GB", "512MiB".
func bytesOf(s string) (int64, error) {
	if s == "" {
		s = defaultMemory
	}
	m := memoryForm.FindStringSubmatch(s)
	if m == nil {
		return 0, &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%q is not an amount of memory", s), Hint: "Write it as 512MB or 2GB.",
		}
	}
	n, _ := strconv.ParseFloat(m[1], 64) // the expression admits digits and a point only
	unit := 1000.0
	if strings.HasSuffix(m[2], "i") {
		unit = 1024
	}
	for range strings.Index("KMGT", strings.TrimSuffix(m[2], "i")) + 1 {
		if m[2] != "" {
			n *= unit
		}
	}
	return int64(n), nil
}

// kibibytes writes an amount of memory as DuckDB reads it.
func kibibytes(n int64) string { return strconv.FormatInt(n/1024, 10) + "KiB" }
