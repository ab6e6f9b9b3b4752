-- What was read in a text beyond the sure keyword, and what became of it: one row a text, with the
-- id of its message.
create table reviews (
    bucket smallint not null,
    id bigint not null,
    account_id bigint not null,
    sender text not null,
    recipient text not null,
    -- 0 held; the others are in core/reviews.py
    state smallint not null,
    keyword_class text not null,
    -- layer and rule
    evidence text not null,
    -- thousandths
    score smallint not null,
    rule_set text not null,
    carrier text not null,
    session text not null,
    received_ms bigint not null,
    carrier_ms bigint,
    -- since when it is held or marked
    created_ms bigint not null,
    decided_ms bigint,
    actor text not null,
    primary key (bucket, id)
);

-- The gate's third answer: while there is a row here, messages of the pair wait.
create index reviews_held on reviews (bucket, sender, recipient) where state = 0;
create index reviews_waiting on reviews (bucket, created_ms) where state = 0;
create index reviews_by_account on reviews (bucket, account_id, id);
create index reviews_by_person on reviews (bucket, recipient);
