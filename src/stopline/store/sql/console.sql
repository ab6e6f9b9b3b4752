-- name: add_console_session
-- A user signed in to the console.
insert into console_sessions (bucket, hash, account_id, user_id, created_ms, seen_ms)
values (:bucket, :hash, :account_id, :user_id, :now_ms, :now_ms);

-- name: find_console_session
-- A session with its user, and everything that decides whether it is taken.
select s.created_ms, s.seen_ms, s.account_id, s.user_id, u.username, u.first_name, u.last_name,
       u.permissions, a.name, a.country, coalesce(a.disabled_ms, u.disabled_ms)
from console_sessions s
join users u on u.id = s.user_id
join accounts a on a.id = s.account_id
where s.bucket = :bucket and s.hash = :hash;

-- name: touch_console_session
-- It was used.
update console_sessions set seen_ms = :now_ms where bucket = :bucket and hash = :hash;

-- name: delete_console_session
-- It is over.
delete from console_sessions where bucket = :bucket and hash = :hash;

-- name: delete_console_sessions_of_user
-- All of a user are over.
delete from console_sessions where bucket = :bucket and user_id = :user_id;

-- name: delete_old_console_sessions
-- Past the absolute limit.
delete from console_sessions where bucket = :bucket and hash in (
    select s.hash from console_sessions s
    where s.bucket = :bucket and s.created_ms < :before_ms order by s.created_ms limit :limit
);

-- name: add_console_action
-- An operator changed something.
insert into console_actions (bucket, id, account_id, user_id, actor, action, subject, detail)
values (:bucket, :id, :account_id, :user_id, :actor, :action, :subject, :detail);

-- name: list_console_actions
-- A page of an account's changes, newest first.
select id, user_id, actor, action, subject, detail from console_actions
where bucket = :bucket and account_id = :account_id and id < :before_id
order by id desc limit :limit;
