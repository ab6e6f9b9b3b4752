-- name: count_messages
-- How many messages of an account were made in each slot of time, by sender and state.
select sender, direction, status, failure, (id - :first_id) / :width, count(*)
from messages
where bucket = :bucket
  and (account_id, id) >= (:account_id, :first_id)
  and (account_id, id) < (:account_id, :before_id)
group by 1, 2, 3, 4, 5;

-- name: count_consent_changes
-- How many changes an account's ledger holds in each slot of time, from a position on; a change for
-- all numbers lies in each bucket of the account and is counted in one. And how long texts waited.
select kind, sender_mac, (honoured_ms - :from_ms) / :width_ms, count(*),
       max(case when channel = 'sms' then honoured_ms - received_ms else 0 end)
from ledger_entries
where bucket = :bucket and account_id = :account_id and position >= :position and changed = 1
  and honoured_ms >= :from_ms and honoured_ms < :before_ms
  and (:is_home = 1 or scope_kind <> 1)
group by 1, 2, 3;

-- name: read_ledger_time
-- When one entry was made: for finding the first of a span of time.
select honoured_ms from ledger_entries where bucket = :bucket and position = :position;

-- name: measure_queue
-- What waits of one sender, and the oldest of it.
select count(*), min(id) from messages
where bucket = :bucket and sender = :sender and status = 0;

-- name: read_message_trace
-- How far one message has got with its carrier.
select attempt, due_ms, expires_ms, carrier, carrier_reference, in_reply_to, priority
from messages where bucket = :bucket and id = :id and account_id = :account_id;

-- name: list_message_recipients
-- People of one sender whose number begins so. It leaps from person to person in the index.
with recursive people (recipient, place) as (
    select min(recipient), 1 from messages
    where bucket = :bucket and sender = :sender and recipient >= :first and recipient < :before
    union all
    select (select min(m.recipient) from messages m
            where m.bucket = :bucket and m.sender = :sender
              and m.recipient > people.recipient and m.recipient < :before), people.place + 1
    from people where people.recipient is not null and people.place < :limit
)
select recipient from people where recipient is not null;

-- name: find_last_messages
-- The newest message of one sender with each of these people, where the account has any.
select found.recipient, found.id from (
    select p.recipient, (
        select m.id from messages m
        where m.bucket = :bucket and m.sender = :sender and m.recipient = p.recipient
            and +m.account_id = :account_id
        order by m.id desc limit 1
    ) as id
    from @rows(people: recipient text) p
) found
where found.id is not null;
