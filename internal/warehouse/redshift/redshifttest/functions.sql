-- Redshift's functions that PostgreSQL has not, or has otherwise. The pages are those of
-- the Amazon Redshift Database Developer Guide.

-- Computations with numeric values: the scale of a quotient of decimals follows from the
-- precisions that its operands were declared with, which PostgreSQL does not know here.
-- What cannot be shown right is not shown.
create function redshifttest.quotient(numeric, numeric) returns numeric language plpgsql immutable strict as $$
begin raise exception using errcode = '0A000', message = 'redshifttest refuses the division of decimals: divide DOUBLE PRECISION',
  detail = 'Computations with numeric values'; end $$;
set allow_system_table_mods to on;
update pg_operator set oprcode = 'redshifttest.quotient'::regproc where oprname = '/' and oprleft = 'numeric'::regtype and oprright = 'numeric'::regtype;
set allow_system_table_mods to off;

-- String functions.
create function redshifttest.charindex(part text, s text) returns integer language sql immutable as $$ select strpos(s, part) $$;
create function redshifttest.concat(a text, b text) returns text language sql immutable as $$ select a || b $$;
create function redshifttest.len(s text) returns integer language sql immutable as $$ select length(s) $$;
create function redshifttest.len(b bytea) returns integer language sql immutable as $$ select length(b) $$;
create function redshifttest.regexp_replace(s text, pattern text, replacement text default '') returns text language sql immutable
  as $$ select pg_catalog.regexp_replace(s, pattern, replacement, 'g') $$;
create function redshifttest.regexp_substr(s text, pattern text, start integer default 1, nth integer default 1) returns text language sql immutable strict
  as $$ select coalesce(pg_catalog.regexp_substr(s, pattern, start, nth), '') $$;
create function redshifttest.strtol(s text, base integer) returns bigint language plpgsql immutable strict as $$
declare
  digits text;
  sum numeric := 0;
  digit integer;
begin
  if base = 16 and s ~ '^[0-9a-f]{1,15}$' then -- fast, for prints of rows are made of it
    return ('x' || lpad(s, 16, '0'))::bit(64)::bigint;
  end if;
  digits := regexp_replace(lower(trim(s)), '^[+-]?(0x)?', '');
  for i in 1 .. length(digits) loop
    digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(digits, i, 1)) - 1;
    if digit < 0 or digit >= base then
      raise exception using errcode = '22023', message = 'The input is not valid to be converted to base ' || base;
    end if;
    sum := sum * base + digit;
  end loop;
  return case when trim(s) like '-%' then -sum else sum end::bigint;
end $$;
create function redshifttest.sha2(s text, bits integer) returns text language sql immutable as $$
  select encode(case bits when 224 then sha224(s::bytea) when 384 then sha384(s::bytea) when 512 then sha512(s::bytea) else sha256(s::bytea) end, 'hex') $$;
create function redshifttest.joined(each text[], delimiter text) returns text language sql immutable
  as $$ select array_to_string(array_remove(each, null), delimiter) where array_remove(each, null) <> '{}' $$;

-- VARBYTE.
create function redshifttest.to_varbyte(s text, format text) returns bytea language sql immutable
  as $$ select case lower(format) when 'hex' then decode(s, 'hex') when 'base64' then decode(s, 'base64') else convert_to(s, 'UTF8') end $$;
create function redshifttest.from_varbyte(b bytea, format text) returns text language sql immutable
  as $$ select case lower(format) when 'hex' then encode(b, 'hex') when 'base64' then encode(b, 'base64') else convert_from(b, 'UTF8') end $$;
create function redshifttest.to_hex(b bytea) returns text language sql immutable as $$ select encode(b, 'hex') $$;
create function redshifttest.to_hex(n bigint) returns text language sql immutable as $$ select pg_catalog.to_hex(n) $$;
create function redshifttest.from_hex(s text) returns bytea language sql immutable as $$ select decode(s, 'hex') $$;

