-- What a database of the double has that PostgreSQL's has not. The pages are those of
-- the Amazon Redshift Database Developer Guide.
create schema redshifttest;

-- Character types, Significance of trailing blanks: they do not count when values of
-- VARCHAR are compared. PostgreSQL compares CHAR so: its functions take TEXT's place in
-- operators, indexes, sorting, grouping and hashing. Values keep their blanks.
set allow_system_table_mods to on;

create function redshifttest.texteq(text, text) returns boolean language internal immutable strict parallel safe leakproof as 'bpchareq';
create function redshifttest.textne(text, text) returns boolean language internal immutable strict parallel safe leakproof as 'bpcharne';
create function redshifttest.textlt(text, text) returns boolean language internal immutable strict parallel safe leakproof as 'bpcharlt';
create function redshifttest.textle(text, text) returns boolean language internal immutable strict parallel safe leakproof as 'bpcharle';
create function redshifttest.textgt(text, text) returns boolean language internal immutable strict parallel safe leakproof as 'bpchargt';
create function redshifttest.textge(text, text) returns boolean language internal immutable strict parallel safe leakproof as 'bpcharge';
create function redshifttest.textcmp(text, text) returns integer language internal immutable strict parallel safe leakproof as 'bpcharcmp';
create function redshifttest.textsort(internal) returns void language internal immutable strict parallel safe as 'bpchar_sortsupport';
create function redshifttest.texthash(text) returns integer language internal immutable strict parallel safe as 'hashbpchar';
create function redshifttest.texthash8(text, bigint) returns bigint language internal immutable strict parallel safe as 'hashbpcharextended';

update pg_operator o set oprcode = f.ours
from (values ('=', 'redshifttest.texteq'::regproc), ('<>', 'redshifttest.textne'), ('<', 'redshifttest.textlt'),
             ('<=', 'redshifttest.textle'), ('>', 'redshifttest.textgt'), ('>=', 'redshifttest.textge')) f(name, ours)
where o.oprname = f.name and o.oprleft = 'text'::regtype and o.oprright = 'text'::regtype;

update pg_amproc p set amproc = f.ours
from (values ('btree', 1, 'redshifttest.textcmp'::regproc), ('btree', 2, 'redshifttest.textsort'),
             ('hash', 1, 'redshifttest.texthash'), ('hash', 2, 'redshifttest.texthash8')) f(method, number, ours)
where p.amproclefttype = 'text'::regtype and p.amprocrighttype = 'text'::regtype and p.amprocnum = f.number
  and p.amprocfamily = (select o.oid from pg_opfamily o join pg_am m on m.oid = o.opfmethod where o.opfname = 'text_ops' and m.amname = f.method);

-- Equal values may differ: no index may keep one for both.
delete from pg_amproc p where p.amproclefttype = 'text'::regtype and p.amprocnum = 4
  and p.amprocfamily = (select o.oid from pg_opfamily o join pg_am m on m.oid = o.opfmethod where o.opfname = 'text_ops' and m.amname = 'btree');

-- Type compatibility and conversion: a BOOLEAN does not become text
-- (github.com/dbt-labs/dbt-utils/issues/1016).
create function redshifttest.no_text(boolean) returns text language plpgsql immutable strict as
$$ begin raise exception using errcode = '42846', message = 'cannot cast type boolean to character varying'; end $$;
update pg_cast set castfunc = 'redshifttest.no_text'::regproc where castsource = 'boolean'::regtype and casttarget in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype);

set allow_system_table_mods to off;
