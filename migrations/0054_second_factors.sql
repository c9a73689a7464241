-- Second factors of staff: authenticator apps, recovery codes, log-ins that are half done, and who must have one.
set lock_timeout = '5s';

alter table bilten.security_settings
    add column factor_duty text not null default 'nobody' check (factor_duty in ('nobody', 'deciders', 'trusted', 'everybody')),
    add column factor_grace_days integer not null default 7 check (factor_grace_days between 0 and 60),
    add column factor_since timestamptz,
    add column recovery_delay_hours integer not null default 24 check (recovery_delay_hours between 1 and 168);
comment on column bilten.security_settings.factor_duty is
    'Who must have a second factor: nobody, who decides about staff, who sees buyers or moves money, or everybody.';
comment on column bilten.security_settings.factor_since is 'When the duty was last made wider; days of grace count from here.';

comment on column bilten.security_settings.recovery_delay_hours is
    'Hours between an owner''s approval and the log-in without a lost factor.';

create table bilten.authenticators (
    tenant_id     uuid not null references platform.tenants (id),
    account_id    uuid not null,
    sealed_secret bytea not null,
    created_at    timestamptz not null,
    confirmed_at  timestamptz,
    last_step     bigint not null,
    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
comment on table bilten.authenticators is 'Authenticator app of an account; it counts once a code of it was shown.';
comment on column bilten.authenticators.sealed_secret is 'Encrypted under a key of the tenant.';
comment on column bilten.authenticators.last_step is 'Time step of the last code that was taken: none is taken twice.';
select bilten.protect('bilten.authenticators', 'select, insert, update, delete');

create table bilten.recovery_codes (
    tenant_id  uuid not null references platform.tenants (id),
    account_id uuid not null,
    code_hash  bytea not null check (octet_length(code_hash) = 32),
    created_at timestamptz not null,
    used_at    timestamptz,
    primary key (tenant_id, account_id, code_hash),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
comment on table bilten.recovery_codes is 'Codes that stand in for the authenticator, each once; kept as keyed hashes.';
select bilten.protect('bilten.recovery_codes', 'select, insert, update, delete');

create table bilten.login_steps (
    tenant_id  uuid not null references platform.tenants (id),
    token_hash bytea not null check (octet_length(token_hash) = 32),
    account_id uuid not null,
    way        text not null check (way in ('password', 'link')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index login_steps_account on bilten.login_steps (tenant_id, account_id);
comment on table bilten.login_steps is 'Log-ins of which the first step is done; they open nothing but the second.';
select bilten.protect('bilten.login_steps', 'select, insert, delete');

create table bilten.factor_recoveries (
    tenant_id   uuid not null references platform.tenants (id),
    id          uuid not null,
    account_id  uuid not null,
    state       text not null check (state in ('asked', 'approved', 'done', 'cancelled')),
    asked_at    timestamptz not null,
    approved_by uuid,
    due_at      timestamptz,
    ended_at    timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id),
    foreign key (tenant_id, approved_by) references bilten.accounts (tenant_id, id)
);
create unique index factor_recoveries_open on bilten.factor_recoveries (tenant_id, account_id)
    where state in ('asked', 'approved');
create index factor_recoveries_approver on bilten.factor_recoveries (tenant_id, approved_by);
comment on table bilten.factor_recoveries is 'Requests of staff who lost their second factor; an owner approves, and it ends after a delay.';
comment on column bilten.factor_recoveries.due_at is 'From then on the next log-in goes without the lost factor.';
select bilten.protect('bilten.factor_recoveries', 'select, insert, update');
