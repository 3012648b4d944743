package catalogue

import (
	"strconv"

	"archwire/internal/serve/encode"
)

// An Envelope is what stands around data.
type Envelope struct {
	Contract int    // 0 is none
	About    []byte // further members of "meta", each after a comma
	Next     string // the cursor of the next page; "" is none
}

// Open begins an answer, up to its data.
func (Envelope) Open() []byte { return append(make([]byte, 0, 4096), `{"data":`...) }

// Close ends an answer after its data.
func (v Envelope) Close(dst []byte, e *Edition) []byte {
	dst = append(dst, `,"meta":{`...)
	dst = append(dst, e.meta...)
	if v.Contract > 0 {
		dst = append(dst, `,"contract":`...)
		dst = strconv.AppendInt(dst, int64(v.Contract), 10)
	}
	dst = append(dst, v.About...)
	dst = append(dst, `},"page":{"next":`...)
	if v.Next == "" {
		dst = append(dst, "null"...)
	} else {
		dst = encode.String(dst, v.Next)
	}
	return append(dst, "}}\n"...)
}
