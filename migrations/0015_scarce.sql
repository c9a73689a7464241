-- Everything scarce goes through the stock engine: price tiers and promo codes count in pools, buyers count over their
-- orders, and seats are taken by holds.
set lock_timeout = '5s';

alter table bilten.capacity_pools add column purpose text not null default 'places'
    check (purpose in ('places', 'promo', 'tier'));
comment on column bilten.capacity_pools.purpose is
    'What is counted: places, uses of a promo code, or tickets at the price of a tier. Pools are locked in the order of purpose and id.';
create index capacity_pools_by_purpose on bilten.capacity_pools (tenant_id, event_id, purpose, id);
drop index bilten.capacity_pools_event;

create table bilten.price_tiers (
    tenant_id      uuid not null references platform.tenants (id),
    ticket_type_id uuid not null,
    pool_id        uuid not null,
    position       integer not null check (position >= 0),
    name           text not null check (length(name) between 1 and 120),
    price_minor    bigint not null check (price_minor >= 0),
    ends_at        timestamptz,
    primary key (tenant_id, ticket_type_id, position),
    unique (tenant_id, pool_id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id),
    foreign key (tenant_id, pool_id) references bilten.capacity_pools (tenant_id, id)
);
comment on table bilten.price_tiers is
    'Prices of a type before its own price: each for as many tickets as its pool has room for. Withdrawn tiers are deleted, their pools stay.';
select bilten.protect('bilten.price_tiers', 'select, insert, update, delete');

alter table bilten.hold_lines add column part smallint not null default 0 check (part >= 0);
comment on column bilten.hold_lines.part is 'Tells lines of one type at several prices apart.';
alter table bilten.hold_lines add column tier_pool_id uuid;
comment on column bilten.hold_lines.tier_pool_id is 'Pool of the tier whose price the line has; nothing at the type''s own price.';
alter table bilten.hold_lines add foreign key (tenant_id, tier_pool_id) references bilten.capacity_pools (tenant_id, id);
alter table bilten.hold_lines drop constraint hold_lines_pkey;
alter table bilten.hold_lines add primary key (tenant_id, hold_id, ticket_type_id, part);
create index hold_lines_tier on bilten.hold_lines (tenant_id, hold_id) where tier_pool_id is not null;

-- A type stands in several lines of an order when it was bought at several prices.
create index order_lines_order on bilten.order_lines (tenant_id, order_id, ticket_type_id);
alter table bilten.order_lines drop constraint order_lines_tenant_id_order_id_ticket_type_id_key;

alter table bilten.events add column max_per_person integer check (max_per_person between 1 and 1000);
comment on column bilten.events.max_per_person is 'Most tickets of the event that one person may have over all his orders.';
alter table bilten.ticket_types add column max_per_person integer check (max_per_person between 1 and 1000);
comment on column bilten.ticket_types.max_per_person is 'Most tickets of the type that one person may have over all his orders.';
alter table bilten.holds add column limits_persons boolean not null default false;
comment on column bilten.holds.limits_persons is 'A limit per person stood when the hold was made: its order is counted as somebody''s.';

create table bilten.person_counts (
    tenant_id      uuid not null references platform.tenants (id),
    event_id       uuid not null,
    ticket_type_id uuid not null,
    identity       bytea not null,
    tickets        integer not null check (tickets >= 0),
    most           integer not null check (most >= 0),
    primary key (tenant_id, event_id, ticket_type_id, identity),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    constraint never_too_many check (tickets <= most)
);
comment on table bilten.person_counts is
    'Tickets of a person when he last got some; its row is the lock under which his live holds are counted.';
comment on column bilten.person_counts.ticket_type_id is 'Type that is counted; the nil id for the whole event.';
comment on column bilten.person_counts.identity is 'Hash of the tenant, the kind (such as mail) and the normalised value.';
comment on column bilten.person_counts.most is 'Limit under which the count was written.';
select bilten.protect('bilten.person_counts', 'select, insert, update');

create table bilten.hold_persons (
    tenant_id uuid not null references platform.tenants (id),
    hold_id   uuid not null,
    kind      text not null check (kind in ('mail')),
    event_id  uuid not null,
    identity  bytea not null,
    primary key (tenant_id, hold_id, identity),
    foreign key (tenant_id, hold_id) references bilten.holds (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id)
);
create index hold_persons_identity on bilten.hold_persons (tenant_id, event_id, identity);
comment on table bilten.hold_persons is 'Whose a hold is, where a limit per person stands. It counts as long as the hold is alive.';
select bilten.protect('bilten.hold_persons', 'select, insert, update, delete');
