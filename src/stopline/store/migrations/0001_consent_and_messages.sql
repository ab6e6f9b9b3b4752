-- Consent, messages and the ledger. One text for SQLite, PostgreSQL and Citus:
-- `bucket` (a stable hash of the sender, 0..63) leads every key of a table that grows, there are
-- no triggers, sequences, clocks or keys across buckets. Times are epoch milliseconds UTC.

-- Small tables (reference tables when distributed).

create table senders (
    number text not null primary key,
    id bigint not null unique,
    account_id bigint not null,
    bucket smallint not null,
    label text not null,
    country text not null,
    kind text not null,
    features text not null,
    carrier text not null,
    reply_settings text not null,
    status text not null,
    since_ms bigint not null,
    created_ms bigint not null
);

create index senders_by_account on senders (account_id, number);

-- Tables that grow.

create table messages (
    bucket smallint not null,
    id bigint not null,
    account_id bigint not null,
    sender text not null,
    recipient text not null,
    direction smallint not null,
    purpose smallint not null,
    status smallint not null,
    failure text,
    -- null: the text of the batch
    body text,
    segment_count smallint not null,
    -- millionths of the price's currency
    cost_micros bigint not null,
    batch_id bigint,
    generation bigint not null,
    priority smallint not null,
    due_ms bigint not null,
    -- a consent reply is dropped after this moment
    expires_ms bigint,
    attempt smallint not null,
    claim_id bigint,
    carrier text,
    carrier_reference text,
    in_reply_to bigint,
    created_ms bigint not null,
    updated_ms bigint not null,
    primary key (bucket, id)
);

-- What may be claimed: replies first, then in order.
create index messages_queued on messages (bucket, sender, priority, id) where status = 0;
-- What was claimed and has no answer yet.
create index messages_open on messages (bucket, claim_id, id) where status in (1, 2);
create index messages_by_pair on messages (bucket, sender, recipient, id);
create index messages_by_account on messages (bucket, account_id, id);
create index messages_by_reference on messages (bucket, carrier_reference)
    where carrier_reference is not null;
-- What waits for a receipt, oldest hand-over first.
create index messages_sent on messages (bucket, updated_ms) where status = 3;

-- A batch row makes its messages claimable; before it exists they are staged.
create table batches (
    bucket smallint not null,
    id bigint not null,
    account_id bigint not null,
    sender text not null,
    body text,
    first_message_id bigint not null,
    last_message_id bigint not null,
    batch_size integer not null,
    -- messages that are still queued, claimed or uncertain
    pending integer not null,
    cost_micros bigint not null,
    created_ms bigint not null,
    updated_ms bigint not null,
    primary key (bucket, id)
);

create index batches_by_account on batches (bucket, account_id, id);

create table idempotency_keys (
    bucket smallint not null,
    account_id bigint not null,
    key_hash text not null,
    body_hash text not null,
    batch_id bigint not null,
    answer text,
    created_ms bigint not null,
    primary key (bucket, account_id, key_hash)
);

create index idempotency_keys_by_age on idempotency_keys (bucket, created_ms);

-- The state of consent: one row for each scope a denial was ever made for.
-- scope_kind 0: `scope` is the sender; 1: the account; 2: sender and campaign type.
create table consents (
    bucket smallint not null,
    scope_kind smallint not null,
    scope text not null,
    recipient text not null,
    account_id bigint not null,
    denied smallint not null,
    -- rises when the scope turns to denied, never on an opt-in
    generation bigint not null,
    -- the active denials, JSON, opaque to SQL
    denials text not null,
    source text not null,
    changed_ms bigint not null,
    ledger_position bigint not null,
    -- the last STOP text of the person
    stop_ms bigint,
    stop_carrier_ms bigint,
    stop_session text,
    primary key (bucket, scope_kind, scope, recipient)
);

create index consents_by_change on consents (bucket, account_id, changed_ms, scope, recipient);
create index consents_by_scope on consents (bucket, scope, changed_ms, recipient);
create index consents_by_recipient on consents (bucket, recipient);

create table ledger_entries (
    bucket smallint not null,
    position bigint not null,
    account_id bigint not null,
    kind text not null,
    changed smallint not null,
    scope_kind smallint not null,
    sender_mac text not null,
    recipient_mac text not null,
    source text not null,
    channel text not null,
    actor text not null,
    carrier text not null,
    layer text not null,
    rule_set text not null,
    word text not null,
    standing text not null,
    message_id bigint not null,
    received_ms bigint not null,
    carrier_ms bigint,
    honoured_ms bigint not null,
    raw_mac text not null,
    normalised_mac text not null,
    previous_hash text not null,
    hash text not null,
    primary key (bucket, position)
);

create index ledger_entries_by_recipient
    on ledger_entries (bucket, recipient_mac, position);
create index ledger_entries_by_account
    on ledger_entries (bucket, account_id, position);

-- The only part an erasure deletes. Bytes are lower-case hexadecimal.
create table ledger_personal (
    bucket smallint not null,
    position bigint not null,
    sender text not null,
    recipient text not null,
    raw_text text not null,
    normalised_text text not null,
    salt text not null,
    primary key (bucket, position)
);

create table ledger_heads (
    bucket smallint not null primary key,
    position bigint not null,
    hash text not null
);

-- Blocks a pair after its data was erased.
create table suppressions (
    bucket smallint not null,
    account_id bigint not null,
    sender text not null,
    recipient_mac text not null,
    created_ms bigint not null,
    primary key (bucket, account_id, sender, recipient_mac)
);

-- What carriers delivered already, by their own id of it.
create table inbound_references (
    bucket smallint not null,
    carrier text not null,
    reference text not null,
    message_id bigint not null,
    consent smallint not null,
    received_ms bigint not null,
    primary key (bucket, carrier, reference)
);

create index inbound_references_by_age on inbound_references (bucket, received_ms)
    where consent = 0;

-- STARTs whose answer may not have reached the carrier: a copy of one after a later STOP is
-- suspect and uses this credit up.
create table start_credits (
    bucket smallint not null,
    carrier text not null,
    sender text not null,
    recipient text not null,
    text_hash text not null,
    received_ms bigint not null,
    primary key (bucket, carrier, sender, recipient, text_hash)
);

-- Inbound texts for numbers that are not ours: kept, so that a mis-routed STOP is found.
create table quarantine (
    bucket smallint not null,
    id bigint not null,
    carrier text not null,
    source text not null,
    destination text not null,
    raw_text text not null,
    reference text,
    received_ms bigint not null,
    primary key (bucket, id)
);

-- Receipts that came before the answer that names their message.
create table early_receipts (
    bucket smallint not null,
    carrier text not null,
    carrier_reference text not null,
    received_ms bigint not null,
    sequence bigint not null,
    status smallint not null,
    failure text,
    raw text not null,
    primary key (bucket, carrier, carrier_reference, sequence)
);

create index early_receipts_by_age on early_receipts (bucket, received_ms);

-- One small row a sender: when it has something to send next. Longest waiting goes first.
create table sender_queues (
    number text not null primary key,
    bucket smallint not null,
    carrier text not null,
    next_due_ms bigint
);

create index sender_queues_due on sender_queues (carrier, next_due_ms);
