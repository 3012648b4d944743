-- Materialized views: tables with a query, what they read, and whether that has changed.
create table redshifttest.mv (
  id oid primary key, query text not null, auto_refresh boolean not null, incremental boolean not null,
  recompute boolean not null default false -- the next refresh computes all anew, whatever the query is
);
create table redshifttest.base (
  mv oid not null references redshifttest.mv on delete cascade,
  id oid not null, schema_name name not null, name name not null, -- of the relation that is read, when the view was made
  columns jsonb not null -- name and type by number
);
create table redshifttest.stale (mv oid not null references redshifttest.mv on delete cascade);
create table redshifttest.refreshed (
  number bigserial, id oid, schema_name name, name name, kind text, status text, began timestamp, ended timestamp default (clock_timestamp() at time zone 'UTC'), session_id int default pg_backend_pid()
);

-- The columns of a relation, as base keeps them.
create function redshifttest.columns(relation oid) returns jsonb language sql stable as $$
  select coalesce(jsonb_object_agg(attnum, jsonb_build_array(attname, format_type(atttypid, atttypmod))), '{}')
  from pg_attribute where attrelid = relation and attnum > 0 and not attisdropped $$;

-- The states of STV_MV_INFO: what was done to what a view reads, or how it is refreshed.
create function redshifttest.state(view oid) returns integer language sql stable as $$
  select coalesce((
    select min(case
      when n.nspname <> b.schema_name then 105
      when c.relname <> b.name then 103
      when exists (select from jsonb_object_keys(b.columns) k where now -> k is null) then 101
      when exists (select from jsonb_each(b.columns) o where now -> o.key ->> 0 <> o.value ->> 0) then 104
      when exists (select from jsonb_each(b.columns) o where now -> o.key ->> 1 <> o.value ->> 1) then 102
      end)
    from redshifttest.base b left join pg_class c on c.oid = b.id left join pg_namespace n on n.oid = c.relnamespace, redshifttest.columns(b.id) now
    where b.mv = view), (select case when incremental and not recompute then 1 else 0 end from redshifttest.mv where id = view)) $$;

create view redshifttest.svv_mv_info as
select current_database()::char(128) as database_name, n.nspname::char(128) as schema_name, 'archwire'::char(128) as user_name, c.relname::char(128) as name,
  case when exists (select from redshifttest.stale s where s.mv = m.id) or redshifttest.state(m.id) > 100 then 't' else 'f' end::char(1) as is_stale,
  redshifttest.state(m.id) as state, 'f'::char(1) as autorewrite, case when auto_refresh then 't' else 'f' end::char(1) as autorefresh
from redshifttest.mv m join pg_class c on c.oid = m.id join pg_namespace n on n.oid = c.relnamespace;
create view redshifttest.stv_mv_info as
select database_name as db_name, schema_name as schema, name, 1::bigint as updated_upto_xid, is_stale, user_name as owner_user_name, state, autorewrite, autorefresh
from redshifttest.svv_mv_info;
create view redshifttest.stv_slices as
select slice / 2 as node, slice, slice % 2 as localslice, 'D'::char(1) as type from generate_series(0, current_setting('redshifttest.slices')::int - 1) slice;
create view redshifttest.stv_mv_deps as
select current_database()::char(128) as db_name, n.nspname::char(128) as schema, c.relname::char(128) as name,
  b.schema_name::char(128) as ref_schema, b.name::char(128) as ref_name, current_database()::char(128) as ref_database_name
from redshifttest.base b join pg_class c on c.oid = b.mv join pg_namespace n on n.oid = c.relnamespace;
create view redshifttest.svl_mv_refresh_status as
select current_database()::char(128) as db_name, 100 as userid, schema_name::char(128), name::char(128) as mv_name, number as xid,
  began as starttime, ended as endtime, status, kind::char(32) as refresh_type
from redshifttest.refreshed;
create view redshifttest.sys_mv_refresh_history as
select 100 as user_id, session_id, number as transaction_id, current_database()::text as database_name, schema_name::text, id::int as mv_id, name::text as mv_name,
  kind as refresh_type, status, began as start_time, ended as end_time, (extract(epoch from ended - began) * 1000000)::bigint as duration
from redshifttest.refreshed;
