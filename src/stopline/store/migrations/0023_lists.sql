-- What people look for in lists and what is rare there is found without passing everything else.

create index messages_received on messages (bucket, account_id, id) where direction = 1;
create index messages_failed on messages (bucket, account_id, failure, id)
    where failure is not null;
create index batches_open on batches (bucket, account_id, id) where pending > 0;
create index reviews_by_state on reviews (bucket, account_id, state, id);
-- The log of one subscription, however much the others hear.
create index deliveries_by_subscription on deliveries (bucket, subscription_id, id);
