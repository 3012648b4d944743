-- The source: one table for each way of keeping a copy current.
create table shop (shop_id bigint primary key, name text not null, zone text not null);
create table client (
	client_id bigint primary key, shop_id bigint not null, name text not null, grade smallint,
	updated_at timestamptz, gone_at timestamptz
);
create table sale (
	sale_id bigint primary key, shop_id bigint, client_id bigint, sold_on date not null,
	amount numeric(12, 2) not null, note text, weight smallint, memo varchar(10), updated_at timestamptz
);
create table event (event_id bigint primary key, shop_id bigint not null, kind text not null, payload jsonb default '{"n": 1}');
create table stock (shop_id bigint, item_code text, qty int not null, shelf text default 'top', primary key (shop_id, item_code));
create table item (item_code text not null, label text not null, price numeric(8, 2) not null);
create table paper (paper_id bigint primary key, shop_id bigint not null, pages int not null, body text);
create table visit (
	visit_id bigint primary key, room int not null, ref bigint not null, shop_id bigint, minutes int, updated_at timestamptz
);
create table spare (spare_id bigint primary key, shop_id bigint not null, body text);
create table clock (one int primary key, version bigint not null);
insert into clock values (1, 0);

-- A page of its own for each row, so that a table of few rows is cut into chunks.
alter table paper alter column body set storage plain;
insert into paper
select case n when 0 then i else -i end, (i - 1) % 8 + 1, i % 100, case n when 0 then 'p' || i else repeat('x', 7900) end
from generate_series(1, 9000) i, generate_series(0, 1) n order by i, n;
delete from paper where paper_id < 0;
