-- Attempts know their stock and event, so that billing reads none of core's tables; and an
-- attempt whose payment does not match what was asked waits for a person.
set lock_timeout = '5s';

alter table bilten.payment_attempts
    add column hold_id uuid not null,
    add column event_id uuid not null,
    add column quarantine text,
    add foreign key (tenant_id, hold_id) references bilten.holds (tenant_id, id),
    add foreign key (tenant_id, event_id) references bilten.events (tenant_id, id);
comment on column bilten.payment_attempts.quarantine is 'Why a person must look at the attempt; it moves no more by itself.';

create index payment_attempts_live_by_event on bilten.payment_attempts (tenant_id, event_id)
    where state in ('created', 'confirming', 'action_required', 'processing');
create index provider_events_waiting on bilten.provider_events (tenant_id, received_at) where processed_at is null;
create index refunds_open on bilten.refunds (tenant_id, updated_at) where state in ('requested', 'submitting', 'pending');

alter table bilten.sandbox_payments
    add column attempt_id uuid not null,
    add column method text not null check (method in ('hosted', 'instant'));
comment on column bilten.sandbox_payments.attempt_id is 'What the merchant calls the payment: the provider''s metadata, hence no foreign key.';
