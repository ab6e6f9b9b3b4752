-- Who may call: accounts, apps, users and their credentials; sessions and their tokens.
-- Of secrets there are only hashes. Permissions and grants are words with blanks between them.

-- Small tables (reference tables when distributed).

create table accounts (
    id bigint not null primary key,
    name text not null,
    country text not null,
    main_number text not null,
    settings text not null,
    created_ms bigint not null,
    disabled_ms bigint
);

create table apps (
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

create index apps_by_account on apps (account_id, id);

create table users (
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

create index users_by_account on users (account_id, id);

create table credentials (
    id bigint not null primary key,
    account_id bigint not null,
    user_id bigint not null,
    app_id bigint not null,
    label text not null,
    created_ms bigint not null,
    disabled_ms bigint
);

create index credentials_by_account on credentials (account_id, id);

-- Tables that grow. The bucket is that of the user, and every token names it, so a token is
-- found and its session changed on one shard.

create table sessions (
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

create index sessions_by_user on sessions (bucket, user_id, app_id, id) where ended_ms is null;
create index sessions_by_age on sessions (bucket, expires_ms);

create table tokens (
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

create index tokens_by_session on tokens (bucket, session_id);

-- Wrong passwords by login name, also for names nobody has: the answers must not differ.
create table login_failures (
    bucket smallint not null,
    login_hash text not null,
    failures integer not null,
    locked_until_ms bigint not null,
    updated_ms bigint not null,
    primary key (bucket, login_hash)
);

create index login_failures_by_age on login_failures (bucket, updated_ms);
