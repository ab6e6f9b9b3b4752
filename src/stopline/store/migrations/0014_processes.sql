-- What processes tell each other through the database.

-- Who holds a socket now, or held it last: the number of its process.
alter table sockets add column node smallint not null default 0;

-- How often a caller asked one process in the last minute, so that limits hold over all processes.
-- It grows with callers. The bucket is that of the caller's hash.
create table request_counts (
    bucket smallint not null,
    -- SHA-256 of the group of requests and the caller, lower-case hexadecimal
    caller text not null,
    node smallint not null,
    count bigint not null,
    -- the penalty of who went on asking over the limit; 0 for none
    blocked_until_ms bigint not null,
    seen_ms bigint not null,
    primary key (bucket, caller, node)
);

create index request_counts_by_age on request_counts (bucket, seen_ms);
