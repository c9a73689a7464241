-- Seats: an event may have a plan of sections and rows, of which ticket types sell the seats, and holds take them.
set lock_timeout = '5s';

create table bilten.seat_sections (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    event_id     uuid not null,
    name         text not null check (length(name) between 1 and 60),
    position     integer not null check (position >= 0),
    is_withdrawn boolean not null default false,
    primary key (tenant_id, id),
    unique (tenant_id, event_id, name),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id)
);
comment on table bilten.seat_sections is 'Sections of an event''s seat plan, the best first. They are withdrawn, never deleted.';
select bilten.protect('bilten.seat_sections', 'select, insert, update');

create table bilten.seat_rows (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    event_id     uuid not null,
    section_id   uuid not null,
    label        text not null check (length(label) between 1 and 60),
    position     integer not null check (position >= 0),
    layout       text not null check (length(layout) between 1 and 200),
    numbers      text not null,
    taken        text not null check (length(taken) = length(layout)),
    free         integer not null check (free >= 0),
    is_withdrawn boolean not null default false,
    primary key (tenant_id, id),
    unique (tenant_id, section_id, label),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    foreign key (tenant_id, section_id) references bilten.seat_sections (tenant_id, id)
) with (fillfactor = 70);
create index seat_rows_event on bilten.seat_rows (tenant_id, event_id);
comment on table bilten.seat_rows is
    'Rows of seats, the best first. Who changes one holds a pool of the event. They are withdrawn, never deleted.';
comment on column bilten.seat_rows.layout is
    'A letter for each place: s seat, w wheelchair place, c companion''s seat, a dot for a gap; a capital letter is blocked.';
comment on column bilten.seat_rows.numbers is 'Numbers of the places, separated by spaces; a hyphen for a gap.';
comment on column bilten.seat_rows.taken is 'A digit for each place: 1 when a live hold has it.';
comment on column bilten.seat_rows.free is 'Seats that nobody has and that are not blocked.';
select bilten.protect('bilten.seat_rows', 'select, insert, update');

alter table bilten.ticket_types add column seat_kind text check (seat_kind in ('seat', 'wheelchair', 'companion'));
comment on column bilten.ticket_types.seat_kind is 'Kind of seat that each ticket takes in one of the type''s sections; nothing when it takes none.';

create table bilten.ticket_type_sections (
    tenant_id      uuid not null references platform.tenants (id),
    ticket_type_id uuid not null,
    section_id     uuid not null,
    primary key (tenant_id, ticket_type_id, section_id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id),
    foreign key (tenant_id, section_id) references bilten.seat_sections (tenant_id, id)
);
create index ticket_type_sections_section on bilten.ticket_type_sections (tenant_id, section_id);
comment on table bilten.ticket_type_sections is 'Sections in which the tickets of a type take seats.';
select bilten.protect('bilten.ticket_type_sections', 'select, insert, delete');

alter table bilten.holds add column seating text check (seating in ('together', 'apart'));
comment on column bilten.holds.seating is 'Whether its seats are next to each other; nothing when it has none.';

create table bilten.hold_seats (
    tenant_id      uuid not null references platform.tenants (id),
    hold_id        uuid not null,
    event_id       uuid not null,
    ticket_type_id uuid not null,
    ordinal        integer not null check (ordinal >= 1),
    row_id         uuid not null,
    position       integer not null check (position >= 0),
    is_live        boolean not null,
    primary key (tenant_id, hold_id, row_id, position)
);
create unique index hold_seats_once on bilten.hold_seats (tenant_id, row_id, position) where is_live;
comment on table bilten.hold_seats is
    'Who has which seat. No two live holds have the same one: the unique index has the last word. A released hold remembers its seats.';
comment on column bilten.hold_seats.ordinal is 'Tells the seats of one type in the hold apart, from 1: the n-th ticket of the type has the n-th seat.';
comment on column bilten.hold_seats.position is 'Place in the row, from 0.';
select bilten.require_parents('bilten.hold_seats',
    'holds', 'hold_id,event_id', 'id,event_id',
    'seat_rows', 'row_id,event_id', 'id,event_id');
select bilten.protect('bilten.hold_seats', 'select, insert, update');

alter table bilten.tickets add column seat_section text, add column seat_row text, add column seat_number text;
comment on column bilten.tickets.seat_section is 'Section of its seat, when it has one; a seat that is taken keeps its labels.';
