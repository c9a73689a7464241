-- Payments that wait for a person are counted on the first page of the console.
set lock_timeout = '5s';

create index payment_attempts_quarantined on bilten.payment_attempts (tenant_id, created_at, id)
    where quarantine is not null;
