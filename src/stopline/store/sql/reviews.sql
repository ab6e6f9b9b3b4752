-- name: add_reviews
-- Keep what was read in texts; a text that was kept before adds nothing.
insert into reviews (bucket, id, account_id, sender, recipient, state, keyword_class, evidence,
                     score, rule_set, carrier, session, received_ms, carrier_ms, created_ms,
                     decided_ms, actor)
select :bucket, r.id, r.account_id, r.sender, r.recipient, r.state, r.keyword_class, r.evidence,
       r.score, r.rule_set, r.carrier, r.session, r.received_ms, r.carrier_ms, r.created_ms,
       r.decided_ms, r.actor
from @rows(items: id bigint, account_id bigint, sender text, recipient text, state smallint,
           keyword_class text, evidence text, score smallint, rule_set text, carrier text,
           session text, received_ms bigint, carrier_ms bigint, created_ms bigint,
           decided_ms bigint, actor text) r where true
on conflict (bucket, id) do nothing;

-- name: find_held_reviews
-- What holds these pairs, oldest first.
select v.id, v.account_id, v.sender, v.recipient, v.state, v.keyword_class, v.evidence, v.score,
       v.rule_set, v.carrier, v.session, v.received_ms, v.carrier_ms, v.created_ms, v.decided_ms,
       v.actor
from @rows(pairs: sender text, recipient text) p
@each reviews v where v.bucket = :bucket and v.sender = p.sender and v.recipient = p.recipient
    and v.state = 0 @end
order by v.id;

-- name: list_overdue_reviews
-- What is held since before a moment, oldest first.
select id, account_id, sender, recipient, state, keyword_class, evidence, score, rule_set,
       carrier, session, received_ms, carrier_ms, created_ms, decided_ms, actor
from reviews
where bucket = :bucket and state = 0 and created_ms <= :before_ms
order by created_ms limit :limit;

-- name: read_reviews
-- What was read in these texts.
select id, account_id, sender, recipient, state, keyword_class, evidence, score, rule_set,
       carrier, session, received_ms, carrier_ms, created_ms, decided_ms, actor
from reviews where bucket = :bucket and id in (select r.id from @rows(ids: id bigint) r)
order by id;

-- name: list_reviews
-- A page of an account's in one bucket, newest first.
select id, account_id, sender, recipient, state, keyword_class, evidence, score, rule_set,
       carrier, session, received_ms, carrier_ms, created_ms, decided_ms, actor
from reviews
where bucket = :bucket and account_id = :account_id and id < :before_id
order by id desc limit :limit;

-- name: list_reviews_in_state
-- The same of one state.
select id, account_id, sender, recipient, state, keyword_class, evidence, score, rule_set,
       carrier, session, received_ms, carrier_ms, created_ms, decided_ms, actor
from reviews
where bucket = :bucket and account_id = :account_id and state = :state and id < :before_id
order by id desc limit :limit;

-- name: list_oldest_reviews
-- The oldest of one state.
select id, account_id, sender, recipient, state, keyword_class, evidence, score, rule_set,
       carrier, session, received_ms, carrier_ms, created_ms, decided_ms, actor
from reviews
where bucket = :bucket and account_id = :account_id and state = :state
order by id limit :limit;

-- name: settle_reviews
-- How these ended.
update reviews set state = :state, decided_ms = :now_ms, actor = :actor
where bucket = :bucket and id in (select r.id from @rows(ids: id bigint) r);

-- name: erase_reviews
-- A person is erased.
delete from reviews where bucket = :bucket and recipient = :recipient and account_id = :account_id;

-- name: purge_reviews
-- Retention: what is decided goes with its message.
delete from reviews
where bucket = :bucket and id in (
    select v.id from reviews v
    where v.bucket = :bucket and v.id < :before_id and +v.state <> 0 order by v.id limit :limit);
