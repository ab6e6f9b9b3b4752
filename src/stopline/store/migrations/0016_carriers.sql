-- Carriers as operators and all processes see them. All are small tables.

-- What an operator switched off, until it is switched on again.
create table carrier_switches (
    carrier text not null primary key,
    paused smallint not null,
    actor text not null,
    changed_ms bigint not null
);

-- What each process says of its connections, again and again.
create table carrier_reports (
    carrier text not null,
    node smallint not null,
    seen_ms bigint not null,
    -- when a connection was last up
    up_ms bigint not null,
    -- JSON, opaque to SQL
    body text not null,
    primary key (carrier, node)
);

-- From when on the next segment of a number or a carrier may go: one row for each that is limited.
create table rates (
    name text not null primary key,
    free_us bigint not null
);

-- JSON, opaque to SQL: the number's rate, and how long its messages wait and are spread.
alter table senders add column sending_settings text not null default '{}';
