-- name: wake_queues
-- There is something to send in these queues from these moments on.
insert into sender_queues (sender, lane, priority, bucket, next_due_ms)
select r.sender, r.lane, r.priority, r.bucket, r.due_ms
from @rows(items: sender text, lane text, priority smallint, bucket smallint, due_ms bigint) r
where true
on conflict (sender, lane, priority) do update set
    version = sender_queues.version + 1,
    next_due_ms = case when sender_queues.next_due_ms is null
                         or sender_queues.next_due_ms > excluded.next_due_ms
                       then excluded.next_due_ms else sender_queues.next_due_ms end;

-- name: list_due_queues
-- Queues with something to send: what goes first, and then longest not served first; nothing while
-- the carrier is paused. One small row a queue.
select q.sender, q.lane, q.priority, q.bucket, q.version from sender_queues q
where q.lane in (select r.lane from @rows(lanes: lane text) r) and q.next_due_ms <= :now_ms
  and not exists (select 1 from carrier_switches s where s.carrier = :carrier and s.paused = 1)
order by q.priority, q.next_due_ms limit :limit;

-- name: find_earliest_due
-- When the next queue of these lanes falls due. One small row a queue.
select min(q.next_due_ms) from sender_queues q
where q.lane in (select r.lane from @rows(lanes: lane text) r);

-- name: set_next_due
-- These queues were served. One that was woken meanwhile stays due.
update sender_queues set next_due_ms = r.due_ms, version = sender_queues.version + 1
from @rows(items: sender text, lane text, priority smallint, version bigint, due_ms bigint) r
where sender_queues.sender = r.sender and sender_queues.lane = r.lane
  and sender_queues.priority = r.priority and sender_queues.version = r.version;

-- name: list_stale_queues
-- Queues that nobody serves: due for long, in a lane that there is no more.
select q.sender, q.lane, q.priority, q.bucket from sender_queues q
where q.next_due_ms <= :before_ms
  and q.lane not in (select r.lane from @rows(lanes: lane text) r)
order by q.next_due_ms limit :limit;

-- name: drop_queue
-- Nothing is left in this queue, and its lane is gone.
delete from sender_queues where sender = :sender and lane = :lane and priority = :priority;

-- name: list_queue
-- What waits in one queue.
select m.id, m.account_id, m.recipient from messages m
where m.bucket = :bucket and m.sender = :sender and m.lane = :lane and m.priority = :priority
  and m.status = 0
order by m.due_ms, m.id limit :limit @skip_locked(m);

-- name: move_messages
-- These go another way.
update messages set lane = r.lane
from @rows(items: id bigint, lane text) r
where messages.bucket = :bucket and messages.id = r.id and +messages.status = 0;

-- name: pin_messages
-- The carrier that was given these may have them: they go to no other.
update messages set lane = '=' || carrier
from @rows(ids: id bigint) r
where messages.bucket = :bucket and messages.id = r.id and carrier is not null;

-- name: peek_queue
-- What one queue has that is due, in order. What is held for a person's decision is told apart, so
-- that the claim can put it aside; replies to the person's own texts do not wait for it.
select m.id, m.account_id, m.recipient, coalesce(m.body, b.body), m.attempt, m.purpose,
       m.expires_ms, m.batch_id, m.generation, m.category, m.segment_count,
       case when m.purpose = 0 and exists (
           select 1 from reviews v
           where v.bucket = m.bucket and v.sender = m.sender and v.recipient = m.recipient
             and v.state = 0) then 1 else 0 end
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket and m.sender = :sender and m.lane = :lane and m.priority = :priority
  and m.status = 0 and m.due_ms <= :now_ms and (m.batch_id is null or b.id is not null)
order by m.due_ms, m.id limit :limit @skip_locked(m);

-- name: find_next_due
-- When the first message that is left in a queue falls due: one that was postponed, or one that
-- another transaction holds.
select m.due_ms
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket and m.sender = :sender and m.lane = :lane and m.priority = :priority
  and m.status = 0 and (m.batch_id is null or b.id is not null)
order by m.due_ms, m.id limit 1;

-- name: list_queues_of
-- Which queues these messages wait in, and from when on.
select m.sender, m.lane, m.priority, min(m.due_ms)
from @rows(ids: id bigint) r
@each messages m where m.bucket = :bucket and m.id = r.id @end
where m.status = 0 and m.priority < 100
group by m.sender, m.lane, m.priority;

-- name: lock_held_pairs
-- Which of these pairs are held, and stay so until this transaction ends. One whose hold is being
-- ended by another transaction is left out.
select v.sender, v.recipient from @rows(pairs: sender text, recipient text) p
@each reviews v where v.bucket = :bucket and v.sender = p.sender and v.recipient = p.recipient
    and v.state = 0 @end @skip_locked(v);

-- name: set_aside_messages
-- These wait for a person's decision: behind a priority that no queue has, so that no claim looks
-- past them again.
update messages set priority = priority + 100
from @rows(ids: id bigint) r
where messages.bucket = :bucket and messages.id = r.id and +messages.status = 0
  and messages.priority < 100;

-- name: take_up_messages
-- What was put aside for these pairs is queued again. (The plus keeps the planner from walking the
-- sender's whole queue.)
update messages set priority = priority - 100
from (select q.id from @rows(pairs: sender text, recipient text) p
      @each messages q where q.bucket = :bucket and q.sender = p.sender
          and q.recipient = p.recipient and +q.status = 0 and +q.priority >= 100 @end
      limit 100000) held
where messages.bucket = :bucket and messages.id = held.id and +messages.status = 0
  and messages.priority >= 100
returning messages.id;
