-- name: read_ledger_head
-- Where a bucket's chain ends.
select position, hash from ledger_heads where bucket = :bucket;

-- name: lock_ledger_head
-- The same, to append there: locked after everything else of the bucket.
select h.position, h.hash from ledger_heads h where h.bucket = :bucket @lock(h);

-- name: begin_ledger_chain
-- The head of a chain without entries, so that there is a row to lock.
insert into ledger_heads (bucket, position, hash) values (:bucket, 0, :hash)
on conflict (bucket) do nothing;

-- name: set_ledger_head
-- Move the end of a bucket's chain.
insert into ledger_heads (bucket, position, hash) values (:bucket, :position, :hash)
on conflict (bucket) do update set position = excluded.position, hash = excluded.hash;

-- name: list_ledger_heads
-- The ends of all chains, for a checkpoint. One small row a bucket.
select bucket, position, hash from ledger_heads order by bucket;

-- name: read_ledger_hashes
-- The hashes of single entries, to be compared with checkpoints.
select e.position, e.hash
from @rows(positions: position bigint) r
@each ledger_entries e where e.bucket = :bucket and e.position = r.position @end;

-- name: add_ledger_entries
-- Append entries that are linked already.
insert into ledger_entries (bucket, position, account_id, kind, changed, scope_kind, sender_mac,
                            recipient_mac, source, channel, actor, carrier, layer, rule_set, word,
                            standing, message_id, received_ms, carrier_ms, honoured_ms, raw_mac,
                            normalised_mac, previous_hash, hash)
select :bucket, r.position, r.account_id, r.kind, r.changed, r.scope_kind, r.sender_mac,
       r.recipient_mac, r.source, r.channel, r.actor, r.carrier, r.layer, r.rule_set, r.word,
       r.standing, r.message_id, r.received_ms, r.carrier_ms, r.honoured_ms, r.raw_mac,
       r.normalised_mac, r.previous_hash, r.hash
from @rows(items: position bigint, account_id bigint, kind text, changed smallint,
           scope_kind smallint, sender_mac text, recipient_mac text, source text, channel text,
           actor text, carrier text, layer text, rule_set text, word text, standing text,
           message_id bigint, received_ms bigint, carrier_ms bigint, honoured_ms bigint,
           raw_mac text, normalised_mac text, previous_hash text, hash text) r;

-- name: add_ledger_personal
-- The plain values of the entries.
insert into ledger_personal (bucket, position, sender, recipient, raw_text, normalised_text, salt)
select :bucket, r.position, r.sender, r.recipient, r.raw_text, r.normalised_text, r.salt
from @rows(items: position bigint, sender text, recipient text, raw_text text,
           normalised_text text, salt text) r;

-- name: scan_ledger
-- Entries of one bucket in order, with their plain values where these still exist.
select e.bucket, e.position, e.account_id, e.kind, e.changed, e.scope_kind, e.sender_mac,
       e.recipient_mac, e.source, e.channel, e.actor, e.carrier, e.layer, e.rule_set, e.word,
       e.standing, e.message_id, e.received_ms, e.carrier_ms, e.honoured_ms, e.raw_mac,
       e.normalised_mac, e.previous_hash, e.hash,
       p.sender, p.recipient, p.raw_text, p.normalised_text, p.salt
from ledger_entries e
left join ledger_personal p on p.bucket = e.bucket and p.position = e.position
where e.bucket = :bucket and e.position > :after order by e.position limit :limit;

-- name: list_ledger_of_recipient
-- One person's history in a bucket, oldest first.
select e.bucket, e.position, e.account_id, e.kind, e.changed, e.scope_kind, e.sender_mac,
       e.recipient_mac, e.source, e.channel, e.actor, e.carrier, e.layer, e.rule_set, e.word,
       e.standing, e.message_id, e.received_ms, e.carrier_ms, e.honoured_ms, e.raw_mac,
       e.normalised_mac, e.previous_hash, e.hash,
       p.sender, p.recipient, p.raw_text, p.normalised_text, p.salt
from ledger_entries e
left join ledger_personal p on p.bucket = e.bucket and p.position = e.position
where e.bucket = :bucket and e.recipient_mac = :recipient_mac and e.position > :after
  and (e.account_id = :account_id or :account_id is null)
order by e.position limit :limit;

-- name: erase_personal
-- Erasure: the plain values of one person's entries go, the chain stays.
delete from ledger_personal
where bucket = :bucket and position in (
    select position from ledger_entries
    where bucket = :bucket and recipient_mac = :recipient_mac and account_id = :account_id);

-- name: list_ledger_changes
-- An account's changes in one bucket, newest first.
select e.bucket, e.position, e.account_id, e.kind, e.changed, e.scope_kind, e.sender_mac,
       e.recipient_mac, e.source, e.channel, e.actor, e.carrier, e.layer, e.rule_set, e.word,
       e.standing, e.message_id, e.received_ms, e.carrier_ms, e.honoured_ms, e.raw_mac,
       e.normalised_mac, e.previous_hash, e.hash,
       p.sender, p.recipient, p.raw_text, p.normalised_text, p.salt
from ledger_entries e
left join ledger_personal p on p.bucket = e.bucket and p.position = e.position
where e.bucket = :bucket and e.account_id = :account_id and e.changed = 1
  and e.kind in ('opt_out', 'opt_in')
  and (e.honoured_ms, e.position) @before (:at_ms, :at_position)
order by e.honoured_ms @desc, e.position @desc limit :limit;

-- name: list_ledger_changes_of_recipient
-- The same for one person.
select e.bucket, e.position, e.account_id, e.kind, e.changed, e.scope_kind, e.sender_mac,
       e.recipient_mac, e.source, e.channel, e.actor, e.carrier, e.layer, e.rule_set, e.word,
       e.standing, e.message_id, e.received_ms, e.carrier_ms, e.honoured_ms, e.raw_mac,
       e.normalised_mac, e.previous_hash, e.hash,
       p.sender, p.recipient, p.raw_text, p.normalised_text, p.salt
from ledger_entries e
left join ledger_personal p on p.bucket = e.bucket and p.position = e.position
where e.bucket = :bucket and e.recipient_mac = :recipient_mac and +e.account_id = :account_id
  and e.changed = 1 and e.kind in ('opt_out', 'opt_in')
  and (e.honoured_ms, e.position) @before (:at_ms, :at_position)
order by e.honoured_ms @desc, e.position @desc limit :limit;