-- JSON. What is not there is the empty string.
create function redshifttest.json_extract_path_text(document text, variadic path text[]) returns text language sql immutable strict
  as $$ select coalesce(pg_catalog.json_extract_path_text(document::json, variadic path), '') $$;
create function redshifttest.json_parse(s text) returns jsonb language sql immutable as $$ select s::jsonb $$;
create function redshifttest.json_serialize(j jsonb) returns text language sql immutable as $$ select j::text $$;
create function redshifttest.is_valid_json(s text) returns boolean language plpgsql immutable strict
  as $$ begin perform s::json; return true; exception when others then return false; end $$;

-- Date and time functions. What adds to a date gives a TIMESTAMP.
create function redshifttest.getdate() returns timestamp language sql stable as $$ select date_trunc('second', statement_timestamp() at time zone 'UTC') $$;
create function redshifttest.last_day(t timestamp) returns date language sql immutable
  as $$ select (pg_catalog.date_trunc('month', t) + interval '1 month - 1 day')::date $$;
-- The last day of a month stays the last day.
create function redshifttest.add_months(t timestamp, n bigint) returns timestamp language plpgsql immutable strict as $$ begin
  if t::date <> (pg_catalog.date_trunc('month', t) + interval '1 month - 1 day')::date then
    return t + make_interval(months => n::int);
  end if;
  return (pg_catalog.date_trunc('month', t) + make_interval(months => n::int + 1) - interval '1 day')::date + t::time;
end $$;
create function redshifttest.months_between(a timestamp, b timestamp) returns double precision language plpgsql immutable strict as $$ begin
  return (date_part('year', a) - date_part('year', b)) * 12 + date_part('month', a) - date_part('month', b)
    + case when date_part('day', a) = date_part('day', b) or a::date = redshifttest.last_day(a) and b::date = redshifttest.last_day(b) then 0
      else (date_part('day', a) - date_part('day', b) + (date_part('epoch', a::time) - date_part('epoch', b::time)) / 86400) / 31 end;
end $$;
create function redshifttest.next_day(t timestamp, weekday text) returns date language plpgsql immutable strict as $$ begin
  return t::date + (((case lower(left(weekday, 1)) when 'm' then 1 when 'w' then 3 when 'f' then 5
    else case lower(left(weekday, 2)) when 'su' then 0 when 'tu' then 2 when 'th' then 4 when 'sa' then 6 end end - date_part('dow', t)::int + 6) % 7) + 1);
end $$;
create function redshifttest.convert_timezone(source text, target text, t timestamp) returns timestamp language sql immutable
  as $$ select timezone(target, timezone(source, t)) $$;
create function redshifttest.convert_timezone(target text, t timestamp) returns timestamp language sql immutable
  as $$ select timezone(target, timezone('UTC', t)) $$;
create function redshifttest.convert_timezone(target text, t timestamptz) returns timestamp language sql immutable as $$ select timezone(target, t) $$;
create function redshifttest.date_trunc(part text, t timestamp) returns timestamp language sql immutable as $$ select pg_catalog.date_trunc(part, t) $$;
create function redshifttest.date_trunc(part text, t timestamptz) returns timestamptz language sql stable as $$ select pg_catalog.date_trunc(part, t) $$;
create function redshifttest.date_trunc(part text, d date) returns timestamp language sql immutable as $$ select pg_catalog.date_trunc(part, d::timestamp) $$;
create function redshifttest.dateadd(part text, n bigint, t timestamp) returns timestamp language plpgsql immutable strict as $$ begin
  return case part when 'month' then redshifttest.add_months(t, n) when 'quarter' then redshifttest.add_months(t, 3 * n) when 'year' then t + make_interval(years => n::int)
    else t + n * ('1 ' || part)::interval end;
