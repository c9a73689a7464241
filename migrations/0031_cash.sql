-- Cash at the door: what was taken, and what is to be handed back.
set lock_timeout = '5s';

create table bilten.cash_payments (
    tenant_id      uuid not null references platform.tenants (id),
    id             uuid not null,
    request_key    text not null,
    params_hash    bytea not null,
    attempt_id     uuid not null,
    amount_minor   bigint not null check (amount_minor > 0),
    currency       text not null,
    state          text not null check (state in ('asked', 'taken', 'void')),
    refunded_minor bigint not null check (refunded_minor between 0 and amount_minor),
    taken_by       text,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, request_key),
    check (state = 'taken' or refunded_minor = 0)
);
comment on table bilten.cash_payments is 'Cash that was taken for orders. Its key makes it happen once.';
comment on column bilten.cash_payments.attempt_id is 'Attempt that it pays: what the checkout told, hence no foreign key.';
comment on column bilten.cash_payments.taken_by is 'Who had the money in his hand: a member of staff, or a program''s key.';
comment on column bilten.cash_payments.refunded_minor is 'What of it goes back, whether it was handed out yet or not.';
select bilten.protect('bilten.cash_payments', 'select, insert, update');

create table bilten.cash_refunds (
    tenant_id     uuid not null references platform.tenants (id),
    id            uuid not null,
    payment_id    uuid not null,
    request_key   text not null,
    amount_minor  bigint not null check (amount_minor > 0),
    created_at    timestamptz not null,
    handed_out_at timestamptz,
    handed_out_by text,
    primary key (tenant_id, id),
    unique (tenant_id, request_key),
    foreign key (tenant_id, payment_id) references bilten.cash_payments (tenant_id, id)
);
create index cash_refunds_due on bilten.cash_refunds (tenant_id, created_at) where handed_out_at is null;
comment on table bilten.cash_refunds is 'Cash that goes back to a buyer; it did when somebody handed it out.';
select bilten.protect('bilten.cash_refunds', 'select, insert, update');

alter table bilten.orders
    drop constraint orders_channel_check,
    add constraint orders_channel_check check (channel in ('web', 'api', 'door'));

-- Whoever owns a tenant, or makes its events, may sell for cash; tenants that were made before learn of the right here.
do $$
declare
    found uuid;
begin
    for found in select id from platform.tenants loop
        perform set_config('bilten.tenant_id', found::text, true);
        insert into bilten.role_permissions (tenant_id, role, permission)
        select distinct tenant_id, role, 'cash.take' from bilten.role_permissions
        where role in ('owner', 'event_manager') on conflict do nothing;
    end loop;
end
$$;
