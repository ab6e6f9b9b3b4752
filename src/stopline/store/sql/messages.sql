-- name: find_highest_id
-- The highest id of a bucket, so that new ids never fall below it.
select max(id) from (
    select max(id) as id from messages where bucket = :bucket
    union all
    select max(id) from deliveries where bucket = :bucket
) highest;

-- name: stage_messages
-- Messages of a slice of a batch. Nobody may claim or see them before the batch row exists.
insert into messages (bucket, id, account_id, sender, recipient, direction, purpose, status,
                      failure, body, segment_count, cost_micros, batch_id, generation, lane,
                      priority, due_ms, expires_ms, attempt, category, created_ms, updated_ms)
select :bucket, r.id, :account_id, :sender, r.recipient, 0, 0, r.status, r.failure, r.body,
       r.segment_count, r.cost_micros, :batch_id, r.generation, coalesce(r.lane, :lane),
       :priority, coalesce(r.due_ms, :now_ms), :expires_ms, 0, :category, :now_ms, :now_ms
from @rows(items: id bigint, recipient text, status smallint, failure text, body text,
           segment_count smallint, cost_micros bigint, generation bigint, lane text,
           due_ms bigint) r;

-- name: add_replies
-- Replies to keyword texts: no batch, ahead of everything of their sender, soon dead.
insert into messages (bucket, id, account_id, sender, recipient, direction, purpose, status,
                      body, segment_count, cost_micros, generation, lane, priority, due_ms,
                      expires_ms, attempt, in_reply_to, created_ms, updated_ms)
select :bucket, r.id, r.account_id, r.sender, r.recipient, 0, r.purpose, 0, r.body,
       r.segment_count, r.cost_micros, r.generation, r.lane, 0, :now_ms, r.expires_ms, 0,
       r.in_reply_to, :now_ms, :now_ms
from @rows(items: id bigint, account_id bigint, sender text, recipient text, purpose smallint,
           body text, segment_count smallint, cost_micros bigint, generation bigint,
           expires_ms bigint, in_reply_to bigint, lane text) r;

-- name: add_inbound_messages
-- Texts from handsets; they are delivered the moment they are stored.
insert into messages (bucket, id, account_id, sender, recipient, direction, purpose, status,
                      body, segment_count, cost_micros, generation, priority, due_ms, attempt,
                      carrier, created_ms, updated_ms)
select :bucket, r.id, r.account_id, r.sender, r.recipient, 1, 0, 4, r.body, r.segment_count,
       r.cost_micros, 0, 0, 0, 0, r.carrier, :now_ms, :now_ms
from @rows(items: id bigint, account_id bigint, sender text, recipient text, body text,
           segment_count smallint, cost_micros bigint, carrier text) r;

-- name: read_claimed
-- Claimed messages, as far as it has to be decided once more whether they may leave.
select m.id, m.account_id, m.recipient, '', m.attempt, m.purpose, m.expires_ms, m.batch_id,
       m.generation, m.category, m.segment_count, 0
from @rows(items: id bigint, attempt smallint) r
@each messages m where m.bucket = :bucket and m.id = r.id @end
where m.attempt = r.attempt and m.status = 1
  and (m.purpose > 0 or not exists (
        select 1 from reviews v
        where v.bucket = m.bucket and v.sender = m.sender and v.recipient = m.recipient
          and v.state = 0));

-- name: claim_messages
-- Write down the intent to hand these over, before anything is. (Here and below, a plus before
-- a column keeps the planner from walking a partial index of the whole bucket.)
update messages set status = 1, claim_id = :claim_id, attempt = messages.attempt + 1, carrier = :carrier,
       updated_ms = :now_ms
from @rows(ids: id bigint) r
where messages.bucket = :bucket and messages.id = r.id and +messages.status = 0;

-- name: return_messages
-- Provably not written: due again in their old place, as if never claimed.
update messages set status = 0, claim_id = null, attempt = messages.attempt - 1,
       updated_ms = :now_ms
from @rows(items: id bigint, attempt smallint) r
where messages.bucket = :bucket and messages.id = r.id and +messages.status = 1
  and +messages.attempt = r.attempt;

