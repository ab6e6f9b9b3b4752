-- name: count_queued
-- What waits to be handed over in a bucket, by sender and lane: a walk through the index of what is
-- queued.
select sender, lane, count(*), min(id) from messages
where bucket = :bucket and status = 0
group by sender, lane;

-- name: count_waiting_events
-- What waits to be told in a bucket: a walk through the index of what is pending.
select count(*), min(id) from deliveries where bucket = :bucket and state = 0;
