-- Subscriptions, and the events on their way to them.

-- Small table (a reference table when distributed).

create table subscriptions (
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

create index subscriptions_by_account on subscriptions (account_id, id);

-- Tables that grow.

create table deliveries (
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

create index deliveries_due on deliveries (bucket, subscription_id, due_ms) where state = 0;
-- The order within one subject.
create index deliveries_by_subject on deliveries (bucket, subscription_id, subject, id)
    where state = 0;

-- Attempts that failed.
create table delivery_attempts (
    bucket smallint not null,
    delivery_id bigint not null,
    attempt integer not null,
    tried_ms bigint not null,
    duration_ms bigint not null,
    http_status smallint,
    failure text not null,
    primary key (bucket, delivery_id, attempt)
);

-- What was given up for want of room or time, for each subscription.
create table delivery_losses (
    bucket smallint not null,
    subscription_id bigint not null,
    given_up bigint not null,
    primary key (bucket, subscription_id)
);
