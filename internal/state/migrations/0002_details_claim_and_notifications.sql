alter table run add column resumes text not null default '';
alter table run add column events text not null default 'null';  -- JSON array
alter table run add column details text not null default 'null'; -- JSON array

create table run_claim (
    id      integer primary key check (id = 1),
    run     text not null,
    held_by text not null, -- PostgreSQL: the server's process that holds the lock
    pid     integer not null,
    host    text not null,
    since   text not null
);

create table notification (
    id         text not null, -- equal events have equal ids
    hook       text not null, -- digest of the hook as the project writes it
    event      text not null,
    run        text not null,
    body       text not null,
    state      text not null, -- pending, delivered or failed
    attempts   integer not null,
    created_at text not null,
    next_at    text not null, -- of the next attempt, while pending
    ended_at   text,
    answer     text not null, -- what became of the last attempt
    primary key (id, hook)
);

create index notification_by_next on notification (state, next_at);
