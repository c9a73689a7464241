-- Payees: accounts at a payment provider that take the buyers' money, what the provider still wants to know of them, and
-- the directory that finds the tenant of an account. Attempts remember the account and the platform's part.
set lock_timeout = '5s';

alter table bilten.payment_attempts
    add column provider_account text,
    add column application_fee_minor bigint not null default 0 check (application_fee_minor >= 0);
comment on column bilten.payment_attempts.provider_account is 'Account that takes the money; questions and refunds go to it also when the payee has another one by then.';
comment on column bilten.payment_attempts.application_fee_minor is 'Part of the amount that is the platform''s.';

create table bilten.payee_accounts (
    tenant_id          uuid not null references platform.tenants (id),
    id                 uuid not null,
    provider           text not null,
    account            text,
    profile            text not null check (profile in ('managed', 'self_managed')),
    state              text not null check (state in ('creating', 'onboarding', 'active', 'restricted', 'closed')),
    country            text not null,
    currency           text,
    charges_enabled    boolean not null default false,
    payouts_enabled    boolean not null default false,
    can_take_cards     boolean not null default false,
    disabled_reason    text,
    requirements       jsonb not null default '{}',
    current_deadline   timestamptz,
    fee_rate_bp        integer not null default 0 check (fee_rate_bp between 0 and 5000),
    told_at            timestamptz,
    swept_at           timestamptz,
    created_at         timestamptz not null,
    updated_at         timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, provider, account)
);
create unique index one_open_payee on bilten.payee_accounts (tenant_id, provider) where state <> 'closed';
comment on table bilten.payee_accounts is 'Accounts at payment providers that take the buyers'' money, as the provider last told of them.';
comment on column bilten.payee_accounts.account is 'The provider''s name of the account; none until the provider has made it.';
comment on column bilten.payee_accounts.country is 'Two capital letters (ISO 3166-1).';
comment on column bilten.payee_accounts.state is 'active is the selling gate: cards are taken and nothing is disabled.';
comment on column bilten.payee_accounts.requirements is 'Names of the facts that the provider wants, by urgency; never the facts.';
comment on column bilten.payee_accounts.fee_rate_bp is 'The platform''s part of each payment, in hundredths of a per cent.';
comment on column bilten.payee_accounts.told_at is 'When the provider told all this.';
comment on column bilten.payee_accounts.swept_at is 'When notices were looked for that never arrived.';
select bilten.protect('bilten.payee_accounts', 'select, insert, update');

create table platform.payee_directory (
    provider   text not null,
    account    text not null,
    tenant_id  uuid not null references platform.tenants (id),
    created_at timestamptz not null,
    primary key (provider, account)
);
create index payee_directory_tenant on platform.payee_directory (tenant_id);
comment on table platform.payee_directory is 'Which tenant an account at a payment provider belongs to; insert only.';
grant select, insert on platform.payee_directory to bilten_platform;

alter table bilten.provider_events
    add column account text,
    add column kind text,
    add column sealed bytea,
    alter column payload drop not null;
comment on column bilten.provider_events.account is 'Account on which it happened; it must be that of the attempt.';
comment on column bilten.provider_events.sealed is 'The notice as it came, encrypted; new rows have no clear payload.';

-- Whoever owns a tenant may open its account; tenants that were made before learn of the new right here.
do $$
declare
    found uuid;
begin
    for found in select id from platform.tenants loop
        perform set_config('bilten.tenant_id', found::text, true);
        insert into bilten.role_permissions (tenant_id, role, permission)
        select distinct tenant_id, role, 'payee.manage' from bilten.role_permissions
        where role = 'owner' on conflict do nothing;
    end loop;
end
$$;
