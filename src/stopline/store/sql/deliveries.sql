-- name: add_deliveries
-- Events for subscriptions, due at once, in the transaction of their fact.
insert into deliveries (
    bucket, id, account_id, subscription_id, kind, label, subject, payload, state, due_ms,
    attempts, created_ms
)
select :bucket, item.id, :account_id, item.subscription_id, item.kind, item.label, item.subject,
    item.payload, 0, :now_ms, 0, :now_ms
from @rows(items: id integer, subscription_id integer, kind integer, label text, subject text,
    payload text) item;

-- name: has_pending_deliveries
-- Whether a bucket has anything pending: a look into its index. Asked of all buckets at once.
select 1 from deliveries where bucket = :bucket and state = 0 limit 1;

-- name: list_due_lanes
-- Subscriptions with pending deliveries in a bucket, each with its earliest time. It leaps from
-- one subscription to the next in the index, however many deliveries each has.
with recursive lanes (subscription_id) as (
    select min(subscription_id) from deliveries where bucket = :bucket and state = 0
    union all
    select (
        select min(d.subscription_id) from deliveries d
        where d.bucket = :bucket and d.state = 0 and d.subscription_id > lanes.subscription_id
    )
    from lanes where lanes.subscription_id is not null
)
select subscription_id, (
    select min(d.due_ms) from deliveries d
    where d.bucket = :bucket and d.state = 0 and d.subscription_id = lanes.subscription_id
)
from lanes where subscription_id is not null;

-- name: claim_deliveries
-- The oldest due deliveries of a subscription that are the first of their subject.
update deliveries
set attempts = attempts + 1, due_ms = :lease_ms
where bucket = :bucket and id in (
    select d.id from deliveries d
    where d.bucket = :bucket and d.subscription_id = :subscription_id and d.state = 0
        and d.due_ms <= :now_ms
        and not exists (
            select 1 from deliveries earlier
            where earlier.bucket = :bucket and earlier.subscription_id = :subscription_id
                and earlier.subject = d.subject and earlier.state = 0 and earlier.id < d.id
        )
    order by d.due_ms
    limit :limit @skip_locked(d)
)
returning id, kind, label, subject, payload, created_ms, attempts;

-- name: settle_deliveries
-- How attempts ended, unless another claim was made meanwhile.
update deliveries
set state = item.state, due_ms = item.due_ms, tried_ms = item.tried_ms,
    duration_ms = item.duration_ms, http_status = item.http_status, failure = item.failure,
    answer = item.answer
from @rows(items: id integer, attempt integer, state integer, due_ms integer, tried_ms integer,
    duration_ms integer, http_status integer, failure text, answer text) item
where deliveries.bucket = :bucket and deliveries.id = item.id
    and deliveries.attempts = item.attempt and +deliveries.state = 0;

-- name: add_delivery_attempts
-- Attempts that failed, for the log.
insert into delivery_attempts (
    bucket, delivery_id, attempt, tried_ms, duration_ms, http_status, failure, answer
)
select :bucket, item.id, item.attempt, item.tried_ms, item.duration_ms, item.http_status,
    item.failure, item.answer
from @rows(items: id integer, attempt integer, tried_ms integer, duration_ms integer,
    http_status integer, failure text, answer text) item
where true
on conflict (bucket, delivery_id, attempt) do nothing;

-- name: trim_delivery_attempts
-- Of each delivery only so many attempts are kept: with each new one the oldest goes.
delete from delivery_attempts
where bucket = :bucket and (delivery_id, attempt) in (
    select item.id, item.attempt from @rows(items: id integer, attempt integer) item
);

-- name: list_followers
-- Deliveries behind those that failed, each with the time until which it should wait. The cross
-- join and the plus keep it to the index of subjects: the time's index holds the whole backlog.
select d.id, item.due_ms
from @rows(items: subscription_id integer, subject text, due_ms integer) item
@each deliveries d where d.bucket = :bucket and d.subscription_id = item.subscription_id
    and d.subject = item.subject and d.state = 0 and +d.due_ms < item.due_ms @end;

-- name: hold_deliveries
-- Deliveries that wait for others wait as long as those, so that no claim looks at them.
update deliveries
set due_ms = item.due_ms
from @rows(items: id integer, due_ms integer) item
where deliveries.bucket = :bucket and deliveries.id = item.id and +deliveries.state = 0;

-- name: release_deliveries
-- Claims that were not used: as if they had not been made.
update deliveries
set attempts = deliveries.attempts - 1, due_ms = :now_ms
from @rows(items: id integer, attempt integer) item
where deliveries.bucket = :bucket and deliveries.id = item.id
    and deliveries.attempts = item.attempt and +deliveries.state = 0;

