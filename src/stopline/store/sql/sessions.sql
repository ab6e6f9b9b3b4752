-- name: add_session
-- A user logged in through a client.
insert into sessions (bucket, id, account_id, user_id, app_id, endpoint_id, created_ms, expires_ms)
values (:bucket, :id, :account_id, :user_id, :app_id, :endpoint_id, :now_ms, :expires_ms);

-- name: extend_session
-- Its newest refresh token ends later.
update sessions set expires_ms = :expires_ms where bucket = :bucket and id = :id;

-- name: end_session
-- No token of it is taken from now on.
update sessions set ended_ms = :now_ms
where bucket = :bucket and id = :id and ended_ms is null;

-- name: end_surplus_sessions
-- Keep the newest sessions of a user in a client, end the others.
update sessions set ended_ms = :now_ms
where bucket = :bucket and user_id = :user_id and app_id = :app_id and ended_ms is null
  and id not in (
    select s.id from sessions s
    where s.bucket = :bucket and s.user_id = :user_id and s.app_id = :app_id
      and s.ended_ms is null and s.expires_ms > :now_ms
    order by s.id desc limit :keep
  );

-- name: add_token
-- A token given out.
insert into tokens (bucket, hash, kind, session_id, created_ms, expires_ms)
values (:bucket, :hash, :kind, :session_id, :now_ms, :expires_ms);

-- name: find_token
-- A token with its session, and everything that decides whether it is taken.
select t.kind, t.created_ms, t.expires_ms, t.used_ms, t.replaced_ms,
       s.id, s.account_id, s.user_id, s.app_id, s.endpoint_id, s.ended_ms,
       a.country, p.client_id, p.permissions, u.permissions,
       coalesce(a.disabled_ms, u.disabled_ms, p.disabled_ms), p.request_limits
from tokens t
join sessions s on s.bucket = t.bucket and s.id = t.session_id
join accounts a on a.id = s.account_id
join users u on u.id = s.user_id
join apps p on p.id = s.app_id
where t.bucket = :bucket and t.hash = :hash;

-- name: mark_token_used
-- The first use of an access token ends the grace of the refresh token before it.
update tokens set used_ms = :now_ms
where bucket = :bucket and hash = :hash and used_ms is null;

-- name: replace_tokens
-- Newer tokens take the place of every live one of the session; those of sockets (kind 2) end by
-- themselves, because a client connects again with the one it has.
update tokens set replaced_ms = :now_ms
where bucket = :bucket and session_id = :session_id and replaced_ms is null and kind < 2;

-- name: delete_old_tokens
-- Tokens of sessions that ended, or whose last token ended, before a moment.
delete from tokens where bucket = :bucket and session_id in (
    select s.id from sessions s
    where s.bucket = :bucket and s.expires_ms < :before_ms order by s.expires_ms limit :limit
);

-- name: delete_old_sessions
-- Those sessions themselves.
delete from sessions where bucket = :bucket and id in (
    select s.id from sessions s
    where s.bucket = :bucket and s.expires_ms < :before_ms order by s.expires_ms limit :limit
);

-- name: find_login_failures
-- Wrong passwords in a row of a login name.
select failures, locked_until_ms from login_failures
where bucket = :bucket and login_hash = :login_hash;

-- name: put_login_failures
-- One more of them.
insert into login_failures (bucket, login_hash, failures, locked_until_ms, updated_ms)
values (:bucket, :login_hash, :failures, :locked_until_ms, :now_ms)
on conflict (bucket, login_hash) do update
set failures = excluded.failures, locked_until_ms = excluded.locked_until_ms,
    updated_ms = excluded.updated_ms;

-- name: delete_login_failures
-- The right password came.
delete from login_failures where bucket = :bucket and login_hash = :login_hash;

-- name: delete_old_login_failures
-- What nobody tried for long.
delete from login_failures where bucket = :bucket and login_hash in (
    select f.login_hash from login_failures f
    where f.bucket = :bucket and f.updated_ms < :before_ms order by f.updated_ms limit :limit
);
