create table shop (shop_id bigint primary key, name text not null, zone text not null);
create table sale (
  sale_id bigint primary key, shop_id bigint not null references shop, sold_on date not null,
  amount numeric(12,2) not null, note text, updated_at timestamptz not null default now()
);
