-- name: add_account
-- A new tenant.
insert into accounts (id, name, country, main_number, settings, created_ms)
values (:id, :name, :country, :main_number, :settings, :now_ms);

-- name: find_account
-- One tenant.
select id, name, country, main_number, settings, created_ms, disabled_ms
from accounts where id = :id;

-- name: list_accounts
-- Every tenant, for administration.
select id, name, country, main_number, settings, created_ms, disabled_ms
from accounts order by id;

-- name: disable_account
-- No token of the tenant is taken from now on; null lifts it.
update accounts set disabled_ms = :disabled_ms where id = :id;

-- name: find_account_settings
-- What these tenants set.
select id, settings from accounts where id in (select r.id from @rows(ids: id bigint) r);

-- name: set_account_settings
-- Change what the tenant chose.
update accounts set settings = :settings where id = :id;

-- name: add_app
-- A new client of a tenant.
insert into apps (id, account_id, client_id, secret_hash, name, grants, permissions, created_ms,
                  redirect_uris, plain_challenge, public_keys, refresh_replay, request_limits)
values (:id, :account_id, :client_id, :secret_hash, :name, :grants, :permissions, :now_ms,
        :redirect_uris, :plain_challenge, :public_keys, :refresh_replay, :request_limits);

-- name: find_app
-- The client that calls itself so.
select id, account_id, client_id, secret_hash, name, grants, permissions, created_ms, disabled_ms,
       redirect_uris, plain_challenge, public_keys, refresh_replay, request_limits
from apps where client_id = :client_id;

-- name: find_app_by_id
-- One client.
select id, account_id, client_id, secret_hash, name, grants, permissions, created_ms, disabled_ms,
       redirect_uris, plain_challenge, public_keys, refresh_replay, request_limits
from apps where id = :id;

-- name: list_apps
-- The clients of one tenant.
select id, account_id, client_id, secret_hash, name, grants, permissions, created_ms, disabled_ms,
       redirect_uris, plain_challenge, public_keys, refresh_replay, request_limits
from apps where account_id = :account_id order by id;

-- name: disable_app
-- No token of the client is taken from now on; null lifts it.
update apps set disabled_ms = :disabled_ms where id = :id;

-- name: set_app_rights
-- Change what the client may do.
update apps set grants = :grants, permissions = :permissions where id = :id;

-- name: set_app_sign_in
-- How the client signs people in, and how it proves itself.
update apps set redirect_uris = :redirect_uris, plain_challenge = :plain_challenge,
       public_keys = :public_keys, refresh_replay = :refresh_replay,
       request_limits = :request_limits
where id = :id;

-- name: add_user
-- A new user of a tenant.
insert into users (id, account_id, username, extension, password_hash, first_name, last_name,
                   email, permissions, created_ms)
values (:id, :account_id, :username, :extension, :password_hash, :first_name, :last_name,
        :email, :permissions, :now_ms);

-- name: find_user
-- One user.
select id, account_id, username, extension, password_hash, first_name, last_name, email,
       permissions, created_ms, disabled_ms
from users where id = :id;

-- name: find_logins
-- The users who log in with this name; one of them when the extension is given.
select id, account_id, username, extension, password_hash, first_name, last_name, email,
       permissions, created_ms, disabled_ms
from users
where username = :username and (:extension = '' or extension = :extension)
order by id limit 2;

-- name: list_users
-- The users of one tenant.
select id, account_id, username, extension, password_hash, first_name, last_name, email,
       permissions, created_ms, disabled_ms
from users where account_id = :account_id order by id;

-- name: disable_user
-- No token of the user is taken from now on; null lifts it.
update users set disabled_ms = :disabled_ms where id = :id;

-- name: set_user_permissions
-- Change what the user may do.
update users set permissions = :permissions where id = :id;

-- name: set_password
-- A new password of the user.
update users set password_hash = :password_hash where id = :id;

-- name: add_credential
-- A new way for a user to log in through one client, without a password.
insert into credentials (id, account_id, user_id, app_id, label, created_ms)
values (:id, :account_id, :user_id, :app_id, :label, :now_ms);

-- name: find_credential
-- One credential.
select id, account_id, user_id, app_id, label, created_ms, disabled_ms
from credentials where id = :id;

-- name: list_credentials
-- The credentials of one tenant.
select id, account_id, user_id, app_id, label, created_ms, disabled_ms
from credentials where account_id = :account_id order by id;

-- name: disable_credential
-- It is not exchanged from now on; null lifts it.
update credentials set disabled_ms = :disabled_ms where id = :id;

-- name: touch_scopes
-- Whoever denies for all senders of the account, and whoever adds one, waits for the other.
update accounts set scope_version = scope_version + 1 where id = :id;
