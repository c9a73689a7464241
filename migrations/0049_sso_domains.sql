-- Mail domains that tenants have proved to be theirs, and whether their staff must log in at an identity provider.
set lock_timeout = '5s';

create table bilten.sso_domains (
    tenant_id   uuid not null references platform.tenants (id),
    domain      text not null check (domain = lower(domain) and length(domain) between 3 and 253),
    token       text not null,
    verified_at timestamptz,
    checked_at  timestamptz,
    created_at  timestamptz not null,
    primary key (tenant_id, domain)
);
comment on table bilten.sso_domains is 'Mail domains of the tenant''s staff.';
comment on column bilten.sso_domains.token is 'What a TXT record of the domain must say; it is no secret.';
select bilten.protect('bilten.sso_domains', 'select, insert, update, delete');

create table bilten.sso_policies (
    tenant_id     uuid not null references platform.tenants (id),
    connection_id uuid not null,
    enforced_at   timestamptz not null,
    primary key (tenant_id),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
comment on table bilten.sso_policies is 'While a row stands, passwords open the console to nobody but those of sso_break_glass.';
select bilten.protect('bilten.sso_policies', 'select, insert, update, delete');

create table bilten.sso_break_glass (
    tenant_id  uuid not null references platform.tenants (id),
    account_id uuid not null,
    created_at timestamptz not null,
    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
comment on table bilten.sso_break_glass is 'Owners who get in by password although log-in at a provider is enforced; two at most.';
select bilten.protect('bilten.sso_break_glass', 'select, insert, delete');

create table platform.mail_domains (
    domain     text primary key check (domain = lower(domain)),
    tenant_id  uuid not null references platform.tenants (id),
    created_at timestamptz not null
);
create index mail_domains_tenant on platform.mail_domains (tenant_id);
comment on table platform.mail_domains is 'Which tenant a verified mail domain belongs to: one in the whole platform.';
grant select, insert, delete on platform.mail_domains to bilten_platform;
