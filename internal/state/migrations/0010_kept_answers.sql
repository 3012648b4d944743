create table kept_answer (
    caller     text not null, -- whose request it was
    key        text not null, -- SHA-256 of its Idempotency-Key, hexadecimal
    request    text not null, -- digest of what was asked
    status     integer not null,
    body       text not null, -- encrypted, base64
    created_at text not null,
    primary key (caller, key)
);

create index kept_answer_by_age on kept_answer (created_at);
