package web

import "archwire/internal/serve/web/ask"

// A confirmation asks once more before something is done.
type confirmation struct {
	Title, Says string
	Facts       []datum
	Action      string // where the form goes
	Values      []kept
	Do          string // what the button says
	Danger      bool   // it cannot be undone
	Back        string
	Command     string   // that does the same
	Also        []string // further commands, where one does a part of it
	Problem     *ask.Problem
}
