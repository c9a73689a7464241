-- Log-in of staff at identity providers: connections, who is known there, log-ins under way, and what became of them.
set lock_timeout = '5s';

create table bilten.sso_connections (
    tenant_id         uuid not null references platform.tenants (id),
    id                uuid not null,
    kind              text not null check (kind in ('oidc', 'saml')),
    guide             text not null check (length(guide) between 1 and 60),
    name              text not null check (length(name) between 1 and 60),
    state             text not null check (state in ('draft', 'tested', 'active', 'disabled', 'deleted')),
    issuer            text not null check (length(issuer) between 1 and 500),
    client_id         text not null check (length(client_id) between 1 and 300),
    secret_sealed     bytea,
    secret_expires_on date,
    secret_warned     integer,
    jit               boolean not null,
    default_role      text,
    email_claim       text not null,
    name_claim        text not null,
    groups_claim      text not null,
    revision          bigint not null,
    tested_at         timestamptz,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    primary key (tenant_id, id),
    check (state = 'deleted' or secret_sealed is not null)
);
comment on table bilten.sso_connections is 'Identity providers at which staff log in.';
comment on column bilten.sso_connections.guide is 'Which set-up guide the console shows.';
comment on column bilten.sso_connections.secret_sealed is 'The client secret, encrypted with a key of the tenant.';
comment on column bilten.sso_connections.secret_warned is 'The smallest number of days before the secret''s end that somebody was warned at.';
comment on column bilten.sso_connections.jit is 'Whether people who are not known yet get an account when they log in.';
comment on column bilten.sso_connections.default_role is 'Role of such people; none means that only groups give roles.';
comment on column bilten.sso_connections.revision is 'Grows with every change of how the provider is asked; caches are keyed by it.';
select bilten.protect('bilten.sso_connections', 'select, insert, update');

create table bilten.sso_group_roles (
    tenant_id     uuid not null references platform.tenants (id),
    connection_id uuid not null,
    group_name    text not null check (length(group_name) between 1 and 200),
    role          text not null,
    primary key (tenant_id, connection_id, group_name, role),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
comment on table bilten.sso_group_roles is 'Which roles a group at the identity provider gives, in the whole tenant.';
select bilten.protect('bilten.sso_group_roles', 'select, insert, delete');

create table bilten.sso_identities (
    tenant_id     uuid not null references platform.tenants (id),
    connection_id uuid not null,
    issuer        text not null,
    subject       text not null check (length(subject) between 1 and 255),
    account_id    uuid not null,
    groups        text[] not null,
    created_at    timestamptz not null,
    last_seen_at  timestamptz not null,
    primary key (tenant_id, connection_id, issuer, subject),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index sso_identities_account on bilten.sso_identities (tenant_id, account_id);
comment on table bilten.sso_identities is
    'Who is who at an identity provider. The subject is the key; a mail address never is.';
comment on column bilten.sso_identities.groups is 'Groups that the provider told of at the last log-in.';
select bilten.protect('bilten.sso_identities', 'select, insert, update, delete');

create table bilten.sso_log_ins (
    tenant_id     uuid not null references platform.tenants (id),
    state_hash    bytea not null check (octet_length(state_hash) = 32),
    connection_id uuid not null,
    purpose       text not null check (purpose in ('log_in', 'test', 'link')),
    account_id    uuid,
    browser_hash  bytea not null check (octet_length(browser_hash) = 32),
    next          text,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    primary key (tenant_id, state_hash),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id),
    check ((purpose = 'log_in') = (account_id is null))
);
create index sso_log_ins_expiry on bilten.sso_log_ins (tenant_id, expires_at);
comment on table bilten.sso_log_ins is
    'Log-ins that were sent to an identity provider and have not come back; each is used once.';
comment on column bilten.sso_log_ins.account_id is 'Who tests the connection, or ties his account to it.';
comment on column bilten.sso_log_ins.browser_hash is 'Hash of the secret of the browser that began; nonce and PKCE verifier are made of it.';
select bilten.protect('bilten.sso_log_ins', 'select, insert, delete');

create table bilten.sso_attempts (
    tenant_id     uuid not null references platform.tenants (id),
    id            uuid not null,
    connection_id uuid not null,
    purpose       text not null check (purpose in ('log_in', 'test', 'link', 'logout')),
    failed_check  text,
    account_id    uuid,
    trace         jsonb not null,
    at            timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
create index sso_attempts_connection on bilten.sso_attempts (tenant_id, connection_id, id);
create index sso_attempts_age on bilten.sso_attempts (tenant_id, at);
comment on table bilten.sso_attempts is 'What became of log-ins at identity providers, kept seven days.';
comment on column bilten.sso_attempts.failed_check is 'Name of the check that failed; none when it went well.';
comment on column bilten.sso_attempts.trace is 'What arrived, without secrets and with people made unreadable.';
select bilten.protect('bilten.sso_attempts', 'select, insert, delete');

create table bilten.sso_sessions (
    tenant_id     uuid not null references platform.tenants (id),
    token_hash    bytea not null check (octet_length(token_hash) = 32),
    connection_id uuid not null,
    subject       text not null,
    sid           text,
    created_at    timestamptz not null,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
create index sso_sessions_subject on bilten.sso_sessions (tenant_id, connection_id, subject);
create index sso_sessions_age on bilten.sso_sessions (tenant_id, created_at);
comment on table bilten.sso_sessions is 'Which sessions began at which identity provider, so that it can end them.';
select bilten.protect('bilten.sso_sessions', 'select, insert, delete');

create table bilten.sso_logout_tokens (
    tenant_id     uuid not null references platform.tenants (id),
    connection_id uuid not null,
    jti_hash      bytea not null check (octet_length(jti_hash) = 32),
    expires_at    timestamptz not null,
    primary key (tenant_id, connection_id, jti_hash),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
create index sso_logout_tokens_age on bilten.sso_logout_tokens (tenant_id, expires_at);
comment on table bilten.sso_logout_tokens is 'Logout tokens that were obeyed, so that none is obeyed twice.';
select bilten.protect('bilten.sso_logout_tokens', 'select, insert, delete');
