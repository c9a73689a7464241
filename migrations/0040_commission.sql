-- The tenant's share of the fees that the platform takes: on what terms it is settled, what was settled of each event, and the
-- transfers that pay it.
set lock_timeout = '5s';

create table bilten.commission_terms (
    tenant_id  uuid not null references platform.tenants (id),
    every      text not null check (every in ('week', 'month')),
    after_days integer not null check (after_days between 0 and 365),
    updated_at timestamptz not null,
    primary key (tenant_id)
);
comment on table bilten.commission_terms is 'How often the tenant''s commission is settled, and how long after an event it cannot be returned any more.';
select bilten.protect('bilten.commission_terms', 'select, insert, update');

create table bilten.commission_settlements (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    provider     text not null,
    account      text,
    currency     text not null,
    amount_minor bigint not null check (amount_minor > 0),
    given_minor  bigint not null,
    state        text not null check (state in ('owed', 'submitting', 'sent', 'reversed')),
    provider_ref text,
    reversal_ref text,
    failure      text,
    tries        integer not null,
    next_at      timestamptz not null,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (tenant_id, id)
);
create index commission_settlements_open on bilten.commission_settlements (tenant_id, next_at) where state in ('owed', 'submitting');
comment on table bilten.commission_settlements is 'Commission that is paid to the tenant by one transfer from the platform. Written before the provider is called.';
comment on column bilten.commission_settlements.account is 'The tenant''s own account that it is sent to; none where the provider has no accounts.';
comment on column bilten.commission_settlements.given_minor is 'Commission that was earned and went back to buyers with the platform''s fee; below zero where such a refund failed later.';
comment on column bilten.commission_settlements.failure is 'Why the last try was refused.';
select bilten.protect('bilten.commission_settlements', 'select, insert, update');

create table bilten.commission_shares (
    tenant_id     uuid not null references platform.tenants (id),
    settlement_id uuid not null,
    event_id      uuid not null,
    amount_minor  bigint not null,
    given_minor   bigint not null,
    primary key (tenant_id, settlement_id, event_id),
    foreign key (tenant_id, settlement_id) references bilten.commission_settlements (tenant_id, id)
);
create index commission_shares_by_event on bilten.commission_shares (tenant_id, event_id);
comment on table bilten.commission_shares is 'What of a settlement is of which event; below zero where more went back than was settled before. Insert only.';
select bilten.protect('bilten.commission_shares', 'select, insert');

alter table bilten.balance_lines drop constraint balance_lines_kind_check;
alter table bilten.balance_lines add constraint balance_lines_kind_check
    check (kind in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal', 'fee', 'payout', 'payout_failure',
                    'transfer', 'transfer_reversal', 'other'));
alter table bilten.balance_lines drop constraint balance_lines_subject_check;
alter table bilten.balance_lines add constraint balance_lines_subject_check
    check (subject in ('payment', 'refund', 'refund_back', 'dispute', 'dispute_won', 'payout', 'payout_back', 'transfer',
                       'transfer_back', 'fee'));

alter table platform.money_stands
    add column commission_minor bigint not null default 0,
    add column commission_open bigint not null default 0;
comment on column platform.money_stands.commission_minor is 'What the platform owes the tenant of its fees.';
comment on column platform.money_stands.commission_open is 'Settlements of it that no provider has taken yet.';
