-- name: accept_batch
-- The row that makes a staged batch real.
insert into batches (bucket, id, account_id, sender, body, first_message_id, last_message_id,
                     batch_size, pending, cost_micros, created_ms, updated_ms)
values (:bucket, :id, :account_id, :sender, :body, :first_message_id, :last_message_id,
        :batch_size, :pending, 0, :now_ms, :now_ms);

-- name: read_batch
-- One batch of an account.
select id, account_id, sender, batch_size, pending, cost_micros, created_ms, updated_ms,
       first_message_id, last_message_id
from batches where bucket = :bucket and id = :id and account_id = :account_id;

-- name: read_batches
-- Batches by id, for the events that tell of them.
select id, account_id, sender, batch_size, pending, cost_micros, created_ms, updated_ms,
       first_message_id, last_message_id
from batches where bucket = :bucket and id in (select r.id from @rows(ids: id bigint) r)
order by id;

-- name: list_batches
-- A page of an account's batches in one bucket, newest first.
select id, account_id, sender, batch_size, pending, cost_micros, created_ms, updated_ms,
       first_message_id, last_message_id
from batches
where bucket = :bucket and account_id = :account_id and id >= :first_id and id < :before_id
  and (sender = :sender or :sender is null)
  and (pending = :open or :open is null)
order by id @desc limit :limit;

-- name: list_open_batches
-- The same of batches with something still queued: they are few, and have an index of their own.
select id, account_id, sender, batch_size, pending, cost_micros, created_ms, updated_ms,
       first_message_id, last_message_id
from batches
where bucket = :bucket and account_id = :account_id and id >= :first_id and id < :before_id
  and (sender = :sender or :sender is null)
  and pending > 0
order by id @desc limit :limit;

-- name: progress_batches
-- Messages of these batches left the queue, at this cost.
update batches set pending = pending - r.left_queue, cost_micros = batches.cost_micros + r.cost,
       updated_ms = :now_ms
from @rows(items: id bigint, left_queue integer, cost bigint) r
where batches.bucket = :bucket and batches.id = r.id
returning batches.id, batches.account_id, batches.pending;

-- name: find_idempotency_key
-- What an earlier request with this key got.
select body_hash, batch_id, answer, created_ms from idempotency_keys
where bucket = :bucket and account_id = :account_id and key_hash = :key_hash;

-- name: add_idempotency_key
-- Remember a key while its request runs.
insert into idempotency_keys (bucket, account_id, key_hash, body_hash, batch_id, answer,
                              created_ms)
values (:bucket, :account_id, :key_hash, :body_hash, :batch_id, null, :now_ms)
on conflict (bucket, account_id, key_hash)
do update set body_hash = excluded.body_hash, batch_id = excluded.batch_id, answer = null,
              created_ms = excluded.created_ms;

-- name: answer_idempotency_key
-- Remember what the request got, if the key is still that request's.
update idempotency_keys set answer = :answer
where bucket = :bucket and account_id = :account_id and key_hash = :key_hash
  and batch_id = :batch_id;

-- name: forget_idempotency_key
-- The request failed: its key may be used again.
delete from idempotency_keys
where bucket = :bucket and account_id = :account_id and key_hash = :key_hash
  and batch_id = :batch_id and answer is null;

-- name: purge_idempotency_keys
-- Keys older than their promise.
delete from idempotency_keys
where bucket = :bucket and (account_id, key_hash) in (
    select k.account_id, k.key_hash from idempotency_keys k
    where k.bucket = :bucket and k.created_ms < :before_ms order by k.created_ms limit :limit);

-- name: purge_batches
-- Retention: batches older than the limit of which no message is left.
delete from batches
where bucket = :bucket and id in (
    select b.id from batches b
    where b.bucket = :bucket and b.id < :before_id and (
        select m.id from messages m
        where m.bucket = :bucket and m.batch_id = b.id
          and m.id between b.first_message_id and b.last_message_id
        order by m.id limit 1) is null
    order by b.id limit :limit);

-- name: drop_open_idempotency_keys
-- Requests of these processes that never got an answer may be made again.
delete from idempotency_keys
where bucket = :bucket and answer is null
  and ((batch_id >> 9) & 63) in (select r.node from @rows(nodes: node smallint) r);
