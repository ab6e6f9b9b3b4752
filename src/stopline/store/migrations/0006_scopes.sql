-- A pair opened by its person although all senders of the account are denied: denials of that
-- scope up to this generation do not reach it.
alter table consents add column exempt_scope text;
alter table consents add column exempt_generation bigint;

-- What a message is for, where its sender says so.
alter table messages add column category text;

-- What a sender asks of consent, as JSON.
alter table senders add column consent_settings text not null default '{}';

-- 0 while the denials of all senders of the account are being written in a new sender's bucket.
alter table senders add column prepared smallint not null default 1;
alter table senders add column prepare_after text not null default '';

-- Rises with each denial of all senders of the account and with each new sender: whoever writes it
-- waits for the other, so that no sender is added beside such a denial.
alter table accounts add column scope_version bigint not null default 0;
