-- WebSockets: which process holds which, and what was sent over them.

-- It grows with connections. The bucket is that of the user, and a socket's token names it.
create table sockets (
    bucket smallint not null,
    id bigint not null,
    -- SHA-256 of what a client comes back with, lower-case hexadecimal
    token_hash text not null,
    account_id bigint not null,
    user_id bigint not null,
    app_id bigint not null,
    subscription_id bigint,
    -- rises with each connection of this socket: only the newest one may send
    epoch integer not null,
    -- until then its process holds it, or held it when it ended
    held_until_ms bigint not null,
    sequence bigint not null,
    created_ms bigint not null,
    primary key (bucket, id)
);

create index sockets_by_token on sockets (bucket, token_hash);
create index sockets_by_user on sockets (bucket, user_id, app_id);
create index sockets_by_age on sockets (bucket, held_until_ms);

-- The frame in which a delivery left over a socket, so that it can be sent again after a cut.
alter table deliveries add column socket_sequence bigint;
create index deliveries_by_socket on deliveries (bucket, subscription_id, socket_sequence)
    where socket_sequence is not null;
