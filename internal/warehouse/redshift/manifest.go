package redshift

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// A part is a file of rows in the staging place.
type part struct {
	Name  string `json:"name"` // of the object
	Rows  int64  `json:"rows"`
	Empty bool   `json:"empty,omitempty"` // it has the mark for bytes of which there are none
}

// manifestOf is the text of a manifest (Using a manifest to specify data files). Each
// file is mandatory: COPY fails where one is missing.
func manifestOf(staging string, parts []part) ([]byte, error) {
	type entry struct {
		URL       string `json:"url"`
		Mandatory bool   `json:"mandatory"`
	}
	var m struct {
		Entries []entry `json:"entries"`
	}
	for _, p := range parts {
		m.Entries = append(m.Entries, entry{staging + "/" + p.Name, true})
	}
	return json.MarshalIndent(m, "", " ")
}

// copyStatement loads the files of a manifest into a table. NULL is the mark that the
// files' rows were written with, no sampling changes the table's encodings, and the
// first row that does not fit fails all of it (Data load operations, MAXERROR).
func (w *Warehouse) copyStatement(into string, columns []archwire.Column, manifest, mark string) string {
	return "COPY " + into + " (" + columnList("", columns) + ") FROM " + literal(w.staging+"/"+manifest) + " " + w.access +
		" MANIFEST FORMAT AS CSV DELIMITER ',' QUOTE '\"' NULL AS " + literal(mark) +
		" GZIP ENCODING UTF8 DATEFORMAT 'auto' TIMEFORMAT 'auto' COMPUPDATE OFF STATUPDATE OFF"
}

// copyParts loads files into a table, within a transaction of l's, and makes sure that
// all their rows came in.
func (w *Warehouse) copyParts(ctx context.Context, l link, folder, into string, columns []archwire.Column, mark string, parts []part) error {
	if len(parts) == 0 {
		return nil // COPY of no file is an error
	}
	text, err := manifestOf(w.staging, parts)
	if err != nil {
		return fmt.Errorf("writing a manifest: %w", err)
	}
	name := folder + "/" + strings.ToLower(rand.Text()) + ".manifest"
	if err := w.store.Put(ctx, name, bytes.NewReader(text)); err != nil {
		return err
	}
	if _, err := l.exec(ctx, w.copyStatement(into, columns, name, mark)); err != nil {
		return &copyFailed{error: err, columns: columns, mark: mark}
	}
	want := total(parts)
	got, err := count(ctx, l, "SELECT PG_LAST_COPY_COUNT()")
	if err == nil && got != want {
		err = &archwire.Error{
			Code: archwire.Mismatch, Message: fmt.Sprintf("Redshift has loaded %d rows of files that hold %d", got, want),
			Hint: "Nothing of them is visible. Run again; if it stays so, look at SYS_LOAD_DETAIL of the cluster.",
		}
	}
	if err != nil || !slices.ContainsFunc(parts, func(p part) bool { return p.Empty }) {
		return err
	}
	for _, statement := range putEmpty(into, columns, mark) { // now: what goes with a COMMIT is not called back
		if _, err := l.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// putEmpty are the statements that put bytes of which there are none in the place of
// their mark. A text becomes the bytes of its UTF-8 (VARBYTE type).
func putEmpty(into string, columns []archwire.Column, mark string) (statements []string) {
	for _, c := range columns {
		if c.Type.Kind == archwire.Bytes {
			name := archwire.Quote(c.Name)
			statements = append(statements, "UPDATE "+into+" SET "+name+" = CAST('' AS VARBYTE) WHERE LOWER(TO_HEX("+name+")) = "+literal(emptyMark(mark)))
		}
	}
	return statements
}