-- name: doubt_messages
-- The connection broke after the hand-over and before the answer: uncertain from now on.
update messages set status = 2, updated_ms = :now_ms
from @rows(ids: id bigint) r
where messages.bucket = :bucket and messages.id = r.id and +messages.status = 1;

-- name: list_claimed
-- What was claimed and never settled. The claim's id names the process that made it.
select id from messages
where bucket = :bucket and status in (1, 2) and +status = 1 and updated_ms <= :before_ms
  and (((claim_id >> 9) & 63) in (select r.node from @rows(nodes: node smallint) r)
       or :nodes is null)
order by claim_id, id limit :limit;

-- name: list_uncertain
-- Uncertain messages that waited long enough for a receipt.
select id, account_id, attempt from messages
where bucket = :bucket and status in (1, 2) and +status = 2 and updated_ms <= :before_ms
order by claim_id, id limit :limit;

-- name: read_progress
-- What is needed to decide how messages go on; they stay so until it is written.
select m.id, m.account_id, m.sender, m.recipient, m.status, m.attempt, m.batch_id, m.cost_micros,
       m.purpose, m.carrier_reference
from messages m
where m.bucket = :bucket and m.id in (select r.id from @rows(ids: id bigint) r)
order by m.id @lock(m);

-- name: read_recipients
-- Whom messages are for.
select m.recipient from messages m
where m.bucket = :bucket and m.id in (select r.id from @rows(ids: id bigint) r);

-- name: read_progress_by_reference
-- The same, found by the carrier's own ids.
select m.id, m.account_id, m.sender, m.recipient, m.status, m.attempt, m.batch_id, m.cost_micros,
       m.purpose, m.carrier_reference
from messages m
where m.bucket = :bucket and m.carrier = :carrier
  and m.carrier_reference in (select r.reference from @rows(references: reference text) r)
order by m.id @lock(m);

-- name: find_known_references
-- Which of the carrier's ids belong to a message.
select m.carrier_reference
from messages m
where m.bucket = :bucket and m.carrier = :carrier
  and m.carrier_reference in (select r.reference from @rows(references: reference text) r);

-- name: find_uncertain
-- Whether there is a message whose answer was lost.
select 1 from messages where bucket = :bucket and status in (1, 2) and +status = 2 limit 1;

-- name: list_open_of_pairs
-- What was handed over to these persons and never answered, oldest first. (A plus keeps the
-- planner from walking the open ones of the whole bucket.)
select m.id, m.account_id, m.sender, m.recipient, m.status, m.attempt, m.batch_id, m.cost_micros,
       m.purpose, m.carrier_reference
from @rows(items: sender text, recipient text) r
@each messages m where m.bucket = :bucket and m.sender = r.sender and m.recipient = r.recipient
    and +m.status in (1, 2) @end
where m.carrier = :carrier
order by m.id @lock(m);

-- name: advance_messages
-- Write how messages went on. One that only learns its reference keeps the reason it failed for.
update messages set status = r.status,
       failure = case when r.status = messages.status then coalesce(r.failure, messages.failure)
                      else r.failure end,
       cost_micros = r.cost_micros,
       carrier_reference = coalesce(r.reference, carrier_reference), due_ms = r.due_ms,
       updated_ms = :now_ms
from @rows(items: id bigint, status smallint, failure text, cost_micros bigint, reference text,
           due_ms bigint) r
where messages.bucket = :bucket and messages.id = r.id;

-- name: refuse_queued
-- A denial refuses what is queued under it, staged messages too. Replies are judged at the gate.
update messages set status = 6, failure = :failure, cost_micros = 0, updated_ms = :now_ms
from (select q.id from @rows(targets: sender text, recipient text, category text) r
      @each messages q where q.bucket = :bucket and q.sender = r.sender
          and q.recipient = r.recipient
          and (r.category is null or q.category = r.category)
          -- the plus keeps the planner from walking the sender's whole queue
          and +q.status = 0 @end limit 100000) queued
where messages.bucket = :bucket and messages.id = queued.id and +messages.status = 0
  and messages.purpose = 0
