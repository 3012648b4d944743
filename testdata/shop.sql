create table shop (shop_id bigint primary key, name text not null, zone text not null);
create table sale (
    sale_id bigint primary key, shop_id bigint not null references shop, sold_on date not null,
    amount numeric(12,2) not null, note text
);
insert into shop values (1, 'North', 'America/Denver'), (2, 'South', 'America/Phoenix');
insert into sale values
    (1, 1, '2026-01-05', 10.00, null), (2, 1, '2026-01-31', 20.00, ''),
    (3, 1, '2026-03-31', 12.05, 'late'), (4, 2, '2026-03-31', 99.99, null);
