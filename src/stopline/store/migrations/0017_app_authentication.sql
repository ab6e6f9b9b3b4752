-- How an app proves who it is, and what it may do with its refresh tokens.

-- A JSON Web Key Set of public keys, with which the app signs its assertions; empty for none.
alter table apps add column public_keys text not null default '';
-- 0: a refresh token that was used before ends its session at once
alter table apps add column refresh_replay smallint not null default 1;
