-- Prices that buyers name, gifts beside the tickets, and discounts that nobody asks for.
set lock_timeout = '5s';

alter table bilten.ticket_types
    add column least_minor bigint,
    add column most_minor bigint,
    add constraint open_price check ((least_minor is null) = (most_minor is null) and least_minor >= 0 and most_minor between least_minor and 100000000);
comment on column bilten.ticket_types.least_minor is
    'Buyers name the price of a ticket, and name no less, in minor units and without fees; the price is what is suggested. Null where the price is set.';
comment on column bilten.ticket_types.most_minor is 'Where buyers name the price: they name no more.';

alter table bilten.events
    add column donation_cause text check (length(donation_cause) between 1 and 120),
    add column has_offers boolean not null default false;
comment on column bilten.events.donation_cause is 'What buyers may give something for beside their tickets. Null where they are not asked.';
comment on column bilten.events.has_offers is 'Whether price offers stand that were not withdrawn, so that only carts of such events ask for them.';

alter table bilten.holds add column donation_minor bigint check (donation_minor between 1 and 100000000);
comment on column bilten.holds.donation_minor is 'What the buyer gives beside the tickets, in minor units.';
alter table bilten.orders add column donation_minor bigint check (donation_minor between 1 and total_minor);
comment on column bilten.orders.donation_minor is 'What of the total is given beside the tickets, in minor units. It has no tax, no fee and no place.';

create table bilten.price_offers (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    event_id     uuid not null,
    name         text not null check (length(name) between 1 and 80),
    rule         jsonb not null,
    priority     integer not null,
    starts_at    timestamptz,
    ends_at      timestamptz,
    withdrawn_at timestamptz,
    created_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    constraint ends_after_start check (starts_at < ends_at)
);
create index price_offers_event on bilten.price_offers (tenant_id, event_id, id);
comment on table bilten.price_offers is
    'Discounts that nobody asks for: from so many tickets on, some for the price of fewer, several together. A row never changes but to be withdrawn.';
comment on column bilten.price_offers.rule is 'What it does, and which ticket types it is for.';
comment on column bilten.price_offers.priority is 'The highest comes first; then the oldest.';
comment on column bilten.price_offers.withdrawn_at is 'No cart gets it from then on; carts and orders that have it keep it.';
select bilten.protect('bilten.price_offers', 'select, insert, update');

alter table bilten.hold_lines add column offer text check (length(offer) between 1 and 200);
comment on column bilten.hold_lines.offer is 'Names of the price offers that took something off.';
alter table bilten.order_lines add column offer text check (length(offer) between 1 and 200);
comment on column bilten.order_lines.offer is 'Names of the price offers that took something off.';

alter table bilten.ticket_returns add column donation_minor bigint not null default 0 check (donation_minor >= 0);
comment on column bilten.ticket_returns.donation_minor is 'What was given beside the tickets and goes back with the last of them.';
