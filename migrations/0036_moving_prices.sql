-- Prices that move with demand: policies in versions that never change, what they did, and what they would have done.
set lock_timeout = '5s';

create table bilten.price_policies (
    tenant_id            uuid not null references platform.tenants (id),
    ticket_type_id       uuid not null,
    version              integer not null check (version > 0),
    event_id             uuid not null,
    floor_minor          bigint not null check (floor_minor > 0),
    ceiling_minor        bigint not null check (ceiling_minor <= 100000000),
    start_minor          bigint not null check (start_minor between floor_minor and ceiling_minor),
    step_minor           bigint not null check (step_minor > 0),
    min_interval_s       integer not null check (min_interval_s > 0),
    max_daily_move_minor bigint not null check (max_daily_move_minor > 0),
    curve                jsonb not null,
    tolerance_bp         integer not null check (tolerance_bp between 0 and 10000),
    freeze_s             integer not null check (freeze_s >= 0),
    starts_at            timestamptz not null,
    notice               text not null check (length(notice) <= 300),
    actor                text not null,
    created_at           timestamptz not null,
    primary key (tenant_id, ticket_type_id, version),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id)
);
create index price_policies_event on bilten.price_policies (tenant_id, event_id);
comment on table bilten.price_policies is
    'How the price of a ticket type may move with demand. A row never changes: a change is another version. Amounts are those of the list, without fees.';
comment on column bilten.price_policies.curve is 'What should be sold: hours before the event, and hundredths of a per cent of the places; the longest time first.';
comment on column bilten.price_policies.tolerance_bp is 'The price moves when the sale is off the curve by more than this, in hundredths of a per cent of the places.';
comment on column bilten.price_policies.freeze_s is 'The price stays from so long before the event.';
comment on column bilten.price_policies.starts_at is 'Nothing moves before; buyers are told until then.';
comment on column bilten.price_policies.notice is 'What buyers are told beside the range, in the shop''s own words.';
comment on column bilten.price_policies.actor is 'Who made the version.';
select bilten.protect('bilten.price_policies', 'select, insert');

alter table bilten.ticket_types add column policy_version integer check (policy_version > 0);
comment on column bilten.ticket_types.policy_version is
    'Version of the price policy that is on, which alone changes the price then. Null where the price stands still.';
create index ticket_types_moving on bilten.ticket_types (tenant_id, event_id) where policy_version is not null;

create table bilten.price_points (
    tenant_id      uuid not null references platform.tenants (id),
    ticket_type_id uuid not null,
    number         integer not null check (number > 0),
    event_id       uuid not null,
    at             timestamptz not null,
    before_minor   bigint not null check (before_minor >= 0),
    price_minor    bigint not null check (price_minor >= 0),
    shown_before   bigint not null check (shown_before >= 0),
    shown_price    bigint not null check (shown_price >= 0),
    cause          text not null check (cause in ('start', 'ahead', 'behind', 'bounds', 'stopped')),
    sold           bigint not null check (sold >= 0),
    capacity       bigint not null check (capacity >= 0),
    expected_bp    integer not null,
    moved_minor    bigint not null check (moved_minor >= 0),
    interest_bp    integer not null check (interest_bp >= 0),
    policy_version integer not null check (policy_version > 0),
    actor          text not null,
    primary key (tenant_id, ticket_type_id, number),
    unique (tenant_id, ticket_type_id, at),
    foreign key (tenant_id, ticket_type_id, policy_version) references bilten.price_policies (tenant_id, ticket_type_id, version),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    constraint moved check (price_minor <> before_minor or cause in ('start', 'stopped'))
);
create index price_points_event on bilten.price_points (tenant_id, event_id);
create index price_points_version on bilten.price_points (tenant_id, ticket_type_id, policy_version);
comment on table bilten.price_points is 'Every price that a policy has set, with why and what it looked at: sums over everybody. It only grows.';
comment on column bilten.price_points.shown_before is 'What buyers saw before, with everything in it, in minor units.';
comment on column bilten.price_points.shown_price is 'What buyers saw from then on, with everything in it, in minor units.';
comment on column bilten.price_points.sold is 'Tickets sold and in carts, of the scarcest pool.';
comment on column bilten.price_points.expected_bp is 'What the curve expected to be sold, in hundredths of a per cent of the places.';
comment on column bilten.price_points.moved_minor is 'What the price had moved in the 24 hours before, whatever the direction.';
comment on column bilten.price_points.interest_bp is 'How much the page was asked for, in hundredths of a per cent of what is usual.';
comment on column bilten.price_points.actor is 'Who did it: the program by the policy, or a person who stopped it.';
select bilten.protect('bilten.price_points', 'select, insert');
revoke update, delete, truncate on bilten.price_points from public, bilten_app, bilten_platform;

create table bilten.price_simulations (
    tenant_id           uuid not null references platform.tenants (id),
    ticket_type_id      uuid not null,
    version             integer not null,
    number              integer not null check (number > 0),
    source_type_id      uuid not null,
    tickets             bigint not null check (tickets >= 0),
    revenue_minor       bigint not null check (revenue_minor >= 0),
    fixed_revenue_minor bigint not null check (fixed_revenue_minor >= 0),
    moves               jsonb not null,
    actor               text not null,
    created_at          timestamptz not null,
    primary key (tenant_id, ticket_type_id, version, number),
    foreign key (tenant_id, ticket_type_id, version) references bilten.price_policies (tenant_id, ticket_type_id, version),
    foreign key (tenant_id, source_type_id) references bilten.ticket_types (tenant_id, id)
);
create index price_simulations_source on bilten.price_simulations (tenant_id, source_type_id);
comment on table bilten.price_simulations is 'What a version of a price policy would have done to a sale; only a version with a row here can be switched on.';
comment on column bilten.price_simulations.source_type_id is 'Ticket type whose sale it ran along.';
comment on column bilten.price_simulations.moves is 'When the price would have moved, where to, and why.';
select bilten.protect('bilten.price_simulations', 'select, insert');
