package api

import (
	"strconv"

	"archwire/internal/serve/encode"
)

// An envelope is what stands around data.
type envelope struct {
	contract int    // 0 is none
	about    []byte // further members of "meta", each after a comma
	next     string // the cursor of the next page; "" is none
}

// open begins an answer, up to its data.
func (envelope) open() []byte { return append(make([]byte, 0, 4096), `{"data":`...) }

// close ends an answer after its data.
func (v envelope) close(dst []byte, e *edition) []byte {
	dst = append(dst, `,"meta":{`...)
	dst = append(dst, e.meta...)
	if v.contract > 0 {
		dst = append(dst, `,"contract":`...)
		dst = strconv.AppendInt(dst, int64(v.contract), 10)
	}
	dst = append(dst, v.about...)
	dst = append(dst, `},"page":{"next":`...)
	if v.next == "" {
		dst = append(dst, "null"...)
	} else {
		dst = encode.String(dst, v.next)
	}
	return append(dst, "}}\n"...)
}
