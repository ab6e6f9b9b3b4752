-- Requests a minute of each user of the app by group of calls, as JSON; what is not named is as in
-- the settings.
alter table apps add column request_limits text not null default '{}';
