-- Signing in at a page: where apps may be sent back to, codes, and what users allowed.

-- Addresses with blanks between them, each matched exactly.
alter table apps add column redirect_uris text not null default '';
-- 1: this app may send its challenge as it is, as clients of 2019 do
alter table apps add column plain_challenge smallint not null default 0;

-- Tables that grow. The bucket is that of the user, as for sessions.

create table authorization_codes (
    bucket smallint not null,
    -- SHA-256, lower-case hexadecimal
    hash text not null,
    user_id bigint not null,
    app_id bigint not null,
    -- as the request named it; empty when it named none
    redirect_uri text not null,
    -- 0 none, 1 plain, 2 S256
    challenge_method smallint not null,
    challenge text not null,
    expires_ms bigint not null,
    -- the session it was exchanged for, so that a second exchange ends it
    session_id bigint,
    primary key (bucket, hash)
);

create index authorization_codes_by_age on authorization_codes (bucket, expires_ms);

-- Which apps a user let act for him.
create table app_approvals (
    bucket smallint not null,
    user_id bigint not null,
    app_id bigint not null,
    approved_ms bigint not null,
    primary key (bucket, user_id, app_id)
);
