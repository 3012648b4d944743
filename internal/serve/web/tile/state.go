package tile

// shows says whether a tile in that state shows its values.
func (s State) shows() bool { return s == Ready || s == Partial || s == Late }

// says is the sentence of a state, with what a note adds.
func says(s State, note string) string {
	words := map[State]string{
		Loading:    "Loading",
		Empty:      "No data yet",
		None:       "There is none",
		Barred:     "Not shown here",
		NotMature:  "Not mature yet",
		Suppressed: "Not told",
		Partial:    "Partial",
		Late:       "Late",
		NotAllowed: "This is not open to you",
		Failed:     "This could not be worked out",
	}[s]
	switch {
	case words == "":
		return ""
	case note == "":
		return words + "."
	case s == NotAllowed:
		words = "Not shown"
	}
	return words + ": " + note + "."
}
