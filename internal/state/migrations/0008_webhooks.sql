create table webhook_secret (
    id     integer primary key check (id = 1),
    secret text not null -- hexadecimal
);

create table webhook (
    id          text primary key,
    client      text not null references client (name),
    url         text not null,
    created_at  text not null,
    enabled_at  text not null, -- failures before are not held against it
    disabled_at text,          -- NULL while it is told of events
    unique (client, url)
);

create table service_entry (
    seq          bigint primary key, -- from 1 without a gap
    publication  text not null,
    previous     text not null,      -- what was in service before
    as_of        text not null,
    data_through text not null,
    created_at   text not null,      -- of the publication
    entered_at   text not null
);

alter table notification add column seq bigint not null default 0; -- of the service_entry that a webhook is told of

create index notification_by_hook on notification (hook, state, seq);
