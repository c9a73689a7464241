-- Indexes for what the organizer's pages ask: sales over time, orders in trouble, failed jobs,
-- and what happened to one thing.
set lock_timeout = '5s';

create index orders_paid on bilten.orders (tenant_id, paid_at) where state = 'paid';
create index orders_paid_of_event on bilten.orders (tenant_id, event_id, paid_at) where state = 'paid';
create index orders_in_trouble on bilten.orders (tenant_id, state, created_at)
    where state in ('payment_conflict', 'awaiting_funds');
create index jobs_failed on bilten.jobs (tenant_id, finished_at) where state = 'failed';
create index audit_entries_object on bilten.audit_entries (tenant_id, object, at);
