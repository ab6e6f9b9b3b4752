PRAGMA page_size=4096;
BEGIN TRANSACTION;
DROP TABLE IF EXISTS accounts;
CREATE TABLE accounts (
    id bigint not null primary key,
    name text not null,
    country text not null,
    main_number text not null,
    settings text not null,
    created_ms bigint not null,
    disabled_ms bigint
);
DROP TABLE IF EXISTS apps;
CREATE TABLE apps (
    id bigint not null primary key,
    account_id bigint not null,
    client_id text not null unique,
    -- null: a public client, which can keep no secret
    secret_hash text,
    name text not null,
    grants text not null,
    permissions text not null,
    created_ms bigint not null,
    disabled_ms bigint
);
CREATE INDEX apps_by_account on apps (account_id, id);
DROP TABLE IF EXISTS batches;
CREATE TABLE batches (
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
INSERT INTO batches VALUES(62,3717140683163631616,810200300,'+12025550142','Your order is ready.',3717140683163631617,3717140683163631619,3,0,21000,1772470800000,1772470800000);
INSERT INTO batches VALUES(62,3717140767049711616,810200300,'+12025550142','Your order is ready.',3717140767049711617,3717140767049711618,2,1,0,1772470840000,1772470840000);
CREATE INDEX batches_by_account on batches (bucket, account_id, id);
DROP TABLE IF EXISTS consents;
CREATE TABLE consents (
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
INSERT INTO consents VALUES(62,0,'+12025550142','+13122001001',810200300,1,1,'[["recipient",1772470800000,"",false]]','recipient',1772470800000,1,1772470800000,NULL,'s1');
INSERT INTO consents VALUES(62,0,'+12025550142','+13122001002',810200300,1,1,'[["recipient",1772470810000,"",false]]','recipient',1772470810000,2,1772470810000,NULL,'s1');
INSERT INTO consents VALUES(62,0,'+12025550142','+13122001003',810200300,0,1,'[]','recipient',1772470830000,4,1772470820000,NULL,'s1');
CREATE INDEX consents_by_change on consents (bucket, account_id, changed_ms, scope, recipient);
CREATE INDEX consents_by_recipient on consents (bucket, recipient);
CREATE INDEX consents_by_scope on consents (bucket, scope, changed_ms, recipient);
DROP TABLE IF EXISTS credentials;
CREATE TABLE credentials (
    id bigint not null primary key,
    account_id bigint not null,
    user_id bigint not null,
    app_id bigint not null,
    label text not null,
    created_ms bigint not null,
    disabled_ms bigint
);
CREATE INDEX credentials_by_account on credentials (account_id, id);
DROP TABLE IF EXISTS deliveries;
CREATE TABLE deliveries (
    bucket smallint not null,
    -- the event's uuid
    id bigint not null,
    account_id bigint not null,
    subscription_id bigint not null,
    kind smallint not null,
    label text not null,
    subject text not null,
    payload text not null,
    -- 0 pending, 1 delivered, 2 given up
    state smallint not null,
    -- while pending: not before this; while claimed: when the claim ends
    due_ms bigint not null,
    -- attempts begun
    attempts integer not null,
    created_ms bigint not null,
    -- the last attempt that ended; those before it are in delivery_attempts
    tried_ms bigint,
    duration_ms bigint,
    http_status smallint,
    failure text,
    primary key (bucket, id)
);
CREATE INDEX deliveries_by_subject on deliveries (bucket, subscription_id, subject, id)
    where state = 0;
CREATE INDEX deliveries_due on deliveries (bucket, subscription_id, due_ms) where state = 0;
DROP TABLE IF EXISTS delivery_attempts;
CREATE TABLE delivery_attempts (
    bucket smallint not null,
    delivery_id bigint not null,
    attempt integer not null,
    tried_ms bigint not null,
    duration_ms bigint not null,
    http_status smallint,
    failure text not null,
    primary key (bucket, delivery_id, attempt)
);
DROP TABLE IF EXISTS delivery_losses;
CREATE TABLE delivery_losses (
    bucket smallint not null,
    subscription_id bigint not null,
    given_up bigint not null,
    primary key (bucket, subscription_id)
);
DROP TABLE IF EXISTS early_receipts;
CREATE TABLE early_receipts (
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
CREATE INDEX early_receipts_by_age on early_receipts (bucket, received_ms);
DROP TABLE IF EXISTS idempotency_keys;
CREATE TABLE idempotency_keys (
    bucket smallint not null,
    account_id bigint not null,
    key_hash text not null,
    body_hash text not null,
    batch_id bigint not null,
    answer text,
    created_ms bigint not null,
    primary key (bucket, account_id, key_hash)
);
CREATE INDEX idempotency_keys_by_age on idempotency_keys (bucket, created_ms);
DROP TABLE IF EXISTS inbound_references;
CREATE TABLE inbound_references (
    bucket smallint not null,
    carrier text not null,
    reference text not null,
    message_id bigint not null,
    consent smallint not null,
    received_ms bigint not null,
    primary key (bucket, carrier, reference)
);
INSERT INTO inbound_references VALUES(62,'simulated','mo-1',3717140683163631621,1,1772470800000);
INSERT INTO inbound_references VALUES(62,'simulated','mo-2',3717140704135151616,1,1772470810000);
INSERT INTO inbound_references VALUES(62,'simulated','mo-3',3717140725106671616,1,1772470820000);
INSERT INTO inbound_references VALUES(62,'simulated','mo-4',3717140746078191616,1,1772470830000);
CREATE INDEX inbound_references_by_age on inbound_references (bucket, received_ms)
    where consent = 0;
DROP TABLE IF EXISTS ledger_entries;
CREATE TABLE ledger_entries (
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
INSERT INTO ledger_entries VALUES(62,1,810200300,'opt_out',1,0,'678d4b030add524bc45bf47505b9f4cd62c90f5fbf57bd0e02104daa211b27da','e5996ab8e336b3ec9bd14905e65e693caa2e84053ed3970eb29bc9155ff72339','recipient','sms','','simulated','exact','1-84944e49e9eb','stop','',3717140683163631621,1772470800000,NULL,1772470800000,'07dd0449ebb9283025fd6e30c87b22e3e9c5f43ca5892ef064aeae59a039abb1','6f569864971b0f90349622f5f1bb483bcd0e6d55b57f597615a1af7c0f27164e','0000000000000000000000000000000000000000000000000000000000000000','84ee0a84e98503892ca8ab5fa4f7fbab61e59cc0023420b3ab5f3470cf8124d4');
INSERT INTO ledger_entries VALUES(62,2,810200300,'opt_out',1,0,'678d4b030add524bc45bf47505b9f4cd62c90f5fbf57bd0e02104daa211b27da','cd864968098f08d5c35c0fa38340eecda30f43366b9c0457c0573de6942cfcf1','recipient','sms','','simulated','exact','1-84944e49e9eb','stop','',3717140704135151616,1772470810000,NULL,1772470810000,'046bcf11927b53f1cd9e053c77fd90408437593d54ffe7871cf83e484f13ac25','6c60b09ab927bcdebe40b6ededc0bed6905c9a110c4c763311c07641f7154bc6','84ee0a84e98503892ca8ab5fa4f7fbab61e59cc0023420b3ab5f3470cf8124d4','62865f3211de420a6d2efc1ef99074d680ab85fbbca6c5c03dd3fcad74c4cd6a');
INSERT INTO ledger_entries VALUES(62,3,810200300,'opt_out',1,0,'678d4b030add524bc45bf47505b9f4cd62c90f5fbf57bd0e02104daa211b27da','7893c5700d30f603823856cc3edb9f69d05458f7fb69aac9ec16c00a5ab84bbd','recipient','sms','','simulated','exact','1-84944e49e9eb','unsubscribe','',3717140725106671616,1772470820000,NULL,1772470820000,'77962402469021acda49a6bd394bd48d61f2d3aa5a2bf59251186b2b3ad50273','468b7082904bc9f0bd7f9c89978d6f8b4b603bdb9fa3b2099bf2574099e56abd','62865f3211de420a6d2efc1ef99074d680ab85fbbca6c5c03dd3fcad74c4cd6a','e53e6d5ea0511ad7e58138141bd3ae353a010bbd2d13656fd3aeb9ff6e01d65b');
INSERT INTO ledger_entries VALUES(62,4,810200300,'opt_in',1,0,'678d4b030add524bc45bf47505b9f4cd62c90f5fbf57bd0e02104daa211b27da','7893c5700d30f603823856cc3edb9f69d05458f7fb69aac9ec16c00a5ab84bbd','recipient','sms','','simulated','exact','1-84944e49e9eb','start','',3717140746078191616,1772470830000,NULL,1772470830000,'2702ca959560575c70e8e0e2f1ec7b5ed9be1f428ec1291245d2cf3e46cb9f78','b4c14f2df77036c499e0eac56ea13499ba33356ad32fb8638e13dbcc629fb408','e53e6d5ea0511ad7e58138141bd3ae353a010bbd2d13656fd3aeb9ff6e01d65b','ab7e426b14a5e95b7206d477f463be153b6b20f409cbd86507818c707606bb74');
CREATE INDEX ledger_entries_by_account
    on ledger_entries (bucket, account_id, position);
CREATE INDEX ledger_entries_by_recipient
    on ledger_entries (bucket, recipient_mac, position);
DROP TABLE IF EXISTS ledger_heads;
CREATE TABLE ledger_heads (
    bucket smallint not null primary key,
    position bigint not null,
    hash text not null
);
INSERT INTO ledger_heads VALUES(62,4,'ab7e426b14a5e95b7206d477f463be153b6b20f409cbd86507818c707606bb74');
DROP TABLE IF EXISTS ledger_personal;
CREATE TABLE ledger_personal (
    bucket smallint not null,
    position bigint not null,
    sender text not null,
    recipient text not null,
    raw_text text not null,
    normalised_text text not null,
    salt text not null,
    primary key (bucket, position)
);
INSERT INTO ledger_personal VALUES(62,1,'+12025550142','+13122001001','53544f50','stop','5323567eea77d1bb1e099555c628a099');
INSERT INTO ledger_personal VALUES(62,2,'+12025550142','+13122001002','73746f702e','stop','205f90060613467e239c19a4838de552');
INSERT INTO ledger_personal VALUES(62,3,'+12025550142','+13122001003','556e737562736372696265','unsubscribe','20a6eaa9c369c5b71ba73093970112f4');
INSERT INTO ledger_personal VALUES(62,4,'+12025550142','+13122001003','5354415254','start','a576f0615302fddfd254e36dc1704e92');
DROP TABLE IF EXISTS login_failures;
CREATE TABLE login_failures (
    bucket smallint not null,
    login_hash text not null,
    failures integer not null,
    locked_until_ms bigint not null,
    updated_ms bigint not null,
    primary key (bucket, login_hash)
);
CREATE INDEX login_failures_by_age on login_failures (bucket, updated_ms);
DROP TABLE IF EXISTS messages;
CREATE TABLE messages (
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
INSERT INTO messages VALUES(62,3717140683163631617,810200300,'+12025550142','+13122001001',0,0,4,NULL,NULL,1,7000,3717140683163631616,0,3,1772470800000,NULL,1,3717140683161600004,'simulated','c3717140683163631617',NULL,1772470800000,1772470800000);
INSERT INTO messages VALUES(62,3717140683163631618,810200300,'+12025550142','+13122001002',0,0,4,NULL,NULL,1,7000,3717140683163631616,0,3,1772470800000,NULL,1,3717140683161600004,'simulated','c3717140683163631618',NULL,1772470800000,1772470800000);
INSERT INTO messages VALUES(62,3717140683163631619,810200300,'+12025550142','+13122001003',0,0,4,NULL,NULL,1,7000,3717140683163631616,0,3,1772470800000,NULL,1,3717140683161600004,'simulated','c3717140683163631619',NULL,1772470800000,1772470800000);
INSERT INTO messages VALUES(62,3717140683163631621,810200300,'+12025550142','+13122001001',1,0,4,NULL,'STOP',1,0,NULL,0,0,0,NULL,0,NULL,'simulated',NULL,NULL,1772470800000,1772470800000);
INSERT INTO messages VALUES(62,3717140683163631622,810200300,'+12025550142','+13122001001',0,1,0,NULL,'NETWORK MSG: You replied with the word "stop" which blocks all texts from this number. Text back "unstop" to receive messages again.',1,0,NULL,1,0,1772470800000,1772471100000,0,NULL,NULL,NULL,3717140683163631621,1772470800000,1772470800000);
INSERT INTO messages VALUES(62,3717140704135151616,810200300,'+12025550142','+13122001002',1,0,4,NULL,'stop.',1,0,NULL,0,0,0,NULL,0,NULL,'simulated',NULL,NULL,1772470810000,1772470810000);
INSERT INTO messages VALUES(62,3717140704135151617,810200300,'+12025550142','+13122001002',0,1,0,NULL,'NETWORK MSG: You replied with the word "stop" which blocks all texts from this number. Text back "unstop" to receive messages again.',1,0,NULL,1,0,1772470810000,1772471110000,0,NULL,NULL,NULL,3717140704135151616,1772470810000,1772470810000);
INSERT INTO messages VALUES(62,3717140725106671616,810200300,'+12025550142','+13122001003',1,0,4,NULL,'Unsubscribe',1,0,NULL,0,0,0,NULL,0,NULL,'simulated',NULL,NULL,1772470820000,1772470820000);
INSERT INTO messages VALUES(62,3717140725106671617,810200300,'+12025550142','+13122001003',0,1,0,NULL,'NETWORK MSG: You replied with the word "unsubscribe" which blocks all texts from this number. Text back "unstop" to receive messages again.',1,0,NULL,1,0,1772470820000,1772471120000,0,NULL,NULL,NULL,3717140725106671616,1772470820000,1772470820000);
INSERT INTO messages VALUES(62,3717140746078191616,810200300,'+12025550142','+13122001003',1,0,4,NULL,'START',1,0,NULL,0,0,0,NULL,0,NULL,'simulated',NULL,NULL,1772470830000,1772470830000);
INSERT INTO messages VALUES(62,3717140746078191617,810200300,'+12025550142','+13122001003',0,1,0,NULL,'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.',1,0,NULL,1,0,1772470830000,1772471130000,0,NULL,NULL,NULL,3717140746078191616,1772470830000,1772470830000);
INSERT INTO messages VALUES(62,3717140767049711617,810200300,'+12025550142','+13122001001',0,0,6,'opted_out',NULL,1,0,3717140767049711616,1,3,1772470840000,NULL,0,NULL,NULL,NULL,NULL,1772470840000,1772470840000);
INSERT INTO messages VALUES(62,3717140767049711618,810200300,'+12025550142','+13122001004',0,0,0,NULL,NULL,1,7000,3717140767049711616,0,3,1772470840000,NULL,0,NULL,NULL,NULL,NULL,1772470840000,1772470840000);
CREATE INDEX messages_by_account on messages (bucket, account_id, id);
CREATE INDEX messages_by_pair on messages (bucket, sender, recipient, id);
CREATE INDEX messages_by_reference on messages (bucket, carrier_reference)
    where carrier_reference is not null;
CREATE INDEX messages_open on messages (bucket, claim_id, id) where status in (1, 2);
CREATE INDEX messages_queued on messages (bucket, sender, priority, id) where status = 0;
CREATE INDEX messages_sent on messages (bucket, updated_ms) where status = 3;
DROP TABLE IF EXISTS quarantine;
CREATE TABLE quarantine (
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
INSERT INTO quarantine VALUES(1,3717140767047712771,'simulated','+13122001005','+12025550111','68656c6c6f','mo-5',1772470840000);
DROP TABLE IF EXISTS schema_migrations;
CREATE TABLE schema_migrations (number integer not null primary key, name text not null, checksum text not null, applied_ms bigint not null);
INSERT INTO schema_migrations VALUES(1,'consent_and_messages','68e187644388c671dee40c89d5030f2fe5b5085161fbd9cce80c9a5c25d5c0d5',1772470800000);
INSERT INTO schema_migrations VALUES(2,'access','1172f4e439a567adda78fd66808750b5f17083b3c9f46b134eb2a4e39b0cdd91',1772470800000);
INSERT INTO schema_migrations VALUES(3,'events','1c4ff06bdd0216a9ebf53de95ff2a867d29a763a7251d26e2a45ce14eb95f87b',1772470800000);
DROP TABLE IF EXISTS sender_queues;
CREATE TABLE sender_queues (
    number text not null primary key,
    bucket smallint not null,
    carrier text not null,
    next_due_ms bigint
);
INSERT INTO sender_queues VALUES('+12025550142',62,'simulated',1772470800000);
CREATE INDEX sender_queues_due on sender_queues (carrier, next_due_ms);
DROP TABLE IF EXISTS senders;
CREATE TABLE senders (
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
INSERT INTO senders VALUES('+12025550142',25550142,810200300,62,'','US','local','a2p','simulated','{}','active',1772470800000,1772470800000);
INSERT INTO senders VALUES('+12025550143',25550143,810200300,40,'','US','local','a2p','simulated','{}','active',1772470800000,1772470800000);
CREATE INDEX senders_by_account on senders (account_id, number);
DROP TABLE IF EXISTS sessions;
CREATE TABLE sessions (
    bucket smallint not null,
    id bigint not null,
    account_id bigint not null,
    user_id bigint not null,
    app_id bigint not null,
    endpoint_id text not null,
    created_ms bigint not null,
    -- when its last refresh token ends
    expires_ms bigint not null,
    ended_ms bigint,
    primary key (bucket, id)
);
CREATE INDEX sessions_by_age on sessions (bucket, expires_ms);
CREATE INDEX sessions_by_user on sessions (bucket, user_id, app_id, id) where ended_ms is null;
DROP TABLE IF EXISTS start_credits;
CREATE TABLE start_credits (
    bucket smallint not null,
    carrier text not null,
    sender text not null,
    recipient text not null,
    text_hash text not null,
    received_ms bigint not null,
    primary key (bucket, carrier, sender, recipient, text_hash)
);
DROP TABLE IF EXISTS subscriptions;
CREATE TABLE subscriptions (
    id bigint not null primary key,
    account_id bigint not null,
    user_id bigint not null,
    app_id bigint not null,
    address text not null,
    -- 0 none, 1 verification, 2 validation; the token itself is sealed
    token_name smallint not null,
    token text not null,
    -- what was asked for, JSON
    interests text not null,
    -- JSON, or null
    reminder text,
    wants_opt_ins smallint not null,
    lifetime_s bigint not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    -- when the next reminder is due
    reminder_ms bigint,
    secret_version integer not null,
    secret_changed_ms bigint not null,
    -- 0 active, 1 blacklisted, 2 off
    status smallint not null,
    status_since_ms bigint not null,
    failures integer not null,
    failing_since_ms bigint,
    wait_until_ms bigint not null,
    reason text not null
);
CREATE INDEX subscriptions_by_account on subscriptions (account_id, id);
DROP TABLE IF EXISTS suppressions;
CREATE TABLE suppressions (
    bucket smallint not null,
    account_id bigint not null,
    sender text not null,
    recipient_mac text not null,
    created_ms bigint not null,
    primary key (bucket, account_id, sender, recipient_mac)
);
DROP TABLE IF EXISTS tokens;
CREATE TABLE tokens (
    bucket smallint not null,
    -- SHA-256, lower-case hexadecimal
    hash text not null,
    kind smallint not null,
    session_id bigint not null,
    created_ms bigint not null,
    expires_ms bigint not null,
    used_ms bigint,
    -- since when it is dead because newer tokens took its place
    replaced_ms bigint,
    primary key (bucket, hash)
);
CREATE INDEX tokens_by_session on tokens (bucket, session_id);
DROP TABLE IF EXISTS users;
CREATE TABLE users (
    id bigint not null primary key,
    account_id bigint not null,
    username text not null,
    extension text not null,
    -- null: no password was set, so none is right
    password_hash text,
    first_name text not null,
    last_name text not null,
    email text not null,
    permissions text not null,
    created_ms bigint not null,
    disabled_ms bigint,
    unique (username, extension)
);
CREATE INDEX users_by_account on users (account_id, id);
COMMIT TRANSACTION;
