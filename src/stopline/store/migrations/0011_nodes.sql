-- Several processes on one database. All three are small tables.

-- Rises with each wake, so that who served a sender can tell whether something came meanwhile.
alter table sender_queues add column version bigint not null default 0;

-- Who is running: a number is part of every id that its process makes, claims included.
create table nodes (
    number smallint not null primary key,
    owner text not null,
    -- 0: it ended in order
    seen_ms bigint not null
);

-- What all processes have to agree on.
create table installation (
    name text not null primary key,
    value bigint not null
);

-- How the gate is kept. A process that keeps it in an older way does not send.
insert into installation (name, value) values ('gate_protocol', 1);
