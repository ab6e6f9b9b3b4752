-- name: find_inbound_references
-- Which of these texts a carrier delivered before.
select i.reference, i.message_id
from @rows(references: reference text) r
@each inbound_references i where i.bucket = :bucket and i.carrier = :carrier
    and i.reference = r.reference @end;

-- name: add_inbound_references
-- Remember what was delivered; those of consent words for ever.
insert into inbound_references (bucket, carrier, reference, message_id, consent, received_ms)
select :bucket, r.carrier, r.reference, r.message_id, r.consent, r.received_ms
from @rows(items: carrier text, reference text, message_id bigint, consent smallint,
           received_ms bigint) r where true
on conflict (bucket, carrier, reference) do nothing;

-- name: erase_inbound_references
-- References of a person's ordinary texts. Those of consent words stay: a copy of an old START
-- must not open again, and the carrier's id tells nobody's number.
delete from inbound_references
where bucket = :bucket and consent = 0
  and message_id in (select r.id from @rows(ids: id bigint) r);

-- name: erase_start_credits
-- A person's credits.
delete from start_credits where bucket = :bucket and recipient = :recipient;

-- name: list_quarantine
-- Who wrote to numbers that are not ours, as the carrier spelled it.
select id, source from quarantine where bucket = :bucket and id > :after order by id limit :limit;

-- name: delete_quarantine
-- Erasure.
delete from quarantine
where bucket = :bucket and id in (select r.id from @rows(ids: id bigint) r);

-- name: purge_inbound_references
-- References of other texts, older than their promise.
delete from inbound_references
where bucket = :bucket and consent = 0 and (carrier, reference) in (
    select i.carrier, i.reference from inbound_references i
    where i.bucket = :bucket and i.consent = 0 and i.received_ms < :before_ms
    order by i.received_ms limit :limit);

-- name: remember_starts
-- STARTs that count; a copy of one may come over another connection.
insert into start_credits (bucket, carrier, sender, recipient, text_hash, received_ms, session,
                           message_id)
select :bucket, r.carrier, r.sender, r.recipient, r.text_hash, r.received_ms, r.session,
       r.message_id
from @rows(items: carrier text, sender text, recipient text, text_hash text,
           received_ms bigint, session text, message_id bigint) r where true
on conflict (bucket, carrier, sender, recipient, text_hash)
do update set received_ms = excluded.received_ms, session = excluded.session,
              message_id = excluded.message_id;

-- name: add_start_credits
-- STARTs whose answer may not have reached the carrier, for their connection broke.
insert into start_credits (bucket, carrier, sender, recipient, text_hash, received_ms)
select :bucket, r.carrier, r.sender, r.recipient, r.text_hash, r.received_ms
from @rows(items: carrier text, sender text, recipient text, text_hash text,
           received_ms bigint) r where true
on conflict (bucket, carrier, sender, recipient, text_hash)
do update set received_ms = excluded.received_ms, session = '';

-- name: doubt_starts
-- The same of those that these processes took shortly before they ended.
update start_credits set session = ''
where bucket = :bucket and session <> '' and received_ms >= :since_ms
  and ((message_id >> 9) & 63) in (select r.node from @rows(nodes: node smallint) r);

-- name: take_start_credits
-- A START like one whose connection broke, or like a fresh one of another connection, is taken for
-- its copy, and uses its credit up.
delete from start_credits
where bucket = :bucket
  and (carrier, sender, recipient, text_hash) in (
      select c.carrier, c.sender, c.recipient, c.text_hash
      from @rows(items: carrier text, sender text, recipient text, text_hash text,
                 session text) r
      @each start_credits c where c.bucket = :bucket and c.carrier = r.carrier
          and c.sender = r.sender and c.recipient = r.recipient and c.text_hash = r.text_hash
          and (c.session = '' or c.session <> r.session and c.received_ms >= :fresh_ms) @end)
returning carrier, sender, recipient, text_hash;

-- name: purge_start_credits
-- Credits older than a carrier keeps a text.
delete from start_credits
where bucket = :bucket and (carrier, sender, recipient, text_hash) in (
    select c.carrier, c.sender, c.recipient, c.text_hash from start_credits c
    where c.bucket = :bucket and c.received_ms < :before_ms limit :limit);

-- name: add_quarantine
-- Texts for numbers that are not ours.
insert into quarantine (bucket, id, carrier, source, destination, raw_text, reference,
                        received_ms)
select :bucket, r.id, r.carrier, r.source, r.destination, r.raw_text, r.reference, r.received_ms
from @rows(items: id bigint, carrier text, source text, destination text, raw_text text,
           reference text, received_ms bigint) r;

-- name: add_early_receipts
-- Receipts whose message is not known yet.
insert into early_receipts (bucket, carrier, carrier_reference, received_ms, sequence, status,
                            failure, raw)
select :bucket, r.carrier, r.reference, r.received_ms, r.sequence, r.status, r.failure, r.raw
from @rows(items: carrier text, reference text, received_ms bigint, sequence bigint,
           status smallint, failure text, raw text) r;

-- name: take_early_receipts
-- The receipts that came before these references were known.
delete from early_receipts
where bucket = :bucket and carrier = :carrier
  and carrier_reference in (select r.reference from @rows(references: reference text) r)
returning carrier_reference, sequence, status, failure, raw;

-- name: purge_early_receipts
-- Receipts nobody asked for within their time; the count is reported.
delete from early_receipts
where bucket = :bucket and (carrier, carrier_reference, sequence) in (
    select e.carrier, e.carrier_reference, e.sequence from early_receipts e
    where e.bucket = :bucket and e.received_ms < :before_ms order by e.received_ms limit :limit);
