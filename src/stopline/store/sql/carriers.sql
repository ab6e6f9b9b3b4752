-- name: set_carrier_switch
-- An operator pauses a carrier or lets it go on.
insert into carrier_switches (carrier, paused, actor, changed_ms)
values (:carrier, :paused, :actor, :now_ms)
on conflict (carrier) do update set paused = excluded.paused, actor = excluded.actor,
    changed_ms = excluded.changed_ms;

-- name: list_carrier_switches
-- What was ever paused.
select carrier, paused, actor, changed_ms from carrier_switches order by carrier;

-- name: put_carrier_reports
-- How the connections of one process stand.
insert into carrier_reports (carrier, node, seen_ms, up_ms, body)
select r.carrier, :node, :now_ms, r.up_ms, r.body
from @rows(items: carrier text, up_ms bigint, body text) r where true
on conflict (carrier, node) do update set seen_ms = excluded.seen_ms, up_ms = excluded.up_ms,
    body = excluded.body;

-- name: list_carrier_reports
-- How the connections of all processes stand.
select carrier, node, seen_ms, up_ms, body from carrier_reports order by carrier, node;

-- name: drop_carrier_reports
-- Processes that were not heard of for long.
delete from carrier_reports where seen_ms < :before_ms;

-- name: withdraw_carrier_reports
-- A process ends.
delete from carrier_reports where node = :node;

-- name: take_rates
-- From when on these may send, and nobody else counts them until this transaction ends. Those that
-- another transaction is counting are left out.
select t.name, t.free_us from rates t
where t.name in (select r.name from @rows(names: name text) r)
order by t.name @skip_locked(t);

-- name: add_rates
-- Begin to count these; the first to do so gets them.
insert into rates (name, free_us)
select r.name, 0 from @rows(names: name text) r where true
on conflict (name) do nothing
returning name, free_us;

-- name: find_rates
-- Which of these are counted.
select t.name from rates t where t.name in (select r.name from @rows(names: name text) r);

-- name: set_rates
-- What was sent.
update rates set free_us = r.free_us
from @rows(items: name text, free_us bigint) r where rates.name = r.name;