returning messages.id, messages.batch_id;

-- name: list_recent_texts
-- The last three texts sent to each pair, newest first: their footers may offer words.
select p.sender, p.recipient, coalesce(m.body, b.body)
from @rows(pairs: sender text, recipient text) p
@each messages m where m.bucket = :bucket and m.sender = p.sender and m.recipient = p.recipient
    and m.direction = 0 and m.status between 1 and 5
    and m.id >= coalesce((select q.id from messages q
                          where q.bucket = :bucket and q.sender = p.sender
                            and q.recipient = p.recipient and q.direction = 0
                            and q.status between 1 and 5
                          order by q.id desc limit 1 offset 2), 0) @end
left join batches b on b.bucket = m.bucket and b.id = m.batch_id
order by m.id desc;

-- name: count_replies
-- Replies to each pair within a day and within an hour, and when the last of a kind was made.
select p.sender, p.recipient, count(m.id),
       coalesce(sum(case when m.created_ms > :hour_ms then 1 else 0 end), 0),
       max(case when m.purpose = 2 then m.created_ms else 0 end),
       max(case when m.purpose = 1 then m.created_ms else 0 end)
from @rows(pairs: sender text, recipient text) p
@each messages m where m.bucket = :bucket and m.sender = p.sender and m.recipient = p.recipient
    and m.id >= :first_id and m.direction = 0 and m.purpose > 0 @end
group by p.sender, p.recipient;

-- name: sweep_staged
-- Messages whose batch was never accepted: the request that brought them got no answer.
delete from messages
where bucket = :bucket and id in (
    select q.id from messages q
    where q.bucket = :bucket and q.status = 0 and q.batch_id is not null
      and ((q.batch_id >> 9) & 63) in (select r.node from @rows(nodes: node smallint) r)
      and not exists (select 1 from batches b where b.bucket = q.bucket and b.id = q.batch_id)
    order by q.sender, q.lane, q.priority, q.due_ms, q.id);

-- name: sweep_staged_since
-- The same, queued or refused, among messages from one on: however many wait, only the newest are read.
delete from messages
where bucket = :bucket and id in (
    select q.id from messages q
    where q.bucket = :bucket and q.id >= :first_id and +q.status in (0, 6)
      and q.batch_id is not null
      and ((q.batch_id >> 9) & 63) in (select r.node from @rows(nodes: node smallint) r)
      and not exists (select 1 from batches b where b.bucket = q.bucket and b.id = q.batch_id)
    order by q.id);

-- name: sweep_refused
-- The same of messages that were refused while they were staged. No queue holds them, so they are
-- looked for among the newest.
delete from messages
where bucket = :bucket and id in (
    select q.id from messages q
    where q.bucket = :bucket and q.id >= :first_id and +q.status = 6 and q.batch_id is not null
      and ((q.batch_id >> 9) & 63) in (select r.node from @rows(nodes: node smallint) r)
      and not exists (select 1 from batches b where b.bucket = q.bucket and b.id = q.batch_id)
    order by q.id);

-- name: drop_staged
-- A request failed half-way: what it staged goes, unless its batch was accepted after all.
delete from messages
where bucket = :bucket and id in (
    select q.id from messages q
    where q.bucket = :bucket and q.id > :batch_id and q.batch_id = :batch_id
      and not exists (select 1 from batches b where b.bucket = :bucket and b.id = :batch_id)
    order by q.id limit :limit);

-- name: total_batch
-- What a batch holds at the moment it is accepted, by lane; and when the first of it falls due.
select lane, count(*), coalesce(sum(case when status = 0 then 1 else 0 end), 0),
       min(case when status = 0 then due_ms end)
from messages
where bucket = :bucket and id between :first_id and :last_id and batch_id = :batch_id
group by lane;

-- name: list_overdue_sent
-- Handed over, and no receipt came in time.
select id from messages
where bucket = :bucket and status = 3 and updated_ms <= :before_ms
order by updated_ms limit :limit;

-- name: list_expired
-- Queued, and not to be sent any more.
select id from messages
where bucket = :bucket and status = 0 and expires_ms is not null and expires_ms <= :now_ms
order by expires_ms limit :limit;

