create table ledger_secret (
    id     integer primary key check (id = 1),
    secret text not null -- hexadecimal
);

create table ledger_head (
    chain text primary key,
    seq   bigint not null, -- the number of its last line
    link  text not null,
    at    text not null
);
