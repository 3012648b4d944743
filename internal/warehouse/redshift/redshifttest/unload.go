package redshifttest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// An unloading is one UNLOAD.
type unloading struct {
	query     []token
	to        place
	partition []string
	include   bool
	manifest  bool
	verbose   bool
	overwrite bool
	clean     bool
	encrypted bool
	kmsKey    bool
}

// unload is UNLOAD ('query') TO 's3://...' IAM_ROLE ... FORMAT AS PARQUET and options.
func (s *session) unload(ctx context.Context, c *cursor) error {
	op, err := readUnload(c)
	if err != nil {
		return err
	}
	query, err := s.rewrite(s.settings.fold(op.query))
	if err != nil {
		return err
	}
	if err := s.server.clear(ctx, op); err != nil {
		return err
	}
	result, err := s.rows(ctx, written(query))
	if err != nil {
		return err
	}
	files, err := s.server.cut(op, result)
	if err != nil {
		return err
	}
	for i := range files {
		if s.fault.S3 != nil && i == len(files)-1 {
			return s.fault.S3.told()
		}
		if err := s.server.write(ctx, files[i].at, files[i].content); err != nil {
			return err
		}
	}
	if op.manifest {
		if err := s.server.write(ctx, place{op.to.bucket, op.to.key + "manifest"}, listed(op, files, result.FieldDescriptions)); err != nil {
			return err
		}
	}
	s.inform(fmt.Sprintf("UNLOAD completed, %d record(s) unloaded successfully.", len(result.Rows)))
	return s.done("UNLOAD")
}

// rows are those of a query, with its columns though there be no row.
func (s *session) rows(ctx context.Context, sql string) (*pgconn.Result, error) {
	results := s.behind.Exec(ctx, sql)
	var out pgconn.Result
	for results.NextResult() {
		reader := results.ResultReader()
		out.FieldDescriptions = slices.Clone(reader.FieldDescriptions())
		for reader.NextRow() {
			row := make([][]byte, len(reader.Values()))
			for i, v := range reader.Values() {
				row[i] = slices.Clone(v)
			}
			out.Rows = append(out.Rows, row)
		}
	}
	return &out, results.Close()
}

// readUnload reads the statement.
func readUnload(c *cursor) (op unloading, err error) {
	inside, err := c.group()
	if err != nil {
		return op, err
	}
	if len(inside) != 1 || inside[0].kind != text {
		return op, c.unexpected()
	}
	if op.query, err = lex(inside[0].value()); err != nil {
		return op, err
	}
	if slices.ContainsFunc(split(op.query, "limit")[1:], func([]token) bool { return true }) {
		return op, failed("0A000", "Limit clause is not supported in the outer SELECT of UNLOAD", "UNLOAD")
	}
	if err := c.must("to"); err != nil {
		return op, err
	}
	to, err := c.string()
	if err != nil {
		return op, err
	}
	if op.to, err = placed(to); err != nil {
		return op, err
	}
	parquet := false
	for !c.end() {
		if err := op.option(c, &parquet); err != nil {
			return op, err
		}
	}
	if !parquet {
		return op, refusedf("UNLOAD in another form than PARQUET", "UNLOAD")
	}
	if op.kmsKey && !op.encrypted {
		return op, failed("42601", "KMS_KEY_ID requires ENCRYPTED", "UNLOAD")
	}
	if op.encrypted && !op.kmsKey {
		return op, refusedf("UNLOAD with ENCRYPTED and no key of KMS: the client would encrypt", "Unloading encrypted data files")
	}
	if op.clean && op.overwrite {
		return op, failed("0A000", "CLEANPATH and ALLOWOVERWRITE cannot be used together", "UNLOAD")
	}
	return op, nil
}

// option reads one option.
func (op *unloading) option(c *cursor, parquet *bool) (err error) {
	switch {
	case c.take("iam_role"):
		return role(c)
	case c.take("format"):
		c.take("as")
		*parquet = true
		return c.must("parquet")
	case c.take("parquet"):
		*parquet = true
	case c.take("partition by"):
		op.partition, err = c.names()
		op.include = c.take("include")
	case c.take("manifest"):
		op.manifest, op.verbose = true, c.take("verbose")
	case c.take("allowoverwrite"):
		op.overwrite = true
	case c.take("cleanpath"):
		op.clean = true
	case c.take("parallel"):
		c.take("as")
		if !c.take("on") && !c.take("true") {
			return refusedf("UNLOAD with PARALLEL OFF: one slice would write it all", "UNLOAD")
		}
	case c.take("maxfilesize"), c.take("rowgroupsize"):
		c.take("as")
		return fileSize(c)
	case c.take("region"):
		c.take("as")
		_, err = c.string()
	case c.take("kms_key_id"):
		c.take("as")
		op.kmsKey = true
		_, err = c.string()
	case c.take("encrypted"):
		op.encrypted = true
	default:
		return refusedf(fmt.Sprintf("UNLOAD with %q: the form is not in its table", c.peek(0).text), "UNLOAD")
	}
	return err
}

// fileSize reads a size of 5 MB to 6.2 GB (UNLOAD, MAXFILESIZE).
func fileSize(c *cursor) error {
	n, err := strconv.ParseFloat(c.next().text, 64)
	if err != nil {
		return c.unexpected()
	}
	if c.take("gb") {
		n *= 1024
	}
	c.take("mb")
	if n < 5 || n > 6.2*1024 {
		return failed("22023", "MAXFILESIZE must be between 5 MB and 6.2 GB", "UNLOAD")
	}
	return nil
}
