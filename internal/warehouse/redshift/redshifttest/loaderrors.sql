-- Load errors. The views' columns are padded with blanks.
create table redshifttest.load_error (
  query_id bigserial, session_id int, database_name text, table_id int, start_time timestamp default localtimestamp, file_name text, line_number bigint,
  column_name text, column_type text, column_length text, position int, error_code int, error_message text, raw_line text, raw_field_value text
);
create view redshifttest.sys_load_error_detail as
select 100 as user_id, query_id, query_id as transaction_id, session_id, database_name::char(64), table_id, start_time, file_name::char(256), line_number,
  column_name::char(127), column_type::char(10), column_length::char(10), position, error_code, error_message::char(512)
from redshifttest.load_error;
create view redshifttest.stl_load_errors as
select 100 as userid, 0 as slice, table_id as tbl, start_time as starttime, session_id as session, query_id::int as query, file_name::char(256) as filename, line_number,
  column_name::char(127) as colname, column_type::char(10) as type, column_length::char(10) as col_length, position, raw_line::char(1024), raw_field_value::char(1024),
  error_code as err_code, error_message::char(100) as err_reason
from redshifttest.load_error;
