-- What carriers said of persons and numbers beyond why a message failed: perhaps opted out, no
-- subscriber, a code that nobody understands. Each message is counted once.
create table network_reports (
    bucket smallint not null,
    sender text not null,
    recipient text not null,
    word text not null,
    -- the carrier's id of the message, or ours
    evidence text not null,
    account_id bigint not null,
    carrier text not null,
    failure text not null,
    -- the carrier's own code
    raw text not null,
    reported_ms bigint not null,
    primary key (bucket, sender, recipient, word, evidence)
);

create index network_reports_by_age on network_reports (bucket, reported_ms);
create index network_reports_by_person on network_reports (bucket, recipient);
