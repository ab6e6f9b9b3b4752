-- An account's changes of consent, newest first; nothing read the older index.
drop index ledger_entries_by_account;
create index ledger_entries_by_change
    on ledger_entries (bucket, account_id, honoured_ms, position);
