-- name: add_inbound_parts
-- Keep parts of long texts; one that came before adds nothing.
insert into inbound_parts (bucket, source, destination, carrier, chain, number, total, body,
                           readings, raw_text, session, received_ms, carrier_ms)
select :bucket, r.source, r.destination, r.carrier, r.chain, r.number, r.total, r.body,
       r.readings, r.raw_text, r.session, r.received_ms, r.carrier_ms
from @rows(items: source text, destination text, carrier text, chain text, number smallint,
           total smallint, body text, readings text, raw_text text, session text,
           received_ms bigint, carrier_ms bigint) r where true
on conflict (bucket, source, destination, carrier, chain, number) do nothing;

-- name: list_chains_of_sources
-- The unfinished texts of these persons: parts there, parts in all, and when the first came.
-- (A cross join keeps the persons in front: grouped, the planner walked the whole bucket.)
select p.source, p.destination, p.carrier, p.chain, count(*), max(p.total), min(p.received_ms)
from @rows(sources: source text) r
@each inbound_parts p where p.bucket = :bucket and p.source = r.source @end
group by p.source, p.destination, p.carrier, p.chain;

-- name: count_inbound_parts
-- How many parts wait.
select count(*) from inbound_parts where bucket = :bucket;

-- name: list_oldest_parts
-- The texts of the parts that wait longest.
select source, destination, carrier, chain from inbound_parts
where bucket = :bucket and received_ms <= :before_ms
order by received_ms limit :limit;

-- name: take_inbound_parts
-- Remove these texts' parts to read them.
delete from inbound_parts
where bucket = :bucket
  and (source, destination, carrier, chain) in (
      select r.source, r.destination, r.carrier, r.chain
      from @rows(chains: source text, destination text, carrier text, chain text) r)
returning source, destination, carrier, chain, number, total, body, readings, raw_text, session,
          received_ms, carrier_ms;

-- name: erase_inbound_parts
-- A person is erased.
delete from inbound_parts where bucket = :bucket and source = :source;
