package tsql

import (
	"slices"
	"strconv"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// systemViews are those that the double has, with the columns that somebody asks
// for.
var systemViews = map[string]systemView{
	"databases": {
		"name name, database_id int, create_date datetime, compatibility_level tinyint, collation_name name, is_read_only bit, state tinyint, state_desc desc, " +
			"snapshot_isolation_state tinyint, snapshot_isolation_state_desc desc, is_read_committed_snapshot_on bit, recovery_model_desc desc, is_memory_optimized_elevate_to_snapshot_on bit",
		databaseRows, "",
	},
	"database_recovery_status":    {"database_id int, database_guid uniqueidentifier, recovery_fork_guid uniqueidentifier", recoveryRows, ""},
	"schemas":                     {"name name, schema_id int, principal_id int", schemaRows, ""},
	"types":                       {"name name, system_type_id tinyint, user_type_id int, schema_id int, max_length smallint, precision tinyint, scale tinyint, collation_name name, is_nullable bit, is_user_defined bit, is_assembly_type bit, is_table_type bit", typeRows, ""},
	"objects":                     {objectColumns, objectRows, ""},
	"all_objects":                 {objectColumns, objectRows, ""},
	"tables":                      {objectColumns + ", is_memory_optimized bit, temporal_type tinyint, temporal_type_desc desc, history_table_id int, is_external bit", tableRowsOf, ""},
	"views":                       {objectColumns, viewRows, ""},
	"columns":                     {columnColumns, columnRows, ""},
	"all_columns":                 {columnColumns, columnRows, ""},
	"computed_columns":            {"object_id int, name name, column_id int, definition text, is_persisted bit", computedRows, ""},
	"identity_columns":            {"object_id int, name name, column_id int, seed_value sql_variant, increment_value sql_variant, last_value sql_variant", identityRows, ""},
	"indexes":                     {"object_id int, name name, index_id int, type tinyint, type_desc desc, is_unique bit, is_primary_key bit, is_unique_constraint bit, is_disabled bit, has_filter bit, is_hypothetical bit", indexRows, ""},
	"index_columns":               {"object_id int, index_id int, index_column_id int, column_id int, key_ordinal tinyint, is_descending_key bit, is_included_column bit", indexColumnRows, ""},
	"key_constraints":             {"name name, object_id int, parent_object_id int, type char2, unique_index_id int", keyRows, ""},
	"partitions":                  {"partition_id bigint, object_id int, index_id int, partition_number int, hobt_id bigint, rows bigint", partitionRows, ""},
	"dm_db_partition_stats":       {"partition_id bigint, object_id int, index_id int, partition_number int, used_page_count bigint, reserved_page_count bigint, row_count bigint", partitionStats, "VIEW DATABASE STATE"},
	"allocation_units":            {"allocation_unit_id bigint, type tinyint, container_id bigint, total_pages bigint, used_pages bigint, data_pages bigint", allocationRows, ""},
	"stats":                       {"object_id int, name name, stats_id int, auto_created bit, user_created bit, has_filter bit", statsRows, ""},
	"stats_columns":               {"object_id int, stats_id int, stats_column_id int, column_id int", statsColumnRows, ""},
	"change_tracking_databases":   {"database_id int, is_auto_cleanup_on bit, retention_period int, retention_period_units tinyint, retention_period_units_desc desc", trackingDatabases, ""},
	"change_tracking_tables":      {"object_id int, is_track_columns_updated_on bit, min_valid_version bigint, begin_version bigint, cleanup_version bigint", trackingTables, ""},
	"security_policies":           {"object_id int, name name, is_enabled bit", noRows, ""},
	"security_predicates":         {"object_id int, target_object_id int, predicate_type_desc desc", noRows, ""},
	"extended_properties":         {"class tinyint, major_id int, minor_id int, name name, value sql_variant", noRows, ""},
	"dm_tran_current_transaction": {"transaction_id bigint, transaction_sequence_num bigint, transaction_is_snapshot bit, first_snapshot_sequence_num bigint", currentTransaction, "VIEW SERVER STATE"},
	"dm_tran_current_snapshot":    {"transaction_sequence_num bigint", currentSnapshot, "VIEW SERVER STATE"},
	"dm_tran_active_snapshot_database_transactions": {"transaction_id bigint, transaction_sequence_num bigint, commit_sequence_num bigint, is_snapshot bit, session_id int, first_snapshot_sequence_num bigint", activeSnapshots, "VIEW SERVER STATE"},
	"dm_exec_sessions": {"session_id smallint, login_name name, program_name name, host_name name, open_transaction_count int, database_id smallint, is_user_process bit", sessionRows, ""},
}

const (
	objectColumns = "name name, object_id int, principal_id int, schema_id int, parent_object_id int, type char2, type_desc desc, create_date datetime, modify_date datetime, is_ms_shipped bit"
	columnColumns = "object_id int, name name, column_id int, system_type_id tinyint, user_type_id int, max_length smallint, precision tinyint, scale tinyint, collation_name name, " +
		"is_nullable bit, is_identity bit, is_computed bit, is_sparse bit, is_hidden bit, is_masked bit, encryption_type int, generated_always_type tinyint, is_rowguidcol bit, is_column_set bit"
)

func noRows(*binder, *database) [][]any { return nil }

func moment(t time.Time) any { return value.OfTime(t, value.Datetime) }

func databaseRows(q *binder, _ *database) [][]any {
	var out [][]any
	for _, d := range q.metadata().databases {
		desc, state := "OFF", int64(0)
		if d.options.snapshot {
			desc, state = "ON", 1
		}
		out = append(out, []any{
			d.name, q.numberOf(d), moment(d.created), int64(d.options.level), d.options.collation, d.options.readOnly, int64(0), "ONLINE",
			state, desc, d.options.readCommittedSnapshot, "FULL", false,
		})
	}
	slices.SortFunc(out, func(a, b []any) int { return int(a[1].(int64) - b[1].(int64)) })
	return out
}

// numberOf is database_id of sys.databases, which in Azure SQL is another one than
// everywhere else ("DB_ID", Note).
func (q *binder) numberOf(d *database) int64 {
	if q.engine.options.Azure {
		return int64(d.id) + 100
	}
	return int64(d.id)
}

// recoveryRows need a right that ordinary users lack.
func recoveryRows(q *binder, _ *database) [][]any {
	if !q.login.admin {
		return nil
	}
	var out [][]any
	for _, d := range q.metadata().databases {
		guid := q.engine.server
		guid[15] ^= byte(d.id)
		out = append(out, []any{int64(d.id), guid, guid})
	}
	return out
}

func schemaRows(_ *binder, d *database) [][]any {
	var out [][]any
	for _, s := range d.schemas {
		out = append(out, []any{s.name, int64(s.id), int64(1)})
	}
	slices.SortFunc(out, func(a, b []any) int { return int(a[1].(int64) - b[1].(int64)) })
	return out
}

func objectRow(t *table) []any {
	kind, desc := "U ", "USER_TABLE"
	if t.view != nil {
		kind, desc = "V ", "VIEW"
	}
	return []any{t.name, int64(t.id), nil, int64(t.schema.id), int64(0), kind, desc, moment(t.created), moment(t.modified), false}
}

func objectRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		out = append(out, objectRow(t))
		if k := t.track; k != nil && (q.login.admin || !q.engine.options.Hidden) {
			out = append(out, internalRow(t, k))
		}
	}
	return out
}

