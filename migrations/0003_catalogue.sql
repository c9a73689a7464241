-- What is on sale: venues, events, ticket types and the pools of places that they draw on.
set lock_timeout = '5s';

create table bilten.venues (
    tenant_id  uuid not null references platform.tenants (id),
    id         uuid not null,
    name       text not null,
    street     text not null default '',
    postcode   text not null default '',
    city       text not null default '',
    country    text not null default '',
    created_at timestamptz not null,
    primary key (tenant_id, id)
);
comment on column bilten.venues.country is 'ISO 3166-1 alpha-2, or empty.';
select bilten.protect('bilten.venues', 'select, insert, update');

create table bilten.events (
    tenant_id     uuid not null references platform.tenants (id),
    id            uuid not null,
    organizer_id  uuid not null,
    venue_id      uuid,
    slug          text not null,
    name          text not null check (length(name) between 1 and 200),
    summary       text not null default '',
    description   text not null default '',
    category      text not null default '',
    status        text not null default 'draft' check (status in ('draft', 'published', 'ended', 'cancelled')),
    starts_at     timestamptz not null,
    ends_at       timestamptz not null,
    time_zone     text not null,
    currency      text not null,
    artwork       text not null default '',
    refund_policy text not null default '',
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    published_at  timestamptz,
    cancelled_at  timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, slug),
    check (ends_at > starts_at),
    foreign key (tenant_id, organizer_id) references bilten.organizers (tenant_id, id),
    foreign key (tenant_id, venue_id) references bilten.venues (tenant_id, id)
);
create index events_by_start on bilten.events (tenant_id, status, starts_at, id);
comment on column bilten.events.description is 'Markdown; made safe when it is shown.';
comment on column bilten.events.artwork is 'Seed of the generated picture.';
select bilten.protect('bilten.events', 'select, insert, update');

create table bilten.capacity_pools (
    tenant_id uuid not null references platform.tenants (id),
    id        uuid not null,
    event_id  uuid not null,
    name      text not null,
    capacity  bigint not null check (capacity >= 0),
    held      bigint not null default 0 check (held >= 0),
    sold      bigint not null default 0 check (sold >= 0),
    primary key (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    constraint never_oversold check (held + sold <= capacity)
) with (fillfactor = 50);
create index capacity_pools_event on bilten.capacity_pools (tenant_id, event_id);
comment on table bilten.capacity_pools is 'Places that can be sold once; the check has the last word over every race.';
select bilten.protect('bilten.capacity_pools', 'select, insert, update');

create table bilten.ticket_types (
    tenant_id      uuid not null references platform.tenants (id),
    id             uuid not null,
    event_id       uuid not null,
    position       integer not null,
    name           text not null check (length(name) between 1 and 120),
    description    text not null default '',
    price_minor    bigint not null check (price_minor >= 0),
    min_per_order  integer not null default 1 check (min_per_order >= 1),
    max_per_order  integer not null default 10,
    sale_starts_at timestamptz,
    sale_ends_at   timestamptz,
    is_hidden      boolean not null default false,
    created_at     timestamptz not null,
    primary key (tenant_id, id),
    check (max_per_order between min_per_order and 100),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id)
);
create index ticket_types_event on bilten.ticket_types (tenant_id, event_id, position);
comment on column bilten.ticket_types.price_minor is 'All-in price in minor units of the event''s currency.';
select bilten.protect('bilten.ticket_types', 'select, insert, update, delete');

create table bilten.ticket_type_pools (
    tenant_id      uuid not null references platform.tenants (id),
    ticket_type_id uuid not null,
    pool_id        uuid not null,
    primary key (tenant_id, ticket_type_id, pool_id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id),
    foreign key (tenant_id, pool_id) references bilten.capacity_pools (tenant_id, id)
);
create index ticket_type_pools_pool on bilten.ticket_type_pools (tenant_id, pool_id);
comment on table bilten.ticket_type_pools is 'Each ticket of the type takes one place in each of these pools.';
select bilten.protect('bilten.ticket_type_pools', 'select, insert, delete');

create table bilten.holds (
    tenant_id      uuid not null references platform.tenants (id),
    id             uuid not null,
    event_id       uuid not null,
    state          text not null check (state in ('held', 'pinned', 'converted', 'cancelling', 'released')),
    currency       text not null,
    expires_at     timestamptz not null,
    extended_at    timestamptz,
    attempt_id     uuid,
    pinned_at      timestamptz,
    request_key    text,
    request_hash   bytea,
    created_at     timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    check (state in ('converted', 'released') or (state in ('pinned', 'cancelling')) = (attempt_id is not null))
);
create unique index holds_request on bilten.holds (tenant_id, request_key) where request_key is not null;
create index holds_expiring on bilten.holds (tenant_id, event_id, expires_at) where state = 'held';
create index holds_pinned on bilten.holds (tenant_id, pinned_at) where state in ('pinned', 'cancelling');
comment on table bilten.holds is 'Stock that somebody has in a cart. A pinned hold never expires by the clock.';
select bilten.protect('bilten.holds', 'select, insert, update');

create table bilten.hold_lines (
    tenant_id        uuid not null references platform.tenants (id),
    hold_id          uuid not null,
    ticket_type_id   uuid not null,
    quantity         integer not null check (quantity > 0),
    unit_price_minor bigint not null check (unit_price_minor >= 0),
    primary key (tenant_id, hold_id, ticket_type_id),
    foreign key (tenant_id, hold_id) references bilten.holds (tenant_id, id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id)
);
comment on column bilten.hold_lines.unit_price_minor is 'Price when the hold was made; it is kept for as long as the hold lives.';
select bilten.protect('bilten.hold_lines', 'select, insert');
