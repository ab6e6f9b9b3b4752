-- name: add_network_reports
-- Keep what carriers said; of one message each word counts once.
insert into network_reports (bucket, sender, recipient, word, evidence, account_id, carrier,
                             failure, raw, reported_ms)
select :bucket, r.sender, r.recipient, r.word, r.evidence, r.account_id, r.carrier, r.failure,
       r.raw, :now_ms
from @rows(items: sender text, recipient text, word text, evidence text, account_id bigint,
           carrier text, failure text, raw text) r where true
on conflict (bucket, sender, recipient, word, evidence) do nothing;

-- name: count_network_reports
-- How often one word was said of each of these pairs since a moment.
select r.sender, r.recipient, (
    select count(*) from network_reports n
    where n.bucket = :bucket and n.sender = r.sender and n.recipient = r.recipient
      and n.word = :word and n.reported_ms > :since_ms)
from @rows(pairs: sender text, recipient text) r;

-- name: drop_network_reports
-- What was said of these pairs has become a denial.
delete from network_reports
where bucket = :bucket and word = :word and (sender, recipient) in (
    select r.sender, r.recipient from @rows(pairs: sender text, recipient text) r);

-- name: list_network_reports
-- What was said of a sender's recipients, by their numbers, after a place in that order.
select sender, recipient, word, evidence, carrier, failure, raw, reported_ms
from network_reports
where bucket = :bucket and sender = :sender
  and (recipient, word, evidence) > (:recipient, :word, :evidence)
order by recipient, word, evidence limit :limit;

-- name: erase_network_reports
-- A person is erased.
delete from network_reports
where bucket = :bucket and recipient = :recipient and account_id = :account_id;

-- name: purge_network_reports
-- What was said long ago.
delete from network_reports
where bucket = :bucket and (sender, recipient, word, evidence) in (
    select n.sender, n.recipient, n.word, n.evidence from network_reports n
    where n.bucket = :bucket and n.reported_ms < :before_ms order by n.reported_ms limit :limit);
