create table cursor_secret (
    id     integer primary key check (id = 1),
    secret text not null -- hexadecimal
);
