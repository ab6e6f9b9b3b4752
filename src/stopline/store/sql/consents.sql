-- name: read_consents
-- The state of these scopes; a missing row means nobody ever denied.
select c.scope_kind, c.scope, c.recipient, c.account_id, c.denied, c.generation, c.denials,
       c.source, c.changed_ms, c.ledger_position, c.stop_ms, c.stop_carrier_ms, c.stop_session,
       c.exempt_scope, c.exempt_generation
from @rows(keys: scope_kind smallint, scope text, recipient text) k
@each consents c where c.bucket = :bucket and c.scope_kind = k.scope_kind and c.scope = k.scope
    and c.recipient = k.recipient @end;

-- name: find_recorded
-- Those of whom there is a record of their pair with one sender.
select c.recipient
from @rows(recipients: recipient text) r
@each consents c where c.bucket = :bucket and c.scope_kind = 0 and c.scope = :sender
    and c.recipient = r.recipient @end;

-- name: read_cover
-- The records of every scope that may cover messages of one sender to these persons.
select c.scope_kind, c.scope, c.recipient, c.account_id, c.denied, c.generation, c.denials,
       c.source, c.changed_ms, c.ledger_position, c.stop_ms, c.stop_carrier_ms, c.stop_session,
       c.exempt_scope, c.exempt_generation
from @rows(recipients: recipient text) r
@each consents c where c.bucket = :bucket and c.recipient = r.recipient @end
where c.scope in (select s.scope from @rows(scopes: scope text) s);

-- name: read_generations
-- Only how often the scopes of these persons were denied: that of a sender and that of its account.
select c.recipient, c.generation
from @rows(recipients: recipient text) r
@each consents c where c.bucket = :bucket and c.recipient = r.recipient @end
where c.scope in (:sender, :account);

-- name: put_consents
-- Write states that the flow has decided on.
insert into consents (bucket, scope_kind, scope, recipient, account_id, denied, generation,
                      denials, source, changed_ms, ledger_position, stop_ms, stop_carrier_ms,
                      stop_session, exempt_scope, exempt_generation)
select :bucket, r.scope_kind, r.scope, r.recipient, r.account_id, r.denied, r.generation,
       r.denials, r.source, r.changed_ms, r.ledger_position, r.stop_ms, r.stop_carrier_ms,
       r.stop_session, r.exempt_scope, r.exempt_generation
from @rows(items: scope_kind smallint, scope text, recipient text, account_id bigint,
           denied smallint, generation bigint, denials text, source text, changed_ms bigint,
           ledger_position bigint, stop_ms bigint, stop_carrier_ms bigint, stop_session text,
           exempt_scope text, exempt_generation bigint) r
where true
on conflict (bucket, scope_kind, scope, recipient) do update set
    account_id = excluded.account_id, denied = excluded.denied,
    generation = excluded.generation, denials = excluded.denials, source = excluded.source,
    changed_ms = excluded.changed_ms, ledger_position = excluded.ledger_position,
    stop_ms = excluded.stop_ms, stop_carrier_ms = excluded.stop_carrier_ms,
    stop_session = excluded.stop_session, exempt_scope = excluded.exempt_scope,
    exempt_generation = excluded.exempt_generation;

-- name: list_consents_of_account
-- A page of an account's records of one state in one bucket, newest change first.
select scope_kind, scope, recipient, account_id, denied, generation, denials, source, changed_ms,
       ledger_position, stop_ms, stop_carrier_ms, stop_session, exempt_scope, exempt_generation
from consents
where bucket = :bucket and account_id = :account_id and denied = :denied
  and (changed_ms, scope, recipient) @before (:before_ms, :before_scope, :before_recipient)
order by changed_ms @desc, scope @desc, recipient @desc limit :limit;

-- name: list_consents_of_scope
-- The same for one scope (a sender).
select scope_kind, scope, recipient, account_id, denied, generation, denials, source, changed_ms,
       ledger_position, stop_ms, stop_carrier_ms, stop_session, exempt_scope, exempt_generation
