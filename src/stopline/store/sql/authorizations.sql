-- name: add_authorization_code
-- A user let an app act for him; the code lives for a minute.
insert into authorization_codes (
    bucket, hash, user_id, app_id, redirect_uri, challenge_method, challenge, expires_ms
)
values (:bucket, :hash, :user_id, :app_id, :redirect_uri, :challenge_method, :challenge,
    :expires_ms);

-- name: find_authorization_code
-- A code, used or not.
select user_id, app_id, redirect_uri, challenge_method, challenge, expires_ms, session_id
from authorization_codes where bucket = :bucket and hash = :hash;

-- name: use_authorization_code
-- The first exchange gets it.
update authorization_codes set session_id = :session_id
where bucket = :bucket and hash = :hash and session_id is null;

-- name: delete_old_authorization_codes
-- Those that ended long ago.
delete from authorization_codes where bucket = :bucket and hash in (
    select c.hash from authorization_codes c
    where c.bucket = :bucket and c.expires_ms < :before_ms order by c.expires_ms limit :limit
);

-- name: put_app_approval
-- A user lets an app act for him.
insert into app_approvals (bucket, user_id, app_id, approved_ms)
values (:bucket, :user_id, :app_id, :now_ms)
on conflict (bucket, user_id, app_id) do update set approved_ms = excluded.approved_ms;

-- name: find_app_approval
-- Since when.
select approved_ms from app_approvals
where bucket = :bucket and user_id = :user_id and app_id = :app_id;
