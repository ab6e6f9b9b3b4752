-- How the tables lie on a Citus cluster. `stopline migrate --citus` runs what is not done yet, one
-- statement after the other, on the coordinator.

-- Tables that grow are cut by bucket, all in the same way, so that everything of one sender lies on
-- one node and no statement leaves it. There are 64 buckets: more shards than that stay empty.
select create_distributed_table('messages', 'bucket', shard_count := 64);
select create_distributed_table('account_spending', 'bucket', colocate_with := 'messages');
select create_distributed_table('app_approvals', 'bucket', colocate_with := 'messages');
select create_distributed_table('authorization_codes', 'bucket', colocate_with := 'messages');
select create_distributed_table('batches', 'bucket', colocate_with := 'messages');
select create_distributed_table('consents', 'bucket', colocate_with := 'messages');
select create_distributed_table('console_actions', 'bucket', colocate_with := 'messages');
select create_distributed_table('console_sessions', 'bucket', colocate_with := 'messages');
select create_distributed_table('deliveries', 'bucket', colocate_with := 'messages');
select create_distributed_table('delivery_attempts', 'bucket', colocate_with := 'messages');
select create_distributed_table('delivery_losses', 'bucket', colocate_with := 'messages');
select create_distributed_table('early_receipts', 'bucket', colocate_with := 'messages');
select create_distributed_table('idempotency_keys', 'bucket', colocate_with := 'messages');
select create_distributed_table('inbound_parts', 'bucket', colocate_with := 'messages');
select create_distributed_table('inbound_references', 'bucket', colocate_with := 'messages');
select create_distributed_table('ledger_entries', 'bucket', colocate_with := 'messages');
select create_distributed_table('ledger_heads', 'bucket', colocate_with := 'messages');
select create_distributed_table('ledger_personal', 'bucket', colocate_with := 'messages');
select create_distributed_table('login_failures', 'bucket', colocate_with := 'messages');
select create_distributed_table('network_reports', 'bucket', colocate_with := 'messages');
select create_distributed_table('quarantine', 'bucket', colocate_with := 'messages');
select create_distributed_table('request_counts', 'bucket', colocate_with := 'messages');
select create_distributed_table('reviews', 'bucket', colocate_with := 'messages');
select create_distributed_table('sessions', 'bucket', colocate_with := 'messages');
select create_distributed_table('sockets', 'bucket', colocate_with := 'messages');
select create_distributed_table('start_credits', 'bucket', colocate_with := 'messages');
select create_distributed_table('suppressions', 'bucket', colocate_with := 'messages');
select create_distributed_table('tokens', 'bucket', colocate_with := 'messages');

-- Small tables that are read with every message and seldom written: a copy on each node.
select create_reference_table('accounts');
select create_reference_table('apps');
select create_reference_table('credentials');
select create_reference_table('senders');
select create_reference_table('subscriptions');
select create_reference_table('users');

-- Small tables of processes, most of them written with every claim: kept on the coordinator, for a copy
-- on each node would make each such write a distributed transaction.
select citus_add_local_table_to_metadata('installation');
select citus_add_local_table_to_metadata('nodes');
select citus_add_local_table_to_metadata('sender_queues');
select citus_add_local_table_to_metadata('carrier_reports');
select citus_add_local_table_to_metadata('carrier_switches');
select citus_add_local_table_to_metadata('rates');
