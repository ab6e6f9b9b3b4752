-- What each account with a daily cap spent, in millionths, by day in UTC (days since 1970). The
-- bucket is the account's id modulo 64.
create table account_spending (
    bucket smallint not null,
    account_id bigint not null,
    day integer not null,
    micros bigint not null,
    -- 1 once something was refused for the cap
    is_capped smallint not null,
    primary key (bucket, account_id, day)
);
