-- Staff of a tenant, what they may do, and the keys of programs.
set lock_timeout = '5s';

create table bilten.accounts (
    tenant_id     uuid not null references platform.tenants (id),
    id            uuid not null,
    email         text not null,
    email_norm    text not null,
    name          text not null,
    password_hash text not null,
    disabled_at   timestamptz,
    created_at    timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, email_norm)
);
comment on table bilten.accounts is 'People of the tenant''s staff.';
select bilten.protect('bilten.accounts', 'select, insert, update');

create table bilten.sessions (
    tenant_id    uuid not null references platform.tenants (id),
    token_hash   bytea not null check (octet_length(token_hash) = 32),
    account_id   uuid not null,
    csrf_token   text not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index sessions_account on bilten.sessions (tenant_id, account_id);
comment on table bilten.sessions is 'Sessions of staff; only the hash of the cookie''s token is kept.';
select bilten.protect('bilten.sessions', 'select, insert, update, delete');

create table bilten.login_failures (
    tenant_id    uuid not null references platform.tenants (id),
    subject_hash bytea not null,
    failures     integer not null,
    locked_until timestamptz,
    updated_at   timestamptz not null,
    primary key (tenant_id, subject_hash)
);
comment on table bilten.login_failures is 'Counts failed log-ins per address and per network.';
select bilten.protect('bilten.login_failures', 'select, insert, update, delete');

create table bilten.organizers (
    tenant_id  uuid not null references platform.tenants (id),
    id         uuid not null,
    slug       text not null,
    name       text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, slug)
);
comment on table bilten.organizers is 'Who holds events inside a tenant; each event belongs to one.';
select bilten.protect('bilten.organizers', 'select, insert, update');

create table bilten.role_permissions (
    tenant_id  uuid not null references platform.tenants (id),
    role       text not null,
    permission text not null,
    primary key (tenant_id, role, permission)
);
comment on table bilten.role_permissions is 'What a role may do: the policy rules of Casbin.';
select bilten.protect('bilten.role_permissions', 'select, insert, delete');

create table bilten.memberships (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    account_id   uuid not null,
    role         text not null,
    organizer_id uuid,
    created_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id),
    foreign key (tenant_id, organizer_id) references bilten.organizers (tenant_id, id)
);
create index memberships_account on bilten.memberships (tenant_id, account_id);
comment on column bilten.memberships.organizer_id is 'Scope of the role; null means the whole tenant.';
select bilten.protect('bilten.memberships', 'select, insert, update, delete');

create table bilten.api_keys (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    name         text not null,
    token_hash   bytea not null check (octet_length(token_hash) = 32),
    scopes       text not null,
    created_at   timestamptz not null,
    revoked_at   timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash)
);
comment on table bilten.api_keys is 'Keys of programs; only their hash is kept.';
comment on column bilten.api_keys.scopes is 'Names of scopes, separated by spaces.';
select bilten.protect('bilten.api_keys', 'select, insert, update');
