package redshifttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A copying is one COPY ... FROM.
type copying struct {
	target   relation
	names    []string // of the columns; nil for all
	from     place
	manifest bool
	gzip     bool
	format   csvFormat
	auto     struct{ date, time bool } // 'auto' was said
	round    bool
}

// copy is COPY table [(column, ...)] FROM 's3://...' IAM_ROLE ... and options, as the
// adapter sends it: CSV named in a manifest.
func (s *session) copy(ctx context.Context, c *cursor) error {
	op, err := readCopy(c)
	if err != nil {
		return err
	}
	columns, err := s.columns(ctx, op.target, op.names)
	if err != nil {
		return err
	}
	files, err := s.server.entries(ctx, op.from)
	if err != nil {
		return err
	}
	var rows int64
	err = s.whole(ctx, func() (err error) {
		if err = s.alone(ctx, op.target); err != nil {
			return err
		}
		if rows, err = s.load(ctx, op, columns, files); err != nil {
			return err
		}
		return s.changed(ctx, op.target)
	})
	if bad, ok := errors.AsType[*loadError](err); ok {
		return s.record(ctx, op, bad)
	}
	if err != nil {
		return err
	}
	s.copied = rows
	s.inform(fmt.Sprintf("Load into table '%s' completed, %d record(s) loaded successfully.", op.target.name, rows))
	return s.done("COPY")
}

// readCopy reads the statement.
func readCopy(c *cursor) (op copying, err error) {
	op.format = csvFormat{delimiter: '|', quote: '"', null: `\N`}
	if op.target, err = c.table(); err != nil {
		return op, err
	}
	if c.peek(0).is("(") {
		if op.names, err = c.names(); err != nil {
			return op, err
		}
	}
	if c.take("to") {
		return op, failed("0A000", "COPY TO is not supported: UNLOAD is", "Unsupported PostgreSQL features")
	}
	if err := c.must("from"); err != nil {
		return op, err
	}
	if c.take("stdin") {
		return op, failed("0A000", "COPY from STDIN is not supported", "COPY, Data sources")
	}
	url, err := c.string()
	if err != nil {
		return op, err
	}
	if op.from, err = placed(url); err != nil {
		return op, err
	}
	for !c.end() {
		if err := op.option(c); err != nil {
			return op, err
		}
	}
	return op, op.whole()
}

// entries are the files that a manifest names (Using a manifest to specify data
// files).
func (s *Server) entries(ctx context.Context, at place) ([]place, error) {
	body, err := s.read(ctx, at)
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	var manifest struct {
		Entries []struct {
			URL       string `json:"url"`
			Mandatory bool   `json:"mandatory"`
		} `json:"entries"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return nil, failed("XX000", "Invalid JSON in the manifest file", "Using a manifest to specify data files")
	}
	var out []place
	for _, e := range manifest.Entries {
		file, err := placed(e.URL)
		if err != nil {
			return nil, err
		}
		if !e.Mandatory {
			return nil, refusedf("manifests with a file that is not mandatory: what is missing would be skipped", "Using a manifest to specify data files")
		}
		out = append(out, file)
	}
	if len(out) == 0 {
		return nil, failed("XX000", "The manifest names no files", "Using a manifest to specify data files")
	}
	return out, nil
}

// columns are those of a table that COPY fills, in order.
func (s *session) columns(ctx context.Context, r relation, names []string) ([]column, error) {
	rows, err := s.ask(ctx, `select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce((select substring(conname from '\d+') from pg_constraint c
		where c.conrelid = a.attrelid and c.conname like 'redshifttest\_bytes\_%' and a.attnum = any(c.conkey)), '0')
		from pg_attribute a where a.attrelid = `+literal(r.String())+`::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`)
	if err != nil {
		return nil, err
	}
	all := map[string]column{}
	var order []string
	for _, row := range rows {
		all[row[0]] = newColumn(row[0], row[1], row[2] == "t", row[3])
		order = append(order, row[0])
	}
	if names == nil {
		names = order
	}
	var out []column
	for _, name := range names {
		c, ok := all[name]
		if !ok {
			return nil, failed("42703", fmt.Sprintf("column %q of relation %q does not exist", name, r.name), "COPY")
		}
		out = append(out, c)
	}
	return out, nil
}

// sql is how PostgreSQL is given the rows.
func (op copying) sql(columns []column) string {
	var names []string
	for _, c := range columns {
		names = append(names, ident(c.name))
	}
	return "copy " + op.target.String() + " (" + strings.Join(names, ", ") + ") from stdin"
}
