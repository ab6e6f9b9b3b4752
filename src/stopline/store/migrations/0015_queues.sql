-- A queue is what one sender has to send one way (its lane) at one priority. What goes first has a
-- queue of its own, so a claim finds it without looking past anything else.

alter table messages add column lane text not null default '';

-- What is open goes the way it was to go.
update messages set lane = coalesce(
    (select s.carrier from senders s where s.number = messages.sender), '')
where status in (0, 1, 2);

drop index messages_queued;
-- What may be claimed from each queue, in order. What waits for a person's decision has a priority
-- of 100 and more, which no queue has.
create index messages_queued on messages (bucket, sender, lane, priority, due_ms, id)
    where status = 0;
-- What is dropped when its time is over.
create index messages_expiring on messages (bucket, expires_ms)
    where status = 0 and expires_ms is not null;

drop table sender_queues;

-- One small row a queue: when it has something next. `version` rises with each wake.
create table sender_queues (
    sender text not null,
    lane text not null,
    priority smallint not null,
    bucket smallint not null,
    next_due_ms bigint,
    version bigint not null default 0,
    primary key (sender, lane, priority)
);

create index sender_queues_due on sender_queues (lane, next_due_ms);

insert into sender_queues (sender, lane, priority, bucket, next_due_ms)
select sender, lane, priority, bucket, min(due_ms) from messages where status = 0
group by sender, lane, priority, bucket;