end $$;
create function redshifttest.dateadd(part text, n bigint, d date) returns timestamp language sql immutable as $$ select redshifttest.dateadd(part, n, d::timestamp) $$;
create function redshifttest.dateadd(part text, n bigint, t timestamptz) returns timestamptz language sql immutable
  as $$ select timezone('UTC', redshifttest.dateadd(part, n, timezone('UTC', t))) $$;
-- The number of boundaries between the two; weeks begin on Mondays. That of days is apart,
-- for it is asked for often.
create function redshifttest.datediff_day(a date, b date) returns bigint language sql immutable as $$ select (b - a)::bigint $$;
create function redshifttest.datediff_day(a timestamp, b timestamp) returns bigint language sql immutable as $$ select (b::date - a::date)::bigint $$;
create function redshifttest.datediff_day(a timestamptz, b timestamptz) returns bigint language sql immutable
  as $$ select (timezone('UTC', b)::date - timezone('UTC', a)::date)::bigint $$;
create function redshifttest.seconds(part text, t timestamp) returns numeric language sql immutable as $$ select extract(epoch from pg_catalog.date_trunc(part, t)) $$;
create function redshifttest.datediff(part text, a timestamp, b timestamp) returns bigint language plpgsql immutable strict as $$ begin
  return case part
    when 'year' then (date_part('year', b) - date_part('year', a))::bigint
    when 'quarter' then ((date_part('year', b) - date_part('year', a)) * 4 + date_part('quarter', b) - date_part('quarter', a))::bigint
    when 'month' then ((date_part('year', b) - date_part('year', a)) * 12 + date_part('month', b) - date_part('month', a))::bigint
    when 'week' then (pg_catalog.date_trunc('week', b)::date - pg_catalog.date_trunc('week', a)::date)::bigint / 7
    when 'hour' then (redshifttest.seconds('hour', b) - redshifttest.seconds('hour', a))::bigint / 3600
    when 'minute' then (redshifttest.seconds('minute', b) - redshifttest.seconds('minute', a))::bigint / 60
    when 'second' then (redshifttest.seconds('second', b) - redshifttest.seconds('second', a))::bigint
    when 'millisecond' then ((redshifttest.seconds('milliseconds', b) - redshifttest.seconds('milliseconds', a)) * 1000)::bigint
    when 'microsecond' then ((redshifttest.seconds('microseconds', b) - redshifttest.seconds('microseconds', a)) * 1000000)::bigint
    end;
end $$;
create function redshifttest.datediff(part text, a timestamptz, b timestamptz) returns bigint language sql immutable
  as $$ select redshifttest.datediff(part, timezone('UTC', a), timezone('UTC', b)) $$;
create function redshifttest.datediff(part text, a time, b time) returns bigint language sql immutable
  as $$ select redshifttest.datediff(part, date '2000-01-01' + a, date '2000-01-01' + b) $$;
create function redshifttest.date_part(part text, t timestamp) returns double precision language sql immutable
  as $$ select pg_catalog.date_part(case part when 'dayofweek' then 'dow' when 'dayofyear' then 'doy' else part end, t) $$;
create function redshifttest.to_date(s text, format text) returns date language sql immutable as $$ select pg_catalog.to_date(s, format) $$;
create function redshifttest.to_date(s text, format text, strictly boolean) returns date language sql immutable as $$ select pg_catalog.to_date(s, format) $$;

