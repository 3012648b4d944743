alter table api_key add column public_key text not null default ''; -- JWK; '' where the key is a secret, and hash has it

create table token_secret (
    id     integer primary key check (id = 1),
    secret text not null -- hexadecimal
);

create table used_assertion (
    id         text primary key, -- SHA-256 of key and jti, hexadecimal
    expires_at text not null
);

create index used_assertion_by_end on used_assertion (expires_at);
