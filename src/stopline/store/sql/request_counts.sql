-- name: put_request_counts
-- How often callers asked this process in the last minute.
insert into request_counts (bucket, caller, node, count, blocked_until_ms, seen_ms)
select :bucket, r.caller, :node, r.count, r.blocked_until_ms, :now_ms
from @rows(items: caller text, count bigint, blocked_until_ms bigint) r where true
on conflict (bucket, caller, node)
do update set count = excluded.count, blocked_until_ms = excluded.blocked_until_ms,
              seen_ms = excluded.seen_ms;

-- name: list_request_counts
-- How often these callers asked the other processes, as far as those counts are not over.
select c.caller, c.count, c.blocked_until_ms
from @rows(callers: caller text) r
@each request_counts c where c.bucket = :bucket and c.caller = r.caller and c.node <> :node
    and c.seen_ms > :since_ms @end;

-- name: delete_old_request_counts
-- Counts that are over.
delete from request_counts
where bucket = :bucket and (caller, node) in (
    select c.caller, c.node from request_counts c
    where c.bucket = :bucket and c.seen_ms < :before_ms order by c.seen_ms limit :limit);
