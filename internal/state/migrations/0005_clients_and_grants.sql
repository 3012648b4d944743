alter table api_key rename to api_key_before;

create table client (
    name       text primary key,
    created_at text not null
);

create table api_key (
    id         text primary key,
    client     text not null references client (name),
    hash       text not null, -- SHA-256 of the key, hexadecimal
    networks   text not null, -- JSON array of CIDR blocks; empty is everywhere
    created_at text not null,
    expires_at text,
    used_at    text,
    revoked_at text           -- NULL while the key is not revoked
);

create table access_grant (
    id          text primary key,
    client      text not null references client (name),
    tenant      text not null, -- * is every tenant
    datasets    text not null, -- JSON array
    metrics     text not null, -- JSON array; both empty is everything
    profile     text not null,
    purpose     text not null,
    granted_by  text not null,
    created_at  text not null,
    valid_from  text not null,
    valid_until text,          -- NULL is open end
    revoked_at  text           -- NULL while the grant is not revoked
);

create index access_grant_by_client on access_grant (client, revoked_at);
