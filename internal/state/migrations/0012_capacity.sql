create table capacity_lease (
    id     integer primary key check (id = 1),
    holder text not null, -- a run's ID or operator:USER
    since  text not null,
    until  text,          -- not to be ended before; NULL for as long as the holder works
    phase  text not null,
    terms  text not null  -- JSON: all that is needed to end it
);

create table capacity_seen (
    place  text not null, -- JSON
    at     text not null,
    shape  text not null, -- JSON
    holder text not null, -- of the lease for which it got it; '' between leases
    primary key (place, at)
);
