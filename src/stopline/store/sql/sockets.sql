-- name: add_socket
-- A client connected anew.
insert into sockets (bucket, id, token_hash, account_id, user_id, app_id, subscription_id, epoch,
                     held_until_ms, sequence, created_ms, node)
values (:bucket, :id, :token_hash, :account_id, :user_id, :app_id, null, 1, :held_until_ms, 0,
        :now_ms, :node);

-- name: find_socket
-- The socket a client wants to come back to.
select id, epoch, user_id, app_id, subscription_id, held_until_ms, sequence
from sockets where bucket = :bucket and token_hash = :token_hash;

-- name: count_sockets
-- Those of a user and app that are held now.
select count(*) from sockets
where bucket = :bucket and user_id = :user_id and app_id = :app_id and held_until_ms > :now_ms;

-- name: take_socket
-- A client came back: this connection of it is the newest one.
update sockets set epoch = :epoch + 1, held_until_ms = :held_until_ms, sequence = :sequence,
                   node = :node
where bucket = :bucket and id = :id and epoch = :epoch;

-- name: hold_socket
-- Still held by this connection, which sent so many frames. Nothing when another one took it.
update sockets
set held_until_ms = :held_until_ms,
    sequence = case when :sequence > sequence then :sequence else sequence end
where bucket = :bucket and id = :id and epoch = :epoch;

-- name: set_socket_subscription
-- What a socket tells its client about.
update sockets set subscription_id = :subscription_id where bucket = :bucket and id = :id;

-- name: find_socket_by_id
-- One socket.
select id, epoch, user_id, app_id, subscription_id, held_until_ms, sequence
from sockets where bucket = :bucket and id = :id;

-- name: list_gone_sockets
-- Those that nobody can come back to.
select id, epoch, user_id, app_id, subscription_id, held_until_ms, sequence
from sockets where bucket = :bucket and held_until_ms < :before_ms
order by held_until_ms limit :limit;

-- name: delete_socket
-- It is over.
delete from sockets where bucket = :bucket and id = :id and held_until_ms < :before_ms;

-- name: number_deliveries
-- The frames in which deliveries of one claim left.
update deliveries set socket_sequence = item.sequence
from @rows(items: id bigint, attempt integer, sequence bigint) item
where deliveries.bucket = :bucket and deliveries.id = item.id
    and deliveries.attempts = item.attempt;

-- name: resend_deliveries
-- What a client did not see before it was cut off is due again, in order as ever.
update deliveries
set state = 0, attempts = attempts + 1, due_ms = :now_ms, socket_sequence = null
where bucket = :bucket and subscription_id = :subscription_id and socket_sequence > :sequence
    and state = 1;

-- name: reclaim_deliveries
-- What was claimed for an earlier connection is due again, and no result of it counts any more.
update deliveries
set attempts = attempts + 1, due_ms = :now_ms
where bucket = :bucket and subscription_id = :subscription_id and state = 0;
