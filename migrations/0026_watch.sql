-- The last proof of each tenant's money is kept, and what operators must know of it without looking into a tenant.
set lock_timeout = '5s';

create table bilten.money_proofs (
    tenant_id  uuid not null references platform.tenants (id),
    state      text not null check (state in ('sound', 'suspected', 'off')),
    changed_at timestamptz not null,
    proven_at  timestamptz not null,
    next_xact  bigint not null,
    checks     jsonb not null,
    funds      jsonb not null,
    primary key (tenant_id)
);
comment on table bilten.money_proofs is 'The last look at whether a tenant''s money is where the books say it is. Payouts stand still unless it was sound.';
comment on column bilten.money_proofs.changed_at is 'Since when the state is what it is.';
comment on column bilten.money_proofs.next_xact is 'First database transaction that the look may not have seen.';
comment on column bilten.money_proofs.checks is 'What was compared: code, currency, what the books say, what the other side says.';
comment on column bilten.money_proofs.funds is 'What provider, books and orders say, by provider and currency.';
select bilten.protect('bilten.money_proofs', 'select, insert, update');

create table platform.money_stands (
    tenant_id         uuid not null references platform.tenants (id),
    currency          text not null,
    told_at           timestamptz not null,
    held_minor        bigint not null,
    clearing_minor    bigint not null,
    unexplained_minor bigint not null,
    exposed_minor     bigint not null,
    failed_payouts    bigint not null,
    primary key (tenant_id, currency)
);
comment on table platform.money_stands is 'How a tenant''s money stood at the last look: sums only, told by the tenant''s own job.';
comment on column platform.money_stands.exposed_minor is 'Paid out for events that are not over.';
comment on column platform.money_stands.failed_payouts is 'Payouts that came back in the last thirty days.';

create table platform.money_verdicts (
    tenant_id  uuid not null references platform.tenants (id),
    state      text not null check (state in ('sound', 'suspected', 'off')),
    changed_at timestamptz not null,
    proven_at  timestamptz not null,
    primary key (tenant_id)
);
comment on table platform.money_verdicts is 'Whether a tenant''s money was where its books say at the last look.';

create table platform.money_months (
    tenant_id      uuid not null references platform.tenants (id),
    currency       text not null,
    month          date not null,
    sales          bigint not null,
    gross_minor    bigint not null,
    back_minor     bigint not null,
    fees_minor     bigint not null,
    refunds        bigint not null,
    disputes       bigint not null,
    disputed_minor bigint not null,
    primary key (tenant_id, currency, month)
);
create index money_months_by_month on platform.money_months (month, currency);
comment on table platform.money_months is 'What a tenant sold in a month (UTC), what went back, and the platform''s fees: sums only.';
comment on column platform.money_months.back_minor is 'What went back to buyers: given back, less what was kept of it.';
comment on column platform.money_months.fees_minor is 'Fees of the platform, less those that it gave back.';
grant select, insert, update, delete on platform.money_stands, platform.money_verdicts, platform.money_months to bilten_platform;
