-- Taxes by who buys: tickets that are attended from elsewhere, what a buyer told of himself, and what registers said of his number.
set lock_timeout = '5s';

alter table bilten.ticket_types add column attendance text not null default 'physical' check (attendance in ('physical', 'virtual'));
comment on column bilten.ticket_types.attendance is
    'Whether who holds such a ticket goes there, or watches from where he is; what is watched is taxed by who buys.';

alter table bilten.orders add column buyer_tax jsonb;
comment on column bilten.orders.buyer_tax is
    'Country, company and number for value added tax that the buyer told, what a register said, and how the order is taxed. Null where nobody was asked.';
grant update (unit_price_minor, full_price_minor) on bilten.order_lines to bilten_app;

create table bilten.vat_checks (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    number       text not null check (length(number) between 1 and 40),
    register     text not null check (register in ('vies', 'uid', 'brreg')),
    answer       text not null check (answer in ('valid', 'invalid', 'unavailable')),
    fault        text check (length(fault) between 1 and 60),
    consultation text check (length(consultation) between 1 and 60),
    name         text check (length(name) between 1 and 300),
    requester    text check (length(requester) between 1 and 40),
    asked_at     timestamptz not null,
    primary key (tenant_id, id),
    check ((answer = 'unavailable') = (fault is not null))
);
create index vat_checks_number on bilten.vat_checks (tenant_id, number, asked_at);
comment on table bilten.vat_checks is
    'Evidence: which number for value added tax was asked about, and what the register answered. Rows never change.';
comment on column bilten.vat_checks.fault is 'Why there is no answer yet, as the register or the line calls it.';
comment on column bilten.vat_checks.consultation is 'Number by which the register proves that it was asked.';
comment on column bilten.vat_checks.name is 'Name that the register gave; it is kept nowhere else.';
comment on column bilten.vat_checks.requester is 'Number of the shop, with which it asked.';
select bilten.protect('bilten.vat_checks', 'select, insert');

create table bilten.tax_corrections (
    tenant_id  uuid not null references platform.tenants (id),
    order_id   uuid not null,
    check_id   uuid not null,
    currency   text not null,
    tax_minor  bigint not null check (tax_minor > 0),
    found_at   timestamptz not null,
    done_at    timestamptz,
    done_by    text check (length(done_by) <= 200),
    primary key (tenant_id, order_id),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id),
    foreign key (tenant_id, check_id) references bilten.vat_checks (tenant_id, id)
);
create index tax_corrections_check on bilten.tax_corrections (tenant_id, check_id);
comment on table bilten.tax_corrections is
    'Orders that were taxed because a register did not answer, and whose number turned out to be valid later: staff decide.';
comment on column bilten.tax_corrections.tax_minor is 'Tax that was taken of what would have been free of it.';
select bilten.protect('bilten.tax_corrections', 'select, insert, update');
