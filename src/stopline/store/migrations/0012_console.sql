-- Who is signed in to the console, and what operators changed. Of sessions there are only hashes.

create table console_sessions (
    bucket smallint not null,
    -- SHA-256, lower-case hexadecimal
    hash text not null,
    account_id bigint not null,
    user_id bigint not null,
    created_ms bigint not null,
    -- the last use that was written down
    seen_ms bigint not null,
    primary key (bucket, hash)
);

create index console_sessions_by_user on console_sessions (bucket, user_id);
create index console_sessions_by_age on console_sessions (bucket, created_ms);

-- Changes of settings, users and the like. Consent is not here: its log is the ledger.
create table console_actions (
    bucket smallint not null,
    id bigint not null,
    account_id bigint not null,
    user_id bigint not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail text not null,
    primary key (bucket, id)
);

create index console_actions_by_account on console_actions (bucket, account_id, id);
