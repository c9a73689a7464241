-- Directory of tenants (schema platform) and the tenant's own foundations (schema bilten).
-- Every tenant table gets its policies from protect(); the catalogue guard checks the result.
set lock_timeout = '5s';

-- Gives a tenant table its row security: enabled, forced, one permissive policy and one
-- restrictive guard. Owner only; the application role cannot run it.
create function bilten.protect(target regclass, app_rights text) returns void
language plpgsql set search_path = pg_catalog as $$
declare
    own constant text := 'tenant_id = (select nullif(current_setting(''bilten.tenant_id'', true), '''')::uuid)';
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy own_rows on %s for all to public using (%s) with check (%s)', target, own, own);
    execute format('create policy tenant_guard on %s as restrictive for all to public using (%s) with check (%s)', target, own, own);
    execute format('grant %s on %s to bilten_app', app_rights, target);
end
$$;
revoke execute on function bilten.protect(regclass, text) from public;

create table platform.tenants (
    id               uuid primary key,
    slug             text not null unique,
    name             text not null,
    status           text not null check (status in ('provisioning', 'active', 'suspended')),
    database         text not null default 'default',
    suspended_at     timestamptz,
    suspended_reason text,
    created_at       timestamptz not null
);
comment on table platform.tenants is 'Customers of the platform.';
comment on column platform.tenants.database is 'Name of the database that holds the tenant''s rows; all say default for now.';

create table platform.hosts (
    host       text primary key check (host = lower(host)),
    tenant_id  uuid not null references platform.tenants (id),
    kind       text not null check (kind in ('platform', 'own')),
    is_primary boolean not null default false,
    created_at timestamptz not null
);
create index hosts_tenant on platform.hosts (tenant_id);
comment on table platform.hosts is 'Host names under which a tenant is served: its sub-domain and its own domains.';

create table platform.operators (
    id            uuid primary key,
    email_norm    text not null unique,
    name          text not null,
    password_hash text not null,
    created_at    timestamptz not null
);
comment on table platform.operators is 'People who operate the platform.';

create table platform.sessions (
    token_hash  bytea primary key,
    operator_id uuid not null references platform.operators (id),
    csrf_token  text not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null
);
create index sessions_expiry on platform.sessions (expires_at);

create table platform.login_failures (
    subject_hash bytea primary key,
    failures     integer not null,
    locked_until timestamptz,
    updated_at   timestamptz not null
);
comment on table platform.login_failures is 'Counts failed log-ins of operators per address and per network.';

create table platform.audit_entries (
    id          uuid primary key,
    at          timestamptz not null,
    operator_id uuid,
    tenant_id   uuid,
    action      text not null,
    details     jsonb not null default '{}'
);
comment on table platform.audit_entries is 'What operators did; insert only.';

grant select, insert, update on platform.tenants, platform.hosts, platform.operators, platform.login_failures to bilten_platform;
grant select, insert, delete, update on platform.sessions to bilten_platform;
grant select, insert on platform.audit_entries to bilten_platform;
grant delete on platform.hosts, platform.login_failures to bilten_platform;

create table bilten.tenant_settings (
    tenant_id      uuid primary key references platform.tenants (id),
    name           text not null,
    default_locale text not null default 'en' check (default_locale in ('en', 'nb')),
    currency       text not null,
    time_zone      text not null,
    mail_from      text not null,
    support_email  text not null,
    theme          jsonb not null default '{}',
    legal          jsonb not null default '{}',
    policy_version bigint not null default 1,
    updated_at     timestamptz not null
);
comment on table bilten.tenant_settings is 'One row a tenant: how it presents itself.';
comment on column bilten.tenant_settings.policy_version is 'Grows with every change of roles or memberships; permission caches are keyed by it.';
select bilten.protect('bilten.tenant_settings', 'select, insert, update');

create table bilten.signing_keys (
    tenant_id  uuid not null references platform.tenants (id),
    key_id     smallint not null check (key_id between 1 and 255),
    public_key bytea not null check (octet_length(public_key) = 32),
    created_at timestamptz not null,
    retired_at timestamptz,
    primary key (tenant_id, key_id)
);
comment on table bilten.signing_keys is 'Ed25519 keys of the tenant''s tickets. The private half is derived from the master key, never stored.';
select bilten.protect('bilten.signing_keys', 'select, insert, update');

create table bilten.audit_entries (
    tenant_id   uuid not null references platform.tenants (id),
    id          uuid not null,
    at          timestamptz not null,
    actor       text not null,
    action      text not null,
    object      text not null,
    request_id  text not null,
    details     jsonb not null default '{}',
    primary key (tenant_id, id)
);
comment on table bilten.audit_entries is 'What happened, written in the transaction of the change; insert only.';
select bilten.protect('bilten.audit_entries', 'select, insert');

create table bilten.audit_chain (
    tenant_id uuid not null references platform.tenants (id),
    seq       bigint not null check (seq > 0),
    entry_id  uuid not null,
    hash      bytea not null check (octet_length(hash) = 32),
    sealed_at timestamptz not null,
    primary key (tenant_id, seq),
    unique (tenant_id, entry_id),
    foreign key (tenant_id, entry_id) references bilten.audit_entries (tenant_id, id)
);
comment on table bilten.audit_chain is 'Order and hash chain of audit entries, without gaps; insert only. See docs/adr/0004.';
select bilten.protect('bilten.audit_chain', 'select, insert');

create table bilten.outbox_events (
    tenant_id     uuid not null references platform.tenants (id),
    id            uuid not null,
    kind          text not null,
    version       smallint not null,
    payload       jsonb not null,
    created_at    timestamptz not null,
    dispatched_at timestamptz,
    primary key (tenant_id, id)
);
create index outbox_waiting on bilten.outbox_events (tenant_id, created_at) where dispatched_at is null;
comment on table bilten.outbox_events is 'Facts that other crates want to know, written in the transaction of the change.';
select bilten.protect('bilten.outbox_events', 'select, insert, update, delete');

create table bilten.jobs (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    kind         text not null,
    payload      jsonb not null,
    unique_key   text,
    state        text not null default 'ready' check (state in ('ready', 'done', 'failed')),
    run_at       timestamptz not null,
    attempts     integer not null default 0,
    max_attempts integer not null default 10,
    leased_until timestamptz,
    last_error   text,
    created_at   timestamptz not null,
    finished_at  timestamptz,
    primary key (tenant_id, id)
);
create index jobs_due on bilten.jobs (tenant_id, run_at) where state = 'ready';
create unique index jobs_unique on bilten.jobs (tenant_id, kind, unique_key) where state = 'ready';
comment on table bilten.jobs is 'Work to be done after a transaction committed.';
comment on column bilten.jobs.leased_until is 'A worker has taken the job until then; afterwards another may.';
select bilten.protect('bilten.jobs', 'select, insert, update, delete');

create table bilten.idempotency_keys (
    tenant_id    uuid not null references platform.tenants (id),
    scope        text not null,
    key          text not null check (length(key) between 1 and 255),
    request_hash bytea not null,
    resource_id  uuid,
    leased_until timestamptz,
    created_at   timestamptz not null,
    primary key (tenant_id, scope, key)
);
comment on table bilten.idempotency_keys is 'Requests that must take effect once; written in the transaction of the effect.';
comment on column bilten.idempotency_keys.leased_until is 'The first request is still at work until then; null when its effect is complete.';
select bilten.protect('bilten.idempotency_keys', 'select, insert, update, delete');
