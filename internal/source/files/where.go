package files

import (
	"encoding/json"
	"fmt"

	"archwire"
)

// A where is what a chunk says, as JSON.
type where struct {
	File   string
	Live   string `json:",omitempty"` // the column that marks deleted rows, if they are left out
	Column string `json:",omitempty"` // that is followed
	Since  string `json:",omitempty"` // from where
	Keys   string `json:",omitempty"` // what the view calls the keys of the rows; "" is all
}

// String is the chunk's text.
func (w where) String() string {
	text, err := json.Marshal(w)
	if err != nil {
		panic(err) // texts only
	}
	return string(text)
}

func parseWhere(t archwire.Table, c archwire.Chunk) (w where, err error) {
	if err := json.Unmarshal([]byte(c.Where), &w); err != nil {
		return w, fmt.Errorf("reading %s: %q is no chunk of it", t.ID(), c.Where)
	}
	return w, nil
}