-- Math functions. Halves of DOUBLE PRECISION are rounded away from zero, as those of
-- decimals are.
create function redshifttest.trunc(t timestamp) returns date language sql immutable as $$ select t::date $$;
create function redshifttest.trunc(t timestamptz) returns date language sql immutable as $$ select timezone('UTC', t)::date $$;
create function redshifttest.trunc(x numeric, places integer default 0) returns numeric language sql immutable as $$ select pg_catalog.trunc(x, places) $$;
create function redshifttest.trunc(x double precision) returns double precision language sql immutable as $$ select pg_catalog.trunc(x) $$;
create function redshifttest.round(x bigint) returns bigint language sql immutable as $$ select x $$;
create function redshifttest.round(x integer) returns integer language sql immutable as $$ select x $$;
create function redshifttest.round(x numeric, places integer default 0) returns numeric language sql immutable as $$ select pg_catalog.round(x, places) $$;
create function redshifttest.round(x double precision) returns double precision language sql immutable as $$ select sign(x) * floor(abs(x) + 0.5) $$;
create function redshifttest.round(x double precision, places integer) returns double precision language sql immutable
  as $$ select sign(x) * floor(abs(x) * 10::double precision ^ places + 0.5) / 10::double precision ^ places $$;

-- Aggregate functions. AVG of integers is an integer, and that of decimals has the scale of
-- its argument; MEDIAN of integers is a decimal.
create function redshifttest.average(sums numeric[]) returns numeric language sql immutable
  as $$ select case when sums[2] > 0 then pg_catalog.round(numeric_div(sums[1], sums[2]), scale(sums[1])) end $$;
create function redshifttest.average8(sums numeric[]) returns bigint language sql immutable
  as $$ select case when sums[2] > 0 then pg_catalog.trunc(numeric_div(sums[1], sums[2]))::bigint end $$;
create function redshifttest.adds(sums numeric[], x numeric) returns numeric[] language sql immutable
  as $$ select case when x is null then sums else array[sums[1] + x, sums[2] + 1] end $$;
create function redshifttest.adds(sums numeric[], x integer) returns numeric[] language sql immutable
  as $$ select case when x is null then sums else array[sums[1] + x, sums[2] + 1] end $$;
create function redshifttest.adds(sums numeric[], x smallint) returns numeric[] language sql immutable
  as $$ select case when x is null then sums else array[sums[1] + x, sums[2] + 1] end $$;
create function redshifttest.adds(sums numeric[], x bigint) returns numeric[] language sql immutable
  as $$ select case when x is null then sums else array[sums[1] + x, sums[2] + 1] end $$;
create aggregate redshifttest.avg(numeric) (sfunc = redshifttest.adds, stype = numeric[], initcond = '{0,0}', finalfunc = redshifttest.average);
create aggregate redshifttest.avg(bigint) (sfunc = redshifttest.adds, stype = numeric[], initcond = '{0,0}', finalfunc = redshifttest.average8);
create aggregate redshifttest.avg(integer) (sfunc = redshifttest.adds, stype = numeric[], initcond = '{0,0}', finalfunc = redshifttest.average8);
create aggregate redshifttest.avg(smallint) (sfunc = redshifttest.adds, stype = numeric[], initcond = '{0,0}', finalfunc = redshifttest.average8);
create aggregate redshifttest.avg(double precision) (sfunc = float8_accum, stype = double precision[], initcond = '{0,0,0}', finalfunc = float8_avg);

create function redshifttest.middle(anyarray) returns numeric language sql immutable as $$
  select trim_scale(numeric_div(sum(x::numeric), count(*))) from (select x, row_number() over (order by x) as n, count(*) over () as of from unnest($1) x where x is not null) ranked
  where n in ((of + 1) / 2, of / 2 + 1) having count(*) > 0 $$;
create function redshifttest.middle8(double precision[]) returns double precision language sql immutable
  as $$ select percentile_cont(0.5) within group (order by x) from unnest($1) x $$;
create aggregate redshifttest.median(numeric) (sfunc = array_append, stype = numeric[], finalfunc = redshifttest.middle);
create aggregate redshifttest.median(bigint) (sfunc = array_append, stype = bigint[], finalfunc = redshifttest.middle);
create aggregate redshifttest.median(integer) (sfunc = array_append, stype = integer[], finalfunc = redshifttest.middle);
create aggregate redshifttest.median(double precision) (sfunc = array_append, stype = double precision[], finalfunc = redshifttest.middle8);
