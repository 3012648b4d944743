-- The source on SQL Server: one table for each way of keeping a copy current. Texts
-- are compared by their code points. Columns that are given other types may be NULL.
create table shop (shop_id bigint not null primary key, name nvarchar(100) not null, zone nvarchar(100) not null);
create table client (
	client_id bigint not null primary key, shop_id bigint not null, name nvarchar(max), grade smallint,
	updated_at datetimeoffset(6), gone_at datetimeoffset(6)
);
create table sale (
	sale_id bigint not null constraint sale_pkey primary key, shop_id bigint, client_id bigint, sold_on date not null,
	amount decimal(12, 2), note nvarchar(max), weight smallint, memo nvarchar(10), updated_at datetimeoffset(6)
);
create table event (
	event_id bigint not null constraint event_pkey primary key, shop_id bigint not null, kind nvarchar(40) not null,
	payload nvarchar(max) default '{"n": 1}'
);
create table stock (
	shop_id bigint not null, item_code nvarchar(40) not null, qty int, shelf nvarchar(max) default 'top', primary key (shop_id, item_code)
);
create table item (item_code nvarchar(40) not null, label nvarchar(40) collate Latin1_General_100_BIN2 not null, price decimal(8, 2) not null);
create table paper (paper_id bigint not null constraint paper_pkey primary key, shop_id bigint not null, pages int, body nvarchar(max));
create table visit (
	visit_id bigint not null constraint visit_pkey primary key, room int not null, ref bigint not null, shop_id bigint, minutes int,
	updated_at datetimeoffset(6)
);
create table spare (spare_id bigint not null constraint spare_pkey primary key, shop_id bigint not null, body nvarchar(max));
create table clock (one int not null primary key, version bigint not null);
insert into clock values (1, 0);