-- name: read_message
-- One message of an account, if its batch was accepted.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure,
       coalesce(m.body, b.body), m.segment_count, m.cost_micros, m.batch_id, m.created_ms,
       m.updated_ms, m.account_id
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket and m.id = :id and m.account_id = :account_id
  and (m.batch_id is null or b.id is not null);

-- name: read_messages
-- Messages by id, for the events that tell of them.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure,
       coalesce(m.body, b.body), m.segment_count, m.cost_micros, m.batch_id, m.created_ms,
       m.updated_ms, m.account_id
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket and m.id in (select r.id from @rows(ids: id bigint) r)
  and (m.batch_id is null or b.id is not null)
order by m.id;

-- name: list_failed_of_batch
-- Messages of a batch that were refused while it was accepted.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure,
       coalesce(m.body, b.body), m.segment_count, m.cost_micros, m.batch_id, m.created_ms,
       m.updated_ms, m.account_id
from messages m join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket and m.id between :first_id and :last_id and m.batch_id = :batch_id
  and m.status = 6
order by m.id;

-- name: list_inbound_messages
-- Texts from handsets after an id, oldest first: to be read again.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure, m.body,
       m.segment_count, m.cost_micros, m.batch_id, m.created_ms, m.updated_ms, m.account_id
from messages m
where m.bucket = :bucket and m.id > :after_id and m.direction = 1
order by m.id limit :limit;

-- name: list_messages
-- A page of an account's messages in one bucket, newest first.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure,
       coalesce(m.body, b.body), m.segment_count, m.cost_micros, m.batch_id, m.created_ms,
       m.updated_ms, m.account_id
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket
  and (m.account_id, m.id) >= (:account_id, :first_id)
  and (m.account_id, m.id) < (:account_id, :before_id)
  and (m.batch_id is null or b.id is not null)
  and (m.batch_id = :batch_id or :batch_id is null)
  and (m.direction = :direction or :direction is null)
  and (m.sender in (select r.number from @rows(numbers: number text) r)
       or m.recipient in (select r.number from @rows(numbers: number text) r)
       or :numbers is null)
order by m.account_id @desc, m.id @desc limit :limit;

-- name: list_received_messages
-- The same of texts that came in: they are few, and have an index of their own.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure,
       coalesce(m.body, b.body), m.segment_count, m.cost_micros, m.batch_id, m.created_ms,
       m.updated_ms, m.account_id
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket
  and (m.account_id, m.id) >= (:account_id, :first_id)
  and (m.account_id, m.id) < (:account_id, :before_id)
  and (m.batch_id is null or b.id is not null)
  and (m.batch_id = :batch_id or :batch_id is null)
  and m.direction = 1
  and (m.sender in (select r.number from @rows(numbers: number text) r)
       or m.recipient in (select r.number from @rows(numbers: number text) r)
       or :numbers is null)
order by m.account_id @desc, m.id @desc limit :limit;

-- name: list_failed_messages
-- The same of messages that failed for one reason.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure,
       coalesce(m.body, b.body), m.segment_count, m.cost_micros, m.batch_id, m.created_ms,
       m.updated_ms, m.account_id
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket
  and m.account_id = :account_id and m.failure is not null
  and (m.failure, m.id) >= (:failure, :first_id)
  and (m.failure, m.id) < (:failure, :before_id)
  and (m.batch_id is null or b.id is not null)
  and (m.batch_id = :batch_id or :batch_id is null)
  and (m.direction = :direction or :direction is null)
  and (m.sender in (select r.number from @rows(numbers: number text) r)
       or m.recipient in (select r.number from @rows(numbers: number text) r)
       or :numbers is null)
order by m.failure @desc, m.id @desc limit :limit;

-- name: list_failures
-- For which reasons messages of an account failed. It leaps from reason to reason in the index.
with recursive reasons (failure) as (
    select min(failure) from messages
    where bucket = :bucket and account_id = :account_id and failure is not null
    union all
    select (select min(m.failure) from messages m
            where m.bucket = :bucket and m.account_id = :account_id and m.failure is not null
              and m.failure > reasons.failure)
    from reasons where reasons.failure is not null
)
select failure from reasons where failure is not null;

