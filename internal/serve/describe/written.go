package describe

import (
	"archwire"
)

// Written says, in words, how the API writes values of a type in JSON.
func Written(t archwire.Type) string {
	s := valueSchema(t)
	switch {
	case t.Kind == archwire.JSON:
		return "any document"
	case s.Type == "": // of floats
		return `number, or "NaN", "Infinity", "-Infinity"`
	case t.Kind == archwire.Decimal:
		return "number, all its digits"
	case s.ContentEncoding != "":
		return s.Type + ", " + s.ContentEncoding
	case s.Type == "string" && s.Format != "":
		return s.Type + ", " + s.Format
	}
	return s.Type
}
