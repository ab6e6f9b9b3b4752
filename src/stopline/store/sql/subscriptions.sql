-- name: add_subscription
-- A new subscription, healthy.
insert into subscriptions (
    id, account_id, user_id, app_id, address, token_name, token, interests, reminder,
    wants_opt_ins, lifetime_s, created_ms, expires_ms, reminder_ms, secret_version,
    secret_changed_ms, status, status_since_ms, failures, failing_since_ms, wait_until_ms, reason
) values (
    :id, :account_id, :user_id, :app_id, :address, :token_name, :token, :interests, :reminder,
    :wants_opt_ins, :lifetime_s, :created_ms, :expires_ms, :reminder_ms, :secret_version,
    :secret_changed_ms, 0, :created_ms, 0, null, 0, ''
);

-- name: list_subscriptions
-- Every subscription of an account, also expired ones; there are at most some hundred.
select id, account_id, user_id, app_id, address, token_name, token, interests, reminder,
    wants_opt_ins, lifetime_s, created_ms, expires_ms, reminder_ms, secret_version,
    secret_changed_ms, status, failures, failing_since_ms, wait_until_ms, status_since_ms, reason
from subscriptions
where account_id = :account_id
order by id;

-- name: get_subscriptions
-- Subscriptions by their ids.
select s.id, account_id, user_id, app_id, address, token_name, token, interests, reminder,
    wants_opt_ins, lifetime_s, created_ms, expires_ms, reminder_ms, secret_version,
    secret_changed_ms, status, failures, failing_since_ms, wait_until_ms, status_since_ms, reason
from @rows(ids: id integer) wanted
join subscriptions s on s.id = wanted.id;

-- name: lock_subscriptions
-- The same, to change them.
select s.id, account_id, user_id, app_id, address, token_name, token, interests, reminder,
    wants_opt_ins, lifetime_s, created_ms, expires_ms, reminder_ms, secret_version,
    secret_changed_ms, status, failures, failing_since_ms, wait_until_ms, status_since_ms, reason
from @rows(ids: id integer) wanted
join subscriptions s on s.id = wanted.id
order by s.id @lock(s);

-- name: list_reminders_due
-- Live subscriptions whose next reminder is due.
select id, account_id, user_id, app_id, address, token_name, token, interests, reminder,
    wants_opt_ins, lifetime_s, created_ms, expires_ms, reminder_ms, secret_version,
    secret_changed_ms, status, failures, failing_since_ms, wait_until_ms, status_since_ms, reason
from subscriptions
where reminder_ms is not null and reminder_ms <= :now_ms and expires_ms > :now_ms;

-- name: change_subscription
-- What its owner may change, and its times.
update subscriptions
set address = :address, token_name = :token_name, token = :token, interests = :interests,
    reminder = :reminder, wants_opt_ins = :wants_opt_ins, lifetime_s = :lifetime_s,
    expires_ms = :expires_ms, reminder_ms = :reminder_ms, secret_version = :secret_version,
    secret_changed_ms = :secret_changed_ms
where id = :id;

-- name: change_subscription_health
-- How its endpoint is doing.
update subscriptions
set status = :status, status_since_ms = :status_since_ms, failures = :failures,
    failing_since_ms = :failing_since_ms, wait_until_ms = :wait_until_ms, reason = :reason
where id = :id;

-- name: delete_subscription
-- Its deliveries are given up by the next claim that meets them.
delete from subscriptions where id = :id;

-- name: delete_expired_subscriptions
-- Those whose owners had time enough to find out.
delete from subscriptions where expires_ms < :before_ms;