from consents
where bucket = :bucket and scope = :scope and +account_id = :account_id and denied = :denied
  and (changed_ms, recipient) @before (:before_ms, :before_recipient)
order by changed_ms @desc, recipient @desc limit :limit;

-- name: list_consents_of_recipient
-- The same for one person.
select scope_kind, scope, recipient, account_id, denied, generation, denials, source, changed_ms,
       ledger_position, stop_ms, stop_carrier_ms, stop_session, exempt_scope, exempt_generation
from consents
where bucket = :bucket and recipient = :recipient and +account_id = :account_id
  and (scope = :scope or :scope is null)
  and (denied = :denied or :denied is null)
  and (changed_ms, scope, recipient) @before (:before_ms, :before_scope, :before_recipient)
order by changed_ms @desc, scope @desc, recipient @desc limit :limit;

-- name: scan_consents
-- Every record of a bucket in key order: exports, rebuilds and checks.
select scope_kind, scope, recipient, account_id, denied, generation, denials, source, changed_ms,
       ledger_position, stop_ms, stop_carrier_ms, stop_session, exempt_scope, exempt_generation
from consents
where bucket = :bucket and (scope_kind, scope, recipient) > (:after_kind, :after_scope, :after_recipient)
order by scope_kind, scope, recipient limit :limit;

-- name: delete_consent
-- Erasure: the record goes, a suppression stays.
delete from consents
where bucket = :bucket and scope_kind = :scope_kind and scope = :scope and recipient = :recipient;

-- name: has_suppressions
-- Whether the gate has to ask for suppressions at all.
select 1 from suppressions where bucket = :bucket limit 1;

-- name: find_suppressions
-- Which of these keyed hashes are blocked although their data was erased.
select s.sender, s.recipient_mac
from @rows(keys: sender text, recipient_mac text) r
@each suppressions s where s.bucket = :bucket and s.sender = r.sender
    and s.recipient_mac = r.recipient_mac @end;

-- name: read_suppressions
-- What is kept of records whose data was erased.
select s.sender, s.recipient_mac, s.account_id, s.denials, s.generation, s.created_ms
from @rows(keys: sender text, recipient_mac text) r
@each suppressions s where s.bucket = :bucket and s.sender = r.sender
    and s.recipient_mac = r.recipient_mac @end;

-- name: list_suppressions
-- All pairs of a bucket that are blocked by keyed hashes alone: rebuilds and checks.
select sender, recipient_mac, account_id, denials, generation, created_ms
from suppressions where bucket = :bucket;

-- name: put_suppressions
-- Go on blocking pairs after their data is gone.
insert into suppressions (bucket, account_id, sender, recipient_mac, denials, generation,
                          created_ms)
select :bucket, r.account_id, r.sender, r.recipient_mac, r.denials, r.generation, r.created_ms
from @rows(items: sender text, recipient_mac text, account_id bigint, denials text,
           generation bigint, created_ms bigint) r where true
on conflict (bucket, account_id, sender, recipient_mac)
do update set denials = excluded.denials, generation = excluded.generation;

-- name: delete_suppressions
-- The person wrote again: the record takes their place.
delete from suppressions
where bucket = :bucket and (sender, recipient_mac) in (
    select r.sender, r.recipient_mac from @rows(keys: sender text, recipient_mac text) r);

-- name: list_consent_recipients
-- People of one sender whose number begins so, in order.
select recipient from consents
where bucket = :bucket and scope_kind = 0 and scope = :scope
  and recipient >= :first and recipient < :before
order by recipient limit :limit;

-- name: find_last_changes
-- When the records of these people last changed, within an account.
select p.recipient, max(c.changed_ms)
from @rows(people: recipient text) p
@each consents c where c.bucket = :bucket and c.recipient = p.recipient
    and +c.account_id = :account_id @end
group by p.recipient;