// internalRow is the table that holds the changes of a tracked one. Whoever sees
// that one sees it too ("Internal Tables", "Permissions to View Internal Table
// Metadata").
func internalRow(t *table, k *tracking) []any {
	return []any{
		"change_tracking_" + strconv.Itoa(int(t.id)), int64(k.internal), nil, int64(4), int64(t.id), "IT", "INTERNAL_TABLE",
		moment(k.created), moment(k.created), true,
	}
}

func tableRowsOf(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		if t.view != nil {
			continue
		}
		var history any
		if t.history != 0 {
			history = int64(t.history)
		}
		desc := []string{"NON_TEMPORAL_TABLE", "HISTORY_TABLE", "SYSTEM_VERSIONED_TEMPORAL_TABLE"}[t.temporal]
		out = append(out, append(objectRow(t), t.memory, int64(t.temporal), desc, history, false))
	}
	return out
}

func viewRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		if t.view != nil {
			out = append(out, objectRow(t))
		}
	}
	return out
}

func columnRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, c := range t.columns {
			s := systemTypeOf(c.typ)
			var collation any
			if c.typ.Collation != "" {
				collation = c.typ.Collation
			}
			generated := map[string]int64{"START": 1, "END": 2}[c.generated]
			precision := int64(c.typ.Precision)
			out = append(out, []any{
				int64(t.id), c.name, int64(c.id), int64(s.system), int64(s.user), int64(storedLength(c.typ)), precision, int64(c.typ.Scale), collation,
				c.nullable, c.identity, c.computed != nil, c.sparse, c.hidden, c.masked, nil, generated, false, false,
			})
		}
	}
	return out
}

func storedLength(t value.Type) int {
	if t.Name == "sysname" {
		return 256
	}
	return t.Length
}

func computedRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, c := range t.columns {
			if c.computed != nil {
				out = append(out, []any{int64(t.id), c.name, int64(c.id), c.computedSQL, c.persisted})
			}
		}
	}
	return out
}

func identityRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, c := range t.columns {
			if c.identity {
				out = append(out, []any{int64(t.id), c.name, int64(c.id), variantOf(c.seed), variantOf(c.step), variantOf(t.counter.identity.Load())})
			}
		}
	}
	return out
}

// heap is the index 0 of a table without a clustered one.
func (t *table) allIndexes() []*index {
	if t.view != nil || t.clustered() != nil {
		return t.indexes
	}
	return append([]*index{{}}, t.indexes...)
}

func indexRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.allIndexes() {
			var name any
			if ix.name != "" {
				name = ix.name
			}
			kind := int64(min(ix.id, 2))
			desc := []string{"HEAP", "CLUSTERED", "NONCLUSTERED"}[kind]
			out = append(out, []any{int64(t.id), name, int64(ix.id), kind, desc, ix.unique, ix.primary, ix.constraint && !ix.primary, false, false, false})
		}
	}
	return out
}

func indexColumnRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.indexes {
			for i, id := range ix.columns {
				out = append(out, []any{int64(t.id), int64(ix.id), int64(i + 1), int64(id), int64(i + 1), ix.desc[i], false})
			}
		}
	}
	return out
}

func keyRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.indexes {
			if ix.constraint {
				kind := "UQ"
				if ix.primary {
					kind = "PK"
				}
				out = append(out, []any{ix.name, int64(t.id) + 1<<20*int64(ix.id), int64(t.id), kind, int64(ix.id)})
			}
		}
	}
	return out
}

func partitionID(t *table, ix *index) int64 { return int64(t.id)<<16 + int64(ix.id) }

func partitionRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.allIndexes() {
			id := partitionID(t, ix)
			out = append(out, []any{id, int64(t.id), int64(ix.id), int64(1), id, int64(t.rows.size)})
		}
	}
	return out
}

// pages are counted as if fifty rows filled one.
func pages(t *table) int64 { return int64(t.rows.size+49)/50 + 1 }

func partitionStats(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.allIndexes() {
			out = append(out, []any{partitionID(t, ix), int64(t.id), int64(ix.id), int64(1), pages(t), pages(t) + 1, int64(t.rows.size)})
		}
	}
	return out
}

func allocationRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.allIndexes() {
			id := partitionID(t, ix)
			out = append(out, []any{id, int64(1), id, pages(t) + 1, pages(t), pages(t)})
		}
	}
	return out
}

func statsRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.indexes {
			out = append(out, []any{int64(t.id), ix.name, int64(ix.id), false, false, false})
		}
	}
	return out
}

func statsColumnRows(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		for _, ix := range t.indexes {
			for i, id := range ix.columns {
				out = append(out, []any{int64(t.id), int64(ix.id), int64(i + 1), int64(id)})
			}
		}
	}
	return out
}

func trackingDatabases(q *binder, _ *database) [][]any {
	var out [][]any
	for _, d := range q.metadata().databases {
		if d.tracking {
			unit := map[string]int64{"MINUTES": 1, "HOURS": 2, "DAYS": 3}[d.units]
			out = append(out, []any{int64(d.id), d.cleanup, int64(d.retention), unit, d.units})
		}
	}
	return out
}

func trackingTables(q *binder, d *database) [][]any {
	var out [][]any
	for _, t := range q.sortedTables(d) {
		if t.track != nil {
			out = append(out, []any{int64(t.id), t.track.columns, t.track.valid, t.track.begin, t.track.cleaned})
		}
	}
	return out
}

func currentTransaction(q *binder, _ *database) [][]any {
	return [][]any{{int64(q.t.number), q.t.sequence, q.t.snapshot, nil}}
}

// currentSnapshot are the transactions that had a sequence number and had not
// ended when the session's snapshot began.
func currentSnapshot(q *binder, _ *database) [][]any {
	var out [][]any
	if q.t.snapshot {
		for _, n := range q.t.before {
			out = append(out, []any{n})
		}
	}
	return out
}

func activeSnapshots(q *binder, _ *database) [][]any {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	var out [][]any
	for _, s := range q.engine.sessions {
		if t := s.open; t != nil && t.snapshot && t.sequence != 0 {
			out = append(out, []any{int64(t.number), t.sequence, nil, true, int64(s.process), nil})
		}
	}
	return out
}

func sessionRows(q *binder, _ *database) [][]any {
	q.engine.mu.Lock()
	defer q.engine.mu.Unlock()
	var out [][]any
	for _, s := range q.engine.sessions {
		if s != q.Session && !q.login.admin {
			continue
		}
		open := int64(0)
		if s.open != nil {
			open = 1
		}
		out = append(out, []any{int64(s.process), s.login.name, s.app, s.host, open, nil, true})
	}
	return out
}

// histogram are the rows of sys.dm_db_stats_histogram: at most 200 steps over the
// first column of an index.
func histogram(t *table, ix *index) [][]any {
	at := t.byID(ix.columns[0])
	var values []any
	t.rows.scan("", "", func(_ string, r *row) bool {
		if r.values[at] != nil {
			values = append(values, r.values[at])
		}
		return true
	})
	order := value.Comparer(t.columns[at].typ)
	slices.SortFunc(values, order)
	var out [][]any
	step := max(1, (len(values)+198)/199)
	for from := 0; from < len(values); {
		to := min(from+step, len(values))
		if from == 0 {
			to = 1
		}
		for to < len(values) && order(values[to], values[to-1]) == 0 {
			to++
		}
		high := values[to-1]
		equal := 0
		for i := to - 1; i >= from && order(values[i], high) == 0; i-- {
			equal++
		}
		out = append(out, []any{
			int64(t.id), int64(ix.id), int64(len(out) + 1), value.Convert(high, t.columns[at].typ, value.Named("sql_variant", nil, false), 0),
			float32(to - from - equal), float32(equal), int64(0), float32(0),
		})
		from = to
	}
	return out
}
