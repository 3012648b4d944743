package redshifttest

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A loadError is why a row cannot be loaded (Load error reference).
type loadError struct {
	code   int
	reason string
	file   place
	line   int64
	column column
	at     int // the place in the line
	row    string
	field  string
}

func (e *loadError) Error() string { return fmt.Sprintf("%d: %s", e.code, e.reason) }

// load gives the rows of files to PostgreSQL and says how many there are.
func (s *session) load(ctx context.Context, op copying, columns []column, files []place) (rows int64, err error) {
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	counted := &counting{out: bufio.NewWriter(writer), lose: s.lost(ctx, op, columns, files)}
	go func() {
		err := s.feed(ctx, op, columns, files, counted)
		if err == nil {
			err = counted.out.Flush()
		}
		writer.CloseWithError(err)
		done <- err
	}()
	_, err = s.behind.CopyFrom(ctx, reader, op.sql(columns))
	reader.CloseWithError(io.ErrClosedPipe)
	if fed := <-done; fed != nil && !errors.Is(fed, io.ErrClosedPipe) {
		return 0, fed
	}
	return counted.rows, err
}

// lost is the number of the first row that is not loaded, by a fault; -1 if all are.
func (s *session) lost(ctx context.Context, op copying, columns []column, files []place) int64 {
	if s.fault.Lose == 0 {
		return -1
	}
	all := &counting{out: bufio.NewWriter(io.Discard), lose: -1}
	if s.feed(ctx, op, columns, files, all) != nil {
		return -1
	}
	return max(all.rows-int64(s.fault.Lose), 0)
}

// A counting writes rows until some are lost.
type counting struct {
	out  *bufio.Writer
	rows int64
	lose int64
}

func (w *counting) row(values []string) error {
	if w.lose >= 0 && w.rows >= w.lose {
		return nil
	}
	w.rows++
	_, err := w.out.WriteString(strings.Join(values, "\t") + "\n")
	return err
}

// feed reads files one after the other.
func (s *session) feed(ctx context.Context, op copying, columns []column, files []place, out *counting) error {
	for i, file := range files {
		if s.fault.S3 != nil && i == len(files)-1 {
			return s.fault.S3.told()
		}
		if err := s.file(ctx, op, columns, file, out); err != nil {
			return err
		}
	}
	return nil
}

// file reads one file.
func (s *session) file(ctx context.Context, op copying, columns []column, file place, out *counting) error {
	body, err := s.server.read(ctx, file)
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // only read
	var in io.Reader = body
	if op.gzip {
		if in, err = gzip.NewReader(body); err != nil {
			return failed("XX000", "The file is not in gzip format: "+file.String(), "File compression parameters")
		}
	}
	rows := &csvReader{format: op.format, in: bufio.NewReaderSize(in, 1<<16)}
	for {
		fields, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			var values []string
			if values, err = op.values(columns, fields); err == nil {
				err = out.row(values)
			}
		}
		if bad, ok := errors.AsType[*loadError](err); ok {
			bad.file, bad.line, bad.row = file, rows.line, strings.Join(fields, string(op.format.delimiter))
		}
		if err != nil {
			return err
		}
	}
}

// values are a row's fields as PostgreSQL's COPY takes them.
func (op copying) values(columns []column, fields []string) ([]string, error) {
	if len(fields) > len(columns) {
		return nil, &loadError{code: 1202, reason: "Extra column(s) found", column: columns[len(columns)-1]}
	}
	if len(fields) < len(columns) {
		return nil, &loadError{code: 1203, reason: "Delimiter not found", column: columns[len(fields)]}
	}
	out := make([]string, len(fields))
	at := 0
	for i, field := range fields {
		value, bad := op.value(columns[i], field)
		if bad != nil {
			bad.column, bad.field, bad.at = columns[i], field, at
			return nil, bad
		}
		out[i] = value
		at += len(field) + 1
	}
	return out, nil
}

// value is a field as PostgreSQL's COPY takes it. Whether it stood in quotes says
// nothing: an adapter that relies on it would be wrong (COPY, NULL AS).
func (op copying) value(c column, field string) (string, *loadError) {
	if field == op.format.null || field == "" && !c.isText() {
		if c.required {
			return "", &loadError{code: 1213, reason: "Missing data for not-null field"}
		}
		return `\N`, nil
	}
	value, bad := c.check(field, op)
	if bad != nil {
		return "", bad
	}
	return escaped.Replace(value), nil
}

var escaped = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)
