-- Hosts on which wallets are offered.
create table bilten.wallet_hosts (
    tenant_id  uuid not null references platform.tenants (id),
    provider   text not null,
    account    text not null,
    host       text not null,
    state      text not null check (state in ('wanted', 'active', 'inactive', 'removed')),
    apple_pay  boolean not null default false,
    google_pay boolean not null default false,
    reason     text check (length(reason) <= 500),
    checked_at timestamptz,
    updated_at timestamptz not null,
    primary key (tenant_id, provider, account, host)
);
comment on table bilten.wallet_hosts is 'Hosts of a tenant that its accounts register with the provider, so that buyers can pay with the wallets of their telephones.';
comment on column bilten.wallet_hosts.reason is 'Why a wallet is not offered, in the provider''s words.';
select bilten.protect('bilten.wallet_hosts', 'select, insert, update');
