package archwire

import (
	"strconv"
	"strings"
	"time"
)

// A Retirement says until when a dataset or metric is published. The zero
// Retirement has no end.
type Retirement struct {
	Sunset     Day       `json:"sunset,omitempty"`    // the last business date that is published
	Deprecated time.Time `json:"deprecated,omitzero"` // when the first publication was made that names a sunset
}

// Over says whether what retires so is not published on that business date any
// more.
func (r Retirement) Over(on Day) bool { return r.Sunset != "" && on > r.Sunset }

// Family is the name of a dataset without the contract that may stand behind it:
// sales of sales@1, and of sales. The contracts of a dataset are a family.
func Family(dataset string) string {
	family, _, _ := strings.Cut(dataset, "@")
	return family
}

// UnderContract names one contract of a dataset: sales@1.
func UnderContract(family string, contract int) string {
	return family + "@" + strconv.Itoa(contract)
}

// Older says whether d is an older contract of its family, which has its number in
// its name. The newest one has not.
func (d Dataset) Older() bool { return d.Name != Family(d.Name) }
