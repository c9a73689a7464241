-- Promo codes: each takes something off the price, and can be used so many times. Its uses count in a pool.
set lock_timeout = '5s';

create table bilten.promo_codes (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    event_id     uuid not null,
    code         text not null check (length(code) between 2 and 40),
    percent_bp   integer check (percent_bp between 1 and 10000),
    off_minor    bigint check (off_minor > 0),
    starts_at    timestamptz,
    ends_at      timestamptz,
    is_for_all   boolean not null,
    withdrawn_at timestamptz,
    created_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    foreign key (tenant_id, id) references bilten.capacity_pools (tenant_id, id),
    constraint one_discount check (num_nonnulls(percent_bp, off_minor) = 1),
    constraint ends_after_start check (starts_at < ends_at)
);
create unique index promo_codes_code on bilten.promo_codes (tenant_id, event_id, code) where withdrawn_at is null;
create index promo_codes_event on bilten.promo_codes (tenant_id, event_id, id);
comment on table bilten.promo_codes is
    'Codes that take something off. The pool with the id of a code counts its uses: the carts and orders that were made with it.';
comment on column bilten.promo_codes.code is 'As it is compared: without blanks around it, in capitals.';
comment on column bilten.promo_codes.percent_bp is 'Share of the price of each ticket that it takes off, in hundredths of a per cent.';
comment on column bilten.promo_codes.off_minor is 'Amount that it takes off each ticket, in minor units of the event''s currency; never more than the price.';
comment on column bilten.promo_codes.is_for_all is 'Whether it holds for all ticket types; otherwise for those in promo_code_types.';
comment on column bilten.promo_codes.withdrawn_at is 'Nobody can use it from then on; the carts and orders that have it keep it.';
select bilten.protect('bilten.promo_codes', 'select, insert, update');

create table bilten.promo_code_types (
    tenant_id      uuid not null references platform.tenants (id),
    promo_code_id  uuid not null,
    ticket_type_id uuid not null,
    primary key (tenant_id, promo_code_id, ticket_type_id),
    foreign key (tenant_id, promo_code_id) references bilten.promo_codes (tenant_id, id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id)
);
create index promo_code_types_type on bilten.promo_code_types (tenant_id, ticket_type_id);
comment on table bilten.promo_code_types is 'Ticket types that a promo code holds for, unless it holds for all.';
select bilten.protect('bilten.promo_code_types', 'select, insert, delete');

alter table bilten.holds add column promo_code text;
comment on column bilten.holds.promo_code is 'Promo code that the cart was made with.';
alter table bilten.hold_lines add column full_price_minor bigint check (full_price_minor > unit_price_minor);
comment on column bilten.hold_lines.full_price_minor is 'What a ticket would cost without the promo code, where that took something off.';
alter table bilten.hold_lines add column promo_code_id uuid;
comment on column bilten.hold_lines.promo_code_id is
    'Promo code of which the cart is a use. It stands in one line of the cart only, because the pool counts carts.';
alter table bilten.hold_lines add foreign key (tenant_id, promo_code_id) references bilten.promo_codes (tenant_id, id);
drop index bilten.hold_lines_tier;
create index hold_lines_beside on bilten.hold_lines (tenant_id, hold_id) where tier_pool_id is not null or promo_code_id is not null;

alter table bilten.orders add column promo_code text;
comment on column bilten.orders.promo_code is 'Promo code that the order was made with.';
alter table bilten.order_lines add column full_price_minor bigint check (full_price_minor > unit_price_minor);
comment on column bilten.order_lines.full_price_minor is 'What a ticket would have cost without the promo code, where that took something off.';
