package redshifttest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
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
}

// unload is UNLOAD ('query') TO 's3://...' IAM_ROLE ... FORMAT AS PARQUET and options.
func (s *session) unload(ctx context.Context, c *cursor) error {
	op, err := readUnload(c)
	if err != nil {
		return err
	}
	query, err := s.rewrite(op.query)
	if err != nil {
		return err
	}
	if err := s.server.clear(ctx, op); err != nil {
		return err
	}
	results, err := s.behind.Exec(ctx, written(query)).ReadAll()
	if err != nil {
		return err
	}
	files, err := s.server.cut(op, results[len(results)-1])
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
	rows := len(results[len(results)-1].Rows)
	if op.manifest {
		if err := s.server.write(ctx, place{op.to.bucket, op.to.key + "manifest"}, listed(op, files, results[len(results)-1].FieldDescriptions)); err != nil {
			return err
		}
	}
	s.inform(fmt.Sprintf("UNLOAD completed, %d record(s) unloaded successfully.", rows))
	return s.done("UNLOAD")
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
	case c.take("encrypted"):
		c.take("auto")
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

// clear refuses a place that is not empty, or empties it.
func (s *Server) clear(ctx context.Context, op unloading) error {
	there, err := s.list(ctx, op.to)
	if err != nil {
		return err
	}
	if op.clean {
		for _, name := range there {
			if err := s.remove(ctx, place{op.to.bucket, name}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(there) > 0 && !op.overwrite {
		return failed("XX000", "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option.", "UNLOAD")
	}
	return nil
}

// An unloaded is a file that UNLOAD writes.
type unloaded struct {
	at      place
	content []byte
	rows    int
}

// cut spreads the rows over files: by partition, and within each by slice of the
// cluster, as rows lie there, so that one partition has several files.
func (s *Server) cut(op unloading, result *pgconn.Result) ([]unloaded, error) {
	by, kept, err := op.columns(result.FieldDescriptions)
	if err != nil {
		return nil, err
	}
	var names []string
	groups := map[string][][][]byte{}
	for i, row := range result.Rows {
		name := op.to.key
		for _, at := range by {
			value := "__HIVE_DEFAULT_PARTITION__"
			if row[at] != nil {
				value = url.PathEscape(string(row[at]))
			}
			name += result.FieldDescriptions[at].Name + "=" + value + "/"
		}
		name += fmt.Sprintf("%04d_part_00.parquet", i%s.opts.Slices)
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], row)
	}
	slices.Sort(names)
	var out []unloaded
	for _, name := range names {
		content, err := parquetFile(result.FieldDescriptions, kept, groups[name])
		if err != nil {
			return nil, err
		}
		out = append(out, unloaded{place{op.to.bucket, name}, content, len(groups[name])})
	}
	return out, nil
}

// columns are the places of the columns that make the partition, and of those that are
// written.
func (op unloading) columns(fields []pgconn.FieldDescription) (by, kept []int, err error) {
	for i, f := range fields {
		if !slices.Contains(op.partition, f.Name) || op.include {
			kept = append(kept, i)
		}
	}
	for _, name := range op.partition {
		at := slices.IndexFunc(fields, func(f pgconn.FieldDescription) bool { return f.Name == name })
		if at < 0 {
			return nil, nil, failed("42703", fmt.Sprintf("partition column %q does not exist", name), "UNLOAD")
		}
		if !slices.Contains([]uint32{20, 21, 23, 1082}, fields[at].DataTypeOID) {
			return nil, nil, refusedf("PARTITION BY a column that is neither a whole number nor a date: how its values become paths is not documented", "UNLOAD")
		}
		by = append(by, at)
	}
	if len(kept) == 0 {
		return nil, nil, failed("0A000", "At least one column must not be in PARTITION BY", "UNLOAD")
	}
	return by, kept, nil
}

// listed is the manifest (UNLOAD, MANIFEST VERBOSE).
func listed(op unloading, files []unloaded, fields []pgconn.FieldDescription) []byte {
	type meta struct {
		ContentLength int `json:"content_length"`
		RecordCount   int `json:"record_count"`
	}
	type entry struct {
		URL  string `json:"url"`
		Meta *meta  `json:"meta,omitempty"`
	}
	type element struct {
		Name string            `json:"name"`
		Type map[string]string `json:"type"`
	}
	out := map[string]any{}
	entries, sum := []entry{}, meta{}
	for _, f := range files {
		e := entry{URL: f.at.String()}
		if op.verbose {
			e.Meta = &meta{len(f.content), f.rows}
		}
		entries, sum.ContentLength, sum.RecordCount = append(entries, e), sum.ContentLength+len(f.content), sum.RecordCount+f.rows
	}
	out["entries"] = entries
	if op.verbose {
		var elements []element
		for _, f := range fields {
			elements = append(elements, element{f.Name, map[string]string{"base": baseName(f.DataTypeOID)}})
		}
		out["schema"], out["meta"] = map[string]any{"elements": elements}, sum
		out["author"] = map[string]string{"name": "Amazon Redshift", "version": "1.0.0"}
	}
	data, _ := json.Marshal(out) //nolint:errcheck // it holds strings and numbers
	return data
}

// baseName is a type as manifests name it.
func baseName(oid uint32) string {
	names := map[uint32]string{16: "boolean", 20: "bigint", 21: "smallint", 23: "integer", 700: "real", 701: "double precision", 1700: "numeric", 1082: "date", 1114: "timestamp without time zone", 1184: "timestamp with time zone", 1042: "character", byteaOID: "binary varying", jsonbOID: "super"}
	if name, ok := names[oid]; ok {
		return name
	}
	return "character varying"
}
