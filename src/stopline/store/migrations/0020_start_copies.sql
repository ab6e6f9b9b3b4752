-- A START without a carrier's reference is remembered from its own transaction on, so that a copy
-- over another connection is known before anybody noticed that the first one broke.

-- The connection it came over, as long as that may still stand; '' when it is known to have broken.
alter table start_credits add column session text not null default '';
-- Its text, whose id names the process that took it.
alter table start_credits add column message_id bigint not null default 0;
