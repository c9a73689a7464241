-- Orders, tickets, the door, and the attempts to pay.
set lock_timeout = '5s';

create table bilten.orders (
    tenant_id        uuid not null references platform.tenants (id),
    id               uuid not null,
    code             text not null,
    event_id         uuid not null,
    hold_id          uuid not null,
    state            text not null check (state in ('quoted', 'awaiting_payment', 'awaiting_funds', 'paid', 'payment_conflict', 'expired', 'cancelled', 'refunded')),
    channel          text not null check (channel in ('web', 'api')),
    buyer_email      text not null,
    buyer_email_norm text not null,
    buyer_name       text not null,
    locale           text not null,
    currency         text not null,
    total_minor      bigint not null check (total_minor >= 0),
    created_at       timestamptz not null,
    paid_at          timestamptz,
    closed_at        timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, code),
    unique (tenant_id, hold_id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    foreign key (tenant_id, hold_id) references bilten.holds (tenant_id, id)
);
create index orders_by_time on bilten.orders (tenant_id, created_at, id);
create index orders_by_event on bilten.orders (tenant_id, event_id, created_at, id);
create index orders_by_buyer on bilten.orders (tenant_id, buyer_email_norm);
comment on column bilten.orders.code is 'Short code for people, such as K7QXM2.';
comment on column bilten.orders.closed_at is 'When the order expired or was cancelled or refunded.';
select bilten.protect('bilten.orders', 'select, insert, update');

create table bilten.order_lines (
    tenant_id        uuid not null references platform.tenants (id),
    id               uuid not null,
    order_id         uuid not null,
    ticket_type_id   uuid not null,
    position         integer not null,
    quantity         integer not null check (quantity > 0),
    unit_price_minor bigint not null check (unit_price_minor >= 0),
    primary key (tenant_id, id),
    unique (tenant_id, order_id, ticket_type_id),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id)
);
select bilten.protect('bilten.order_lines', 'select, insert');

create table bilten.tickets (
    tenant_id      uuid not null references platform.tenants (id),
    id             uuid not null,
    order_id       uuid not null,
    order_line_id  uuid not null,
    ordinal        integer not null check (ordinal > 0),
    event_id       uuid not null,
    ticket_type_id uuid not null,
    holder_name    text not null,
    state          text not null default 'issued' check (state in ('issued', 'void')),
    key_id         smallint not null,
    issued_at      timestamptz not null,
    voided_at      timestamptz,
    primary key (tenant_id, id),
    constraint issued_once unique (tenant_id, order_line_id, ordinal),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id),
    foreign key (tenant_id, order_line_id) references bilten.order_lines (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id),
    foreign key (tenant_id, key_id) references bilten.signing_keys (tenant_id, key_id)
);
create index tickets_order on bilten.tickets (tenant_id, order_id);
create index tickets_event on bilten.tickets (tenant_id, event_id, id);
comment on constraint issued_once on bilten.tickets is 'A place of an order is issued once, whatever happens twice.';
select bilten.protect('bilten.tickets', 'select, insert, update');

create table bilten.check_ins (
    tenant_id   uuid not null references platform.tenants (id),
    ticket_id   uuid not null,
    event_id    uuid not null,
    gate        text not null default '',
    actor       text not null,
    admitted_at timestamptz not null,
    primary key (tenant_id, ticket_id),
    foreign key (tenant_id, ticket_id) references bilten.tickets (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id)
);
create index check_ins_event on bilten.check_ins (tenant_id, event_id, admitted_at);
comment on table bilten.check_ins is 'Admissions; the primary key admits a ticket once, at whatever gate.';
select bilten.protect('bilten.check_ins', 'select, insert');

create table bilten.scans (
    tenant_id  uuid not null references platform.tenants (id),
    id         uuid not null,
    event_id   uuid,
    ticket_id  uuid,
    outcome    text not null check (outcome in ('admitted', 'already_admitted', 'void', 'wrong_event', 'unknown', 'malformed', 'bad_signature', 'event_cancelled')),
    gate       text not null default '',
    actor      text not null,
    scanned_at timestamptz not null,
    primary key (tenant_id, id)
);
create index scans_event on bilten.scans (tenant_id, event_id, scanned_at);
comment on table bilten.scans is 'Every scan, also the refused ones.';
select bilten.protect('bilten.scans', 'select, insert');

