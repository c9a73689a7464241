-- Waiting rooms: one row an event, however many wait; and a row for each who was let in.
set lock_timeout = '5s';

create table bilten.waiting_rooms (
    tenant_id    uuid not null references platform.tenants (id),
    event_id     uuid not null,
    round_id     uuid not null,
    mode         text not null check (mode in ('off', 'on', 'auto')),
    opens_at     timestamptz,
    per_minute   integer not null check (per_minute between 1 and 100000),
    pass_minutes integer not null check (pass_minutes between 2 and 120),
    auto_wait_s  integer not null check (auto_wait_s between 1 and 600),
    message      text not null default '' check (length(message) <= 500),
    seed         bytea not null check (length(seed) = 32),
    next_seat    bigint not null default 0 check (next_seat >= 0),
    drawn_count  bigint check (drawn_count between 0 and next_seat),
    base_count   bigint not null default 0 check (base_count >= 0),
    base_at      timestamptz not null,
    is_paused    boolean not null default false,
    joined_at    timestamptz,
    version      bigint not null default 1,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (tenant_id, event_id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    check (drawn_count is null or opens_at is not null)
) with (fillfactor = 50);
comment on table bilten.waiting_rooms is 'The queue before an event''s sale. Who waits has a signed token and no row.';
comment on column bilten.waiting_rooms.round_id is 'Changes each time the room is switched on anew; tokens of another round count for nothing.';
comment on column bilten.waiting_rooms.opens_at is 'When the draw is and people are let in; null while a room that opens by itself is closed.';
comment on column bilten.waiting_rooms.auto_wait_s is 'Expected wait for stock, in seconds, from which on the room opens by itself.';
comment on column bilten.waiting_rooms.seed is 'Decides the draw. Its hash is public before the draw, itself after it.';
comment on column bilten.waiting_rooms.next_seat is 'Number of seats given out; the next one has this number.';
comment on column bilten.waiting_rooms.drawn_count is 'Seats that took part in the draw; null before it.';
comment on column bilten.waiting_rooms.base_count is 'Places let in up to base_at; from then on per_minute tells.';
comment on column bilten.waiting_rooms.joined_at is 'When somebody came last; a room that opened by itself closes when nobody comes any more.';
select bilten.protect('bilten.waiting_rooms', 'select, insert, update');

create table bilten.waiting_room_passes (
    tenant_id  uuid not null references platform.tenants (id),
    event_id   uuid not null,
    round_id   uuid not null,
    seat       bigint not null check (seat >= 0),
    device     bytea not null check (length(device) = 32),
    first_at   timestamptz not null,
    ends_at    timestamptz not null check (ends_at > first_at),
    primary key (tenant_id, event_id, round_id, seat),
    unique (tenant_id, event_id, round_id, device),
    foreign key (tenant_id, event_id) references bilten.waiting_rooms (tenant_id, event_id)
);
create index waiting_room_passes_end on bilten.waiting_room_passes (tenant_id, ends_at);
comment on table bilten.waiting_room_passes is 'Who was let in: a seat is used once, and a device has one.';
comment on column bilten.waiting_room_passes.device is 'Hash of the secret that the browser keeps; says nothing about the person.';
comment on column bilten.waiting_room_passes.ends_at is 'Until when tickets may be chosen; moves when more time is asked for.';
select bilten.protect('bilten.waiting_room_passes', 'select, insert, update, delete');
