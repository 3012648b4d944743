-- Times are text, UTC, to the microsecond: 2026-11-21T02:14:00.000000Z. The
-- statements mean the same in SQLite and PostgreSQL.

create table api_key (
    id          text primary key,
    client      text not null,
    hash        text not null, -- SHA-256 of the key, hexadecimal
    all_tenants boolean not null,
    tenants     text not null, -- JSON array of tenant ids
    profile     text not null,
    created_at  text not null,
    revoked_at  text           -- NULL while the key is good
);

create table run (
    id          text primary key,
    state       text not null,
    started_at  text not null,
    ended_at    text,
    verb        text not null,
    as_of       text not null,
    row_count   bigint not null,
    publication text not null,
    error       text not null,
    hint        text not null,
    code        text not null,
    steps       text not null -- JSON array
);

create index run_by_start on run (started_at);