create table bilten.payment_attempts (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    order_id     uuid not null,
    generation   integer not null check (generation > 0),
    provider     text not null,
    method       text not null,
    state        text not null check (state in ('created', 'confirming', 'action_required', 'processing', 'succeeded', 'failed', 'canceled')),
    is_unknown   boolean not null default false,
    amount_minor bigint not null check (amount_minor > 0),
    currency     text not null,
    provider_ref text,
    action_url   text,
    decline_code text,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    touched_at   timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, order_id, generation),
    unique (tenant_id, provider, provider_ref),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id)
);
create unique index one_live_attempt on bilten.payment_attempts (tenant_id, order_id)
    where state in ('created', 'confirming', 'action_required', 'processing');
create index payment_attempts_open on bilten.payment_attempts (tenant_id, updated_at)
    where state in ('created', 'confirming', 'action_required', 'processing');
comment on column bilten.payment_attempts.is_unknown is 'The provider''s last answer was lost; the reconciler asks again.';
select bilten.protect('bilten.payment_attempts', 'select, insert, update');

create table bilten.payment_operations (
    tenant_id       uuid not null references platform.tenants (id),
    id              uuid not null,
    attempt_id      uuid not null,
    kind            text not null check (kind in ('create', 'confirm', 'void', 'refund', 'sync')),
    idempotency_key text not null,
    state           text not null check (state in ('planned', 'sent', 'settled')),
    outcome         text,
    created_at      timestamptz not null,
    settled_at      timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, idempotency_key),
    foreign key (tenant_id, attempt_id) references bilten.payment_attempts (tenant_id, id)
);
create index payment_operations_attempt on bilten.payment_operations (tenant_id, attempt_id, created_at);
comment on table bilten.payment_operations is 'Calls to providers, written before they are made.';
select bilten.protect('bilten.payment_operations', 'select, insert, update');

create table bilten.refunds (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    attempt_id   uuid not null,
    order_id     uuid not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency     text not null,
    state        text not null check (state in ('requested', 'submitting', 'pending', 'succeeded', 'failed')),
    reason       text not null,
    provider_ref text,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, attempt_id) references bilten.payment_attempts (tenant_id, id),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id)
);
create index refunds_order on bilten.refunds (tenant_id, order_id);
create index refunds_attempt on bilten.refunds (tenant_id, attempt_id);
select bilten.protect('bilten.refunds', 'select, insert, update');

create table bilten.provider_events (
    tenant_id    uuid not null references platform.tenants (id),
    provider     text not null,
    event_id     text not null,
    provider_ref text,
    payload      text not null,
    received_at  timestamptz not null,
    processed_at timestamptz,
    primary key (tenant_id, provider, event_id)
);
comment on table bilten.provider_events is 'Inbox of webhooks: a hint to ask the provider, stored once.';
select bilten.protect('bilten.provider_events', 'select, insert, update');

create table bilten.sandbox_payments (
    tenant_id       uuid not null references platform.tenants (id),
    id              uuid not null,
    idempotency_key text not null,
    params_hash     bytea not null,
    amount_minor    bigint not null check (amount_minor > 0),
    currency        text not null,
    state           text not null check (state in ('requires_confirmation', 'requires_action', 'challenge', 'processing', 'succeeded', 'failed', 'canceled')),
    refunded_minor  bigint not null default 0,
    return_url      text not null,
    silent_until    timestamptz,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, idempotency_key),
    check (refunded_minor between 0 and amount_minor)
);
comment on table bilten.sandbox_payments is 'Books of the built-in test provider, as if it stood outside: nothing else reads them.';
comment on column bilten.sandbox_payments.silent_until is 'The provider gives no answer about this payment until then.';
select bilten.protect('bilten.sandbox_payments', 'select, insert, update');

create table bilten.sandbox_refunds (
    tenant_id       uuid not null references platform.tenants (id),
    id              uuid not null,
    payment_id      uuid not null,
    idempotency_key text not null,
    amount_minor    bigint not null check (amount_minor > 0),
    created_at      timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, idempotency_key),
    foreign key (tenant_id, payment_id) references bilten.sandbox_payments (tenant_id, id)
);
select bilten.protect('bilten.sandbox_refunds', 'select, insert');
