package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"archwire"
)

// relation is a table or view as the catalogue describes it.
type relation struct {
	oid          string
	schema, name string
	kind         byte // pg_class.relkind: r table, p partitioned, v view, m materialized view, f foreign
	rows, bytes  int64
	columns      []attribute
	key          []string
}

// attribute is a column as the catalogue describes it.
type attribute struct {
	name     string
	typ      catalogType
	ordinal  int    // pg_attribute.attnum
	origin   string // as format_type writes it
	nullable bool
	counts   bool // an identity, or a default from a sequence
	indexed  bool // some index begins with it
}

// relations lists what the user may read: of the whole database, or the one
// relation named. Two queries, not one per table: a database of 10,000 tables
// is looked at in seconds.
func (se *session) relations(ctx context.Context, only *relation) ([]relation, error) {
	filter := " and not c.relispartition"
	if only != nil {
		filter = " and n.nspname = " + literal(only.schema) + " and c.relname = " + literal(only.name)
	}
	rows, err := se.query(ctx, fmt.Sprintf(relationsSQL, filter))
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	byOID := map[string]int{}
	found := make([]relation, 0, len(rows))
	for _, r := range rows {
		byOID[r[0]] = len(found)
		found = append(found, relation{
			oid: r[0], schema: r[1], name: r[2], kind: r[3][0],
			rows: estimate(r[4]), bytes: estimate(r[5]), key: splitNames(r[6]),
		})
	}
	rows, err = se.query(ctx, fmt.Sprintf(attributesSQL, filter))
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	for _, r := range rows {
		at, ok := byOID[r[0]]
		if !ok {
			continue // created between the two queries
		}
		modifier, err := strconv.Atoi(r[6])
		if err != nil {
			return nil, fmt.Errorf("reading the catalogue: %w", err)
		}
		ordinal, err := strconv.Atoi(r[11])
		if err != nil {
			return nil, fmt.Errorf("reading the catalogue: %w", err)
		}
		found[at].columns = append(found[at].columns, attribute{
			name: r[1], ordinal: ordinal, origin: r[2], nullable: r[7] == "t", counts: r[8] == "t", indexed: r[9] == "t",
			typ: catalogType{schema: r[3], name: r[4], class: r[5][0], array: r[10] == "t", modifier: modifier},
		})
	}
	for i := range found {
		found[i].hideKeyWithoutRights()
	}
	return found, nil
}

// hideKeyWithoutRights forgets a key of which the user may not read each column.
func (r *relation) hideKeyWithoutRights() {
	for _, k := range r.key {
		if !slices.ContainsFunc(r.columns, func(a attribute) bool { return a.name == k }) {
			r.key = nil
			return
		}
	}
}

// quoted is the relation's name as SQL reads it.
func (r *relation) quoted() string {
	return archwire.Quote(r.schema) + "." + archwire.Quote(r.name)
}

func estimate(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1 // NULL: nothing is known
	}
	return n
}

// splitNames reads quoted names joined by commas: "a","b""c".
func splitNames(s string) []string {
	var names []string
	for s != "" {
		end := 1
		for end < len(s) && (s[end] != '"' || end+1 < len(s) && s[end+1] == '"') {
			if s[end] == '"' {
				end++
			}
			end++
		}
		names = append(names, strings.ReplaceAll(s[1:end], `""`, `"`))
		s = strings.TrimPrefix(s[min(end+1, len(s)):], ",")
	}
	return names
}

// readable limits both queries to what the user may read and what is not the
// server's or an extension's own.
const readable = `
	c.relkind in ('r', 'p', 'v', 'm', 'f')
	and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp_)'
	and has_schema_privilege(n.oid, 'USAGE') and has_any_column_privilege(c.oid, 'SELECT')
	and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')`

// reltuples is -1 for what was never analysed, and 0 before PostgreSQL 14. An
// empty file has no row, whatever was analysed. Asking for the size of a table
// that somebody is altering would wait for him; it stays unknown.
const relationsSQL = `
select c.oid, n.nspname, c.relname, c.relkind, e.rows, e.bytes, (
	select string_agg('"' || replace(a.attname, '"', '""') || '"', ',' order by k.at)
	from pg_index i cross join unnest(i.indkey::int2[]) with ordinality k(attnum, at)
	join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
	where i.indrelid = c.oid and i.indisprimary)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join lateral (
	select sum(case
		when pg_relation_size(l.oid) = 0 then 0
		when l.reltuples > 0 then l.reltuples end)::bigint,
	       sum(pg_table_size(l.oid))::bigint
	from pg_class l
	where l.oid not in (select relation from pg_locks where mode = 'AccessExclusiveLock' and granted and relation is not null)
		and case when c.relkind = 'p' then l.oid in (select relid from pg_partition_tree(c.oid) where isleaf)
		else l.oid = c.oid end
) e(rows, bytes) on c.relkind in ('r', 'p', 'm')
where` + readable + `%s
order by n.nspname collate "C", c.relname collate "C"`

// A domain is followed to the type it rests on; the modifier is the last given
// on the way.
const attributesSQL = `
select c.oid, a.attname, format_type(a.atttypid, a.atttypmod),
	bn.nspname, b.typname, b.typtype, coalesce(d.modifier, a.atttypmod),
	c.relkind in ('v', 'm', 'f') or not a.attnotnull,
	a.attidentity <> '' or coalesce(pg_get_expr(f.adbin, f.adrelid) like 'nextval(%%', false),
	exists (select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null),
	b.typcategory = 'A', a.attnum
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
left join lateral (
	with recursive way(oid, modifier, steps) as (
		select t.typbasetype, t.typtypmod, 1
		union all
		select u.typbasetype, case when w.modifier >= 0 then w.modifier else u.typtypmod end, w.steps + 1
		from way w join pg_type u on u.oid = w.oid where u.typtype = 'd')
	select oid, modifier from way order by steps desc limit 1
) d on t.typtype = 'd'
join pg_type b on b.oid = coalesce(d.oid, t.oid)
join pg_namespace bn on bn.oid = b.typnamespace
left join pg_attrdef f on f.adrelid = c.oid and f.adnum = a.attnum and a.attgenerated = ''
where` + readable + ` and has_column_privilege(c.oid, a.attnum, 'SELECT')%s
order by c.oid, a.attnum`
