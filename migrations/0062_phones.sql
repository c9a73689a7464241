-- Codes by short message for staff, where a tenant allows them.
set lock_timeout = '5s';

alter table bilten.security_settings
    add column sms_prefixes text check (sms_prefixes <> '');
comment on column bilten.security_settings.sms_prefixes is
    'Beginnings of the numbers to which codes are sent, such as "+47 +46"; null means that none are sent.';

create table bilten.phones (
    tenant_id     uuid not null references platform.tenants (id),
    account_id    uuid not null,
    sealed_number bytea not null,
    hint          text not null,
    created_at    timestamptz not null,
    confirmed_at  timestamptz,
    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
comment on table bilten.phones is 'Telephone of an account; it counts once a code that was sent to it came back.';
comment on column bilten.phones.sealed_number is 'Encrypted under a key of the tenant.';
comment on column bilten.phones.hint is 'Last two digits.';
select bilten.protect('bilten.phones', 'select, insert, update, delete');

create table bilten.sms_codes (
    tenant_id  uuid not null references platform.tenants (id),
    id         uuid not null,
    account_id uuid not null,
    purpose    text not null check (purpose in ('phone', 'second', 'confirm')),
    host       text not null,
    locale     text not null,
    asked_at   timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index sms_codes_account on bilten.sms_codes (tenant_id, account_id, asked_at);
create index sms_codes_asked on bilten.sms_codes (tenant_id, asked_at);
comment on table bilten.sms_codes is 'Codes that were sent; the digits are derived and kept nowhere. Rows also count against the budget.';
comment on column bilten.sms_codes.host is 'Host that was asked: browsers fill the code in there alone.';
select bilten.protect('bilten.sms_codes', 'select, insert, update, delete');
