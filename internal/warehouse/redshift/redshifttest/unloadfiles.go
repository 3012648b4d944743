package redshifttest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

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
		var folders strings.Builder
		for _, at := range by {
			value := "__HIVE_DEFAULT_PARTITION__"
			if row[at] != nil {
				value = url.PathEscape(string(row[at]))
			}
			folders.WriteString(result.FieldDescriptions[at].Name + "=" + value + "/")
		}
		name := fmt.Sprintf("%s%s%04d_part_00.parquet", op.to.key, folders.String(), i%s.opts.Slices)
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
	data, _ := json.Marshal(out)
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
