package redshifttest

import (
	"context"
	"fmt"
	"strings"
)

// record writes down why a row was not loaded, where the views of load errors show it
// though the transaction fails (SYS_LOAD_ERROR_DETAIL, STL_LOAD_ERRORS), and gives the
// statement's error.
func (s *session) record(ctx context.Context, op copying, bad *loadError) error {
	length := ""
	if bad.column.size[0] > 0 {
		length = fmt.Sprint(bad.column.size[0])
		if bad.column.typ == "numeric" {
			length += fmt.Sprintf(",%d", bad.column.size[1])
		}
	}
	values := []string{
		fmt.Sprint(s.behind.PID()), literal(s.database), "coalesce(to_regclass(" + literal(op.target.String()) + ")::oid::int, 0)", literal(bad.file.String()),
		fmt.Sprint(bad.line), literal(bad.column.name), literal(bad.column.kind()), literal(length), fmt.Sprint(bad.at), fmt.Sprint(bad.code), literal(bad.reason),
		literal(cutTo(bad.row, 1024)), literal(cutTo(bad.field, 1024)),
	}
	if err := s.aside(ctx, "insert into redshifttest.load_error (session_id, database_name, table_id, file_name, line_number, column_name, column_type, column_length, position, error_code, error_message, raw_line, raw_field_value) values ("+strings.Join(values, ", ")+")"); err != nil {
		return err
	}
	view := "stl_load_errors"
	if s.server.opts.Serverless {
		view = "sys_load_error_detail"
	}
	return failed("XX000", fmt.Sprintf("Load into table '%s' failed.  Check '%s' system table for details.", op.target.name, view), "Troubleshooting data loads")
}

// aside runs a statement in a transaction of its own.
func (s *session) aside(ctx context.Context, sql string) error {
	conn, err := s.server.backend.connect(ctx, s.database)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	_, err = conn.Exec(ctx, sql).ReadAll()
	return err
}

func cutTo(s string, n int) string {
	return strings.ToValidUTF8(s[:min(len(s), n)], "")
}
