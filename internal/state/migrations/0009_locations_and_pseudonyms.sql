alter table access_grant add column locations text not null default '[]'; -- JSON array; empty is all

create table pseudonym_secret (
    id     integer primary key check (id = 1),
    secret text not null -- hexadecimal
);
