-- Lists of one state, open or denied, are read from their place in an index however many records
-- have the other. A list of both is two of these, merged.
drop index consents_by_change;
create index consents_by_change
    on consents (bucket, account_id, denied, changed_ms, scope, recipient);
drop index consents_by_scope;
create index consents_by_scope on consents (bucket, scope, denied, changed_ms, recipient);
