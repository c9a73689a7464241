-- Passkeys of staff (Web Authentication): public keys, and ceremonies that are half done.
set lock_timeout = '5s';

create table bilten.passkeys (
    tenant_id     uuid not null references platform.tenants (id),
    id            uuid not null,
    account_id    uuid not null,
    host          text not null,
    credential_id bytea not null check (octet_length(credential_id) between 1 and 1023),
    name          text not null check (name <> ''),
    key           jsonb not null,
    created_at    timestamptz not null,
    used_at       timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, credential_id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index passkeys_account on bilten.passkeys (tenant_id, account_id);
comment on table bilten.passkeys is 'Passkeys of staff; what is kept opens nothing.';
comment on column bilten.passkeys.host is 'Host that the passkey is bound to by the browser; it is good nowhere else.';
comment on column bilten.passkeys.key is 'Public key, counter and flags, as the library for Web Authentication keeps them.';
select bilten.protect('bilten.passkeys', 'select, insert, update, delete');

create table bilten.passkey_ceremonies (
    tenant_id  uuid not null references platform.tenants (id),
    token_hash bytea not null check (octet_length(token_hash) = 32),
    purpose    text not null check (purpose in ('register', 'log_in', 'second', 'confirm')),
    account_id uuid,
    host       text not null,
    state      jsonb not null,
    expires_at timestamptz not null,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index passkey_ceremonies_account on bilten.passkey_ceremonies (tenant_id, account_id);
create index passkey_ceremonies_expiry on bilten.passkey_ceremonies (tenant_id, expires_at);
comment on table bilten.passkey_ceremonies is 'Challenges that wait for their answer; each is taken once.';
comment on column bilten.passkey_ceremonies.account_id is 'Whose passkey must answer; null at a log-in, where the passkey says whose it is.';
select bilten.protect('bilten.passkey_ceremonies', 'select, insert, delete');