-- name: list_messages_of_numbers
-- The same for given pairs of numbers: the sender's conversation with each person.
select m.id, m.sender, m.recipient, m.direction, m.purpose, m.status, m.failure,
       coalesce(m.body, b.body), m.segment_count, m.cost_micros, m.batch_id, m.created_ms,
       m.updated_ms, m.account_id
from @rows(pairs: sender text, recipient text) p
@each messages m where m.bucket = :bucket and m.sender = p.sender and m.recipient = p.recipient
    and +m.account_id = :account_id and m.id >= :first_id and m.id < :before_id @end
left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where (m.batch_id is null or b.id is not null)
  and (m.batch_id = :batch_id or :batch_id is null)
  and (m.direction = :direction or :direction is null)
  and (m.failure = :failure or :failure is null)
order by m.id @desc limit :limit;

-- name: summarise_messages
-- How many messages are in which state, and what they cost.
select m.status, m.failure, count(*), cast(coalesce(sum(m.cost_micros), 0) as bigint)
from messages m left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where m.bucket = :bucket
  and (m.account_id, m.id) >= (:account_id, :first_id)
  and (m.account_id, m.id) < (:account_id, :before_id)
  and (m.batch_id is null or b.id is not null)
  and (m.batch_id = :batch_id or :batch_id is null)
  and (m.direction = :direction or :direction is null)
  and (m.sender in (select r.number from @rows(numbers: number text) r)
       or m.recipient in (select r.number from @rows(numbers: number text) r)
       or :numbers is null)
group by m.status, m.failure;

-- name: summarise_messages_of_numbers
-- The same for given pairs of numbers.
select m.status, m.failure, count(*), cast(coalesce(sum(m.cost_micros), 0) as bigint)
from @rows(pairs: sender text, recipient text) p
@each messages m where m.bucket = :bucket and m.sender = p.sender and m.recipient = p.recipient
    and +m.account_id = :account_id and m.id >= :first_id and m.id < :before_id @end
left join batches b on b.bucket = m.bucket and b.id = m.batch_id
where (m.batch_id is null or b.id is not null)
  and (m.batch_id = :batch_id or :batch_id is null)
  and (m.direction = :direction or :direction is null)
group by m.status, m.failure;

-- name: list_messages_of_person
-- Messages of an account with one person. It leaps from sender to sender in the index.
with recursive numbers (sender) as (
    select min(sender) from messages where bucket = :bucket
    union all
    select (select min(m.sender) from messages m
            where m.bucket = :bucket and m.sender > numbers.sender)
    from numbers where numbers.sender is not null
)
select m.id, m.sender, m.status, m.batch_id
from numbers
@each messages m where m.bucket = :bucket and m.sender = numbers.sender
    and m.recipient = :recipient and +m.account_id = :account_id @end
order by m.id limit :limit;

-- name: erase_messages
-- Erasure: nobody's number, no text, and a generation that no gate ever lets pass.
update messages set recipient = :erased, body = '', generation = -1
where bucket = :bucket and id in (select r.id from @rows(ids: id bigint) r);

-- name: erase_batch_texts
-- The text of a batch goes when it was sent to nobody else.
update batches set body = ''
where bucket = :bucket and id in (select r.id from @rows(ids: id bigint) r)
  and not exists (select 1 from messages m
                  where m.bucket = :bucket and m.batch_id = batches.id
                    and m.id between batches.first_message_id and batches.last_message_id
                    and m.recipient <> :erased);

-- name: purge_messages
-- Retention: messages that are final and older than the limit.
delete from messages
where bucket = :bucket and id < :before_id and status >= 4
  and id in (select q.id from messages q
             where q.bucket = :bucket and q.id < :before_id and q.status >= 4
             order by q.id limit :limit);

-- name: list_queued
-- What waits in a bucket, in the order of its index: for a copy that was restored.
select id from messages
where bucket = :bucket and status = 0
order by sender, lane, priority, due_ms, id limit :limit;
