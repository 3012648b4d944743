package cli

import (
	"bytes"
	"os"
	"testing"
)

// TestTypesDocument holds the document against the tables of the adapters.
func TestTypesDocument(t *testing.T) {
	t.Parallel()
	got, err := typesDocument()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../docs/types.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/types.md is not current; run make docs")
	}
}
