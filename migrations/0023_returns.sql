-- Tickets of a paid order can be taken back one by one, and an event says what that costs its buyers.
set lock_timeout = '5s';

alter table bilten.orders
    add column refunded_minor bigint not null default 0 check (refunded_minor >= 0),
    add column returned_tickets integer not null default 0 check (returned_tickets >= 0);
comment on column bilten.orders.refunded_minor is 'What of the total was decided to go back while the order stays paid, in minor units.';
comment on column bilten.orders.returned_tickets is 'Tickets that were taken back while the order stays paid.';
create index tickets_void on bilten.tickets (tenant_id, event_id) where state = 'void';

create table bilten.return_policies (
    tenant_id       uuid not null references platform.tenants (id),
    id              uuid not null,
    event_id        uuid not null,
    is_self_service boolean not null,
    withdrawal_days integer not null check (withdrawal_days between 0 and 60),
    hours_before    integer[] not null,
    keep_bp         integer[] not null,
    keep_minor      bigint[] not null,
    created_at      timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    constraint steps_agree check (cardinality(hours_before) = cardinality(keep_bp) and cardinality(hours_before) = cardinality(keep_minor)
                                  and cardinality(hours_before) <= 10)
);
create index return_policies_event on bilten.return_policies (tenant_id, event_id, created_at);
comment on table bilten.return_policies is
    'What it costs to give tickets back. A change is a new row: an order keeps the newest one that was there when it was made.';
comment on column bilten.return_policies.is_self_service is 'Whether buyers may give tickets back on their order''s page.';
comment on column bilten.return_policies.withdrawal_days is 'Days after the purchase in which everything goes back, whatever the steps say.';
comment on column bilten.return_policies.hours_before is 'A step holds until so many hours before the event begins; steps stand from many hours to few.';
comment on column bilten.return_policies.keep_bp is 'Share of the price that the step keeps, in hundredths of a per cent.';
comment on column bilten.return_policies.keep_minor is 'What the step keeps of each ticket beside it, in minor units.';
select bilten.protect('bilten.return_policies', 'select, insert');

create table bilten.ticket_returns (
    tenant_id   uuid not null references platform.tenants (id),
    id          uuid not null,
    order_id    uuid not null,
    event_id    uuid not null,
    origin      text not null check (origin in ('buyer', 'withdrawal', 'staff', 'event')),
    reason      text not null check (length(reason) <= 500),
    tickets     integer not null check (tickets > 0),
    gross_minor bigint not null check (gross_minor >= 0),
    kept_minor  bigint not null check (kept_minor between 0 and gross_minor),
    currency    text not null,
    policy_id   uuid,
    created_at  timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    foreign key (tenant_id, policy_id) references bilten.return_policies (tenant_id, id)
);
create index ticket_returns_order on bilten.ticket_returns (tenant_id, order_id, created_at);
comment on table bilten.ticket_returns is 'Tickets that were taken back: what they had cost, and what was kept of it.';
comment on column bilten.ticket_returns.origin is 'Who wanted it: the buyer by the policy, the buyer within the days of withdrawal, staff, or the event was called off.';
select bilten.protect('bilten.ticket_returns', 'select, insert');

create table bilten.ticket_return_items (
    tenant_id   uuid not null references platform.tenants (id),
    ticket_id   uuid not null,
    return_id   uuid not null,
    gross_minor bigint not null check (gross_minor >= 0),
    kept_minor  bigint not null check (kept_minor between 0 and gross_minor),
    primary key (tenant_id, ticket_id),
    foreign key (tenant_id, ticket_id) references bilten.tickets (tenant_id, id),
    foreign key (tenant_id, return_id) references bilten.ticket_returns (tenant_id, id)
);
create index ticket_return_items_return on bilten.ticket_return_items (tenant_id, return_id);
comment on table bilten.ticket_return_items is 'A ticket is taken back once: its primary key sees to it.';
select bilten.protect('bilten.ticket_return_items', 'select, insert');

alter table bilten.refunds
    add column return_id uuid,
    add column replaced_by uuid,
    add foreign key (tenant_id, return_id) references bilten.ticket_returns (tenant_id, id),
    add foreign key (tenant_id, replaced_by) references bilten.refunds (tenant_id, id);
create index refunds_return on bilten.refunds (tenant_id, return_id) where return_id is not null;
comment on column bilten.refunds.replaced_by is 'Refund that was requested after this one had been refused.';
comment on column bilten.refunds.return_id is 'Tickets that it pays back; nothing where money goes back that bought none.';