-- name: hasten_deliveries
-- The endpoint is back: whatever waits longer than a claim lasts is due now, in order as ever.
-- What is due earlier may be under way.
update deliveries
set due_ms = :now_ms
where bucket = :bucket and subscription_id = :subscription_id and state = 0
    and due_ms > :lease_ms;

-- name: give_up_lane
-- A slice of what waits for a subscription that is no more.
update deliveries
set state = 2, failure = 'no_subscription'
where bucket = :bucket and id in (
    select id from deliveries
    where bucket = :bucket and subscription_id = :subscription_id and state = 0
    limit :limit
);

-- name: count_deliveries
-- Rows of a bucket in all.
select count(*) from deliveries where bucket = :bucket;

-- name: give_up_old_deliveries
-- Pending deliveries below an id that may be given up (the kinds say which); at most a slice.
update deliveries
set state = 2, failure = 'too_old'
where bucket = :bucket and id in (
    select id from deliveries
    where bucket = :bucket and id < :before_id and state = 0 and kind >= :first_kind
    order by id
    limit :limit
)
returning subscription_id;

-- name: count_pending_deliveries
-- What waits for one subscription in a bucket.
select count(*) from deliveries
where bucket = :bucket and subscription_id = :subscription_id and state = 0;

-- name: give_up_excess_deliveries
-- What is due longest for a subscription, of kinds that may be given up; at most so many.
update deliveries
set state = 2, failure = 'too_many'
where bucket = :bucket and id in (
    select id from deliveries
    where bucket = :bucket and subscription_id = :subscription_id and state = 0
        and kind >= :first_kind
    order by due_ms
    limit :limit
)
returning subscription_id;

-- name: add_delivery_losses
-- Counts what was given up.
insert into delivery_losses (bucket, subscription_id, given_up)
select :bucket, item.subscription_id, item.given_up
from @rows(items: subscription_id integer, given_up integer) item
where true
on conflict (bucket, subscription_id)
do update set given_up = delivery_losses.given_up + excluded.given_up;

-- name: get_delivery_losses
-- What was given up of one subscription in a bucket.
select given_up from delivery_losses
where bucket = :bucket and subscription_id = :subscription_id;

-- name: list_old_deliveries
-- The oldest finished deliveries of a bucket below an id, a slice of them.
select id from deliveries
where bucket = :bucket and id < :before_id and state <> 0
order by id
limit :limit;

-- name: list_deliveries_of_person
-- Deliveries that tell of a person: of messages by subject, of consent by the subject's ending.
select id, subscription_id, state from deliveries
where bucket = :bucket and account_id = :account_id
  and (subject in (select r.subject from @rows(subjects: subject text) r)
       or subject like :pattern);

-- name: erase_deliveries
-- Erasure: whatever their state.
delete from deliveries
where bucket = :bucket and id in (select id from @rows(ids: id integer) wanted);

-- name: delete_deliveries
-- Finished deliveries that are not kept any longer.
delete from deliveries
where bucket = :bucket and state <> 0
    and id in (select id from @rows(ids: id integer) wanted);

-- name: delete_delivery_attempts
-- Their attempts.
delete from delivery_attempts
where bucket = :bucket and delivery_id in (select id from @rows(ids: id integer) wanted);

-- name: list_deliveries
-- The log of a subscription in one bucket, newest first.
select id, kind, label, state, due_ms, attempts, created_ms, tried_ms, duration_ms, http_status,
    failure, answer
from deliveries
where bucket = :bucket and subscription_id = :subscription_id and id < :before_id
order by id desc
limit :limit;

-- name: read_delivery
-- One delivery as it goes over the wire.
select kind, label, subject, payload, created_ms, attempts
from deliveries
where bucket = :bucket and subscription_id = :subscription_id and id = :id;

-- name: list_delivery_attempts
-- The failed attempts of one delivery, in order.
select attempt, tried_ms, duration_ms, http_status, failure, answer
from delivery_attempts
where bucket = :bucket and delivery_id = :delivery_id
order by attempt;

-- name: replay_deliveries
-- Finished deliveries of a range become due again under the same id.
update deliveries
set state = 0, attempts = 0, due_ms = :now_ms, failure = null, answer = null
where bucket = :bucket and id in (
    select id from deliveries
    where bucket = :bucket and id >= :from_id and id < :before_id
        and subscription_id = :subscription_id and state <> 0
    order by id
    limit :limit
);

-- name: forget_delivery_attempts
-- A replayed delivery starts its log anew: its attempts are numbered from 1 again.
delete from delivery_attempts
where bucket = :bucket and delivery_id in (
    select id from deliveries
    where bucket = :bucket and id >= :from_id and id < :before_id
        and subscription_id = :subscription_id and state = 0 and attempts = 0
);
