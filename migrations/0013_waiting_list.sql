-- Waiting lists: who wants places that come back, in the order of joining. An offer is a hold with a deadline of its own.
set lock_timeout = '5s';

alter table bilten.holds add column latest_end timestamptz;
comment on column bilten.holds.latest_end is 'The hold ends by then, however often it is extended or its payment declined; null means so long after it was made as any cart may last.';

create table bilten.waitlist_entries (
    tenant_id   uuid not null references platform.tenants (id),
    id          uuid not null,
    event_id    uuid not null,
    state       text not null check (state in ('waiting', 'offered', 'accepted', 'declined', 'lapsed', 'left', 'closed')),
    email       text not null,
    email_norm  text not null,
    name        text not null,
    locale      text not null,
    party_size  integer not null check (party_size between 1 and 100),
    min_party   integer not null,
    joined_at   timestamptz not null,
    told_at     timestamptz not null,
    passed_at   timestamptz,
    hold_id     uuid,
    offered_at  timestamptz,
    offer_until timestamptz,
    ended_at    timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    -- The entry is taken before its hold is written, so that somebody who leaves at that moment gets none.
    foreign key (tenant_id, hold_id) references bilten.holds (tenant_id, id) deferrable initially deferred,
    constraint waitlist_least check (min_party between 1 and party_size),
    constraint waitlist_offer_is_a_hold check ((state in ('offered', 'accepted', 'declined', 'lapsed')) = (hold_id is not null)),
    constraint waitlist_offer_has_a_deadline check ((hold_id is null) = (offered_at is null) and (hold_id is null) = (offer_until is null))
);
create unique index waitlist_one_per_address on bilten.waitlist_entries (tenant_id, event_id, email_norm) where state in ('waiting', 'offered');
create unique index waitlist_one_per_hold on bilten.waitlist_entries (tenant_id, hold_id) where hold_id is not null;
create index waitlist_waiting on bilten.waitlist_entries (tenant_id, event_id, joined_at, id) where state = 'waiting';
create index waitlist_offered on bilten.waitlist_entries (tenant_id, event_id, id) where state = 'offered';
create index waitlist_by_event on bilten.waitlist_entries (tenant_id, event_id, joined_at, id);
comment on table bilten.waitlist_entries is 'Who waits for places of an event that come back; each is offered places once.';
comment on column bilten.waitlist_entries.min_party is 'Fewest places that are worth an offer; as many as the party has when it stays together.';
comment on column bilten.waitlist_entries.told_at is 'When the mail about the entry was last asked for.';
comment on column bilten.waitlist_entries.passed_at is 'When others were served first for the first time, because too few places were free at once.';
select bilten.protect('bilten.waitlist_entries', 'select, insert, update, delete');

create table bilten.waitlist_entry_types (
    tenant_id      uuid not null references platform.tenants (id),
    entry_id       uuid not null,
    ticket_type_id uuid not null,
    primary key (tenant_id, entry_id, ticket_type_id),
    foreign key (tenant_id, entry_id) references bilten.waitlist_entries (tenant_id, id),
    foreign key (tenant_id, ticket_type_id) references bilten.ticket_types (tenant_id, id)
);
create index waitlist_entry_types_type on bilten.waitlist_entry_types (tenant_id, ticket_type_id, entry_id);
comment on table bilten.waitlist_entry_types is 'Ticket types of which any will do.';
select bilten.protect('bilten.waitlist_entry_types', 'select, insert, delete');
