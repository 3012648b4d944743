package redshifttest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
)

// settings are the session's parameters that PostgreSQL does not keep.
type settings map[string]string

// own are the parameters that Redshift has and PostgreSQL has not, with their
// defaults (Configuration reference).
func newSettings() settings {
	return settings{
		"enable_case_sensitive_identifier": "false", "query_group": "unset", "enable_result_cache_for_session": "true",
		"wlm_query_slot_count": "1", "describe_field_name_in_uppercase": "off", "mv_enable_aqmv_for_session": "true",
		"json_serialization_enable": "false", "json_serialization_parse_nested_strings": "false",
	}
}

// allDigits is set once a session has asked for all the digits that there are.
const allDigits = "redshifttest.all_digits"

// shared are the parameters that both have.
var shared = []string{"timezone", "datestyle", "statement_timeout", "search_path", "extra_float_digits", "application_name", "client_encoding"}

// fold is how names in quotes are read: letters of ASCII in lower case, unless the
// session says otherwise (Names and identifiers).
func (s settings) fold(tokens []token) []token {
	if s["enable_case_sensitive_identifier"] == "true" {
		return tokens
	}
	out := slices.Clone(tokens)
	for i, t := range out {
		if t.kind == quoted {
			out[i].text = lowered(t.text)
		}
	}
	return out
}

// set is SET [SESSION | LOCAL] name {TO | =} value.
func (s *session) set(ctx context.Context, c *cursor) error {
	scope := "session"
	if c.take("local") {
		scope = "local"
	} else {
		c.take("session")
	}
	name := c.next().lower()
	if name == "time" && c.take("zone") {
		name = "timezone"
	} else if !c.take("to") && !c.take("=") {
		return c.unexpected()
	}
	value := strings.TrimSpace(written(c.rest()))
	switch {
	case slices.Contains(shared, name):
		if name == "extra_float_digits" && value == "3" {
			return failed("22023", "3 is outside the valid range for parameter \"extra_float_digits\" (-15 .. 2)", "extra_float_digits")
		}
		if name == "extra_float_digits" && value == "2" {
			s.settings[allDigits] = "on"
		}
		return s.relay(ctx, fmt.Sprintf("set %s %s to %s", scope, name, value), "SET")
	case newSettings()[name] != "":
		s.settings[name] = strings.ToLower(strings.Trim(value, "'"))
		if slices.Contains([]string{"on", "true", "t"}, s.settings[name]) {
			s.settings[name] = "true"
		}
		return s.done("SET")
	}
	return failed("42704", fmt.Sprintf("unrecognized configuration parameter %q", name), "Configuration reference")
}

func (s *session) reset(ctx context.Context, c *cursor) error {
	name := c.next().lower()
	switch {
	case slices.Contains(shared, name):
		return s.relay(ctx, "reset "+name, "RESET")
	case newSettings()[name] != "":
		s.settings[name] = newSettings()[name]
		return s.done("RESET")
	}
	return failed("42704", fmt.Sprintf("unrecognized configuration parameter %q", name), "Configuration reference")
}

// show is SHOW name.
func (s *session) show(ctx context.Context, c *cursor) error {
	name := c.next().lower()
	switch {
	case slices.Contains(shared, name):
		return s.relay(ctx, "show "+name, "SHOW")
	case newSettings()[name] != "":
		s.client.Send(&pgproto3.RowDescription{Fields: []pgproto3.FieldDescription{{Name: []byte(name), DataTypeOID: varcharOID, DataTypeSize: -1, TypeModifier: -1}}})
		s.client.Send(&pgproto3.DataRow{Values: [][]byte{[]byte(s.settings[name])}})
		return s.done("SHOW")
	}
	return failed("42704", fmt.Sprintf("unrecognized configuration parameter %q", name), "Configuration reference")
}
