create table person (
    id          text primary key,
    name        text not null unique, -- an e-mail address, in lower case
    invited_by  text not null,
    created_at  text not null,
    disabled_at text                  -- NULL while the person may sign in
);

create table membership (
    id         text primary key,
    person     text not null references person (id),
    role       text not null, -- operator, practice_admin, practice_user or partner
    tenant     text not null, -- of practice_admin and practice_user
    client     text not null, -- of partner
    profile    text not null, -- '' is what the role opens
    created_by text not null,
    created_at text not null,
    ended_at   text           -- NULL while the person has the role
);

create index membership_by_person on membership (person, ended_at);

create table person_password (
    person text primary key references person (id),
    hash   text not null, -- $argon2id$v=19$m=..,t=..,p=..$salt$hash
    set_at text not null
);

create table person_totp (
    person    text primary key references person (id),
    secret    text not null,   -- encrypted, base64
    last_step bigint not null, -- of the last code that was used: none is good twice
    set_at    text not null
);

create table person_identity (
    issuer   text not null,
    subject  text not null, -- whom the issuer means
    person   text not null references person (id),
    bound_at text not null,
    primary key (issuer, subject)
);

create table invitation (
    id         text primary key,
    hash       text not null, -- SHA-256 of the invitation, hexadecimal
    person     text not null references person (id),
    created_at text not null,
    expires_at text not null,
    used_at    text           -- also set when another takes its place
);

create table session (
    id         text primary key,
    hash       text not null, -- SHA-256 of the session's secret, hexadecimal
    person     text not null references person (id),
    created_at text not null,
    used_at    text not null, -- within a minute
    ended_at   text           -- NULL until the person signs out or is made to
);

create index session_by_person on session (person, ended_at);

create table sign_in_secret (
    id     integer primary key check (id = 1),
    secret text not null -- hexadecimal
);

alter table client add column tenant text; -- whose own client it is; NULL is the vendor's to give keys of
