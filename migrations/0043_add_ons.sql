-- Ticket types that admit nobody: parking, a programme, a dinner. They are bought beside tickets that admit.
set lock_timeout = '5s';

alter table bilten.ticket_types add column per_admission integer check (per_admission between 1 and 20);
comment on column bilten.ticket_types.per_admission is
    'Makes the type an add-on: so many of it may stand in a cart for each ticket in it that admits. Nothing for types that admit.';
create index ticket_types_add_ons on bilten.ticket_types (tenant_id, event_id) where per_admission is not null;

alter table bilten.check_ins add column is_add_on boolean not null default false;
comment on column bilten.check_ins.is_add_on is 'Whether an add-on was redeemed: nobody came in by it.';
