-- name: find_senders
-- The senders among these numbers, whoever owns them.
select number, id, account_id, bucket, label, country, kind, features, carrier, reply_settings,
       status, since_ms, created_ms, consent_settings, prepared, prepare_after,
       sending_settings
from senders where number in (select r.number from @rows(numbers: number text) r);

-- name: list_senders
-- The senders of one account.
select number, id, account_id, bucket, label, country, kind, features, carrier, reply_settings,
       status, since_ms, created_ms, consent_settings, prepared, prepare_after,
       sending_settings
from senders where account_id = :account_id order by number;

-- name: list_all_senders
-- Every sender: at start, to know the buckets in use.
select number, id, account_id, bucket, label, country, kind, features, carrier, reply_settings,
       status, since_ms, created_ms, consent_settings, prepared, prepare_after,
       sending_settings
from senders order by number;

-- name: add_sender
-- A new number of an account.
insert into senders (number, id, account_id, bucket, label, country, kind, features, carrier,
                     reply_settings, status, since_ms, created_ms, consent_settings, prepared)
values (:number, :id, :account_id, :bucket, :label, :country, :kind, :features, :carrier,
        :reply_settings, :status, :now_ms, :now_ms, :consent_settings, :prepared);

-- name: set_sender_status
-- Switch a sender on or off.
update senders set status = :status where number = :number;

-- name: set_sender_replies
-- Change what a sender answers.
update senders set reply_settings = :reply_settings where number = :number;

-- name: set_sender_consent
-- Change what a sender asks of consent.
update senders set consent_settings = :consent_settings where number = :number;

-- name: set_sender_sending
-- Change how a sender's messages are sent.
update senders set sending_settings = :sending_settings where number = :number;

-- name: set_sender_prepared
-- How far the denials of the whole account are written beside the sender's own.
update senders set prepared = :prepared, prepare_after = :after where number = :number;

-- name: list_unprepared_senders
-- Senders that may not send yet.
select number, id, account_id, bucket, label, country, kind, features, carrier, reply_settings,
       status, since_ms, created_ms, consent_settings, prepared, prepare_after,
       sending_settings
from senders where prepared = 0 order by number;

-- name: list_held_senders
-- Where an account's history may lie: its senders, and those that ever changed accounts.
select number, bucket from senders where account_id = :account_id or since_ms > created_ms
order by number;

-- name: move_sender
-- A number goes to another account; its consent stays with the number.
update senders set account_id = :account_id, since_ms = :now_ms where number = :number;
