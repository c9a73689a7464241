-- SAML 2.0 as a second kind of connection: what is known of the provider, its certificates, and answers on their way.
set lock_timeout = '5s';

alter table bilten.sso_connections drop constraint sso_connections_check;
alter table bilten.sso_connections
    add constraint sso_connections_secret check (state = 'deleted' or kind = 'saml' or secret_sealed is not null);

create table bilten.saml_providers (
    tenant_id        uuid not null references platform.tenants (id),
    connection_id    uuid not null,
    sso_url          text not null check (length(sso_url) between 1 and 500),
    slo_url          text check (length(slo_url) between 1 and 500),
    metadata_url     text check (length(metadata_url) between 1 and 500),
    authn_context    text check (length(authn_context) between 1 and 200),
    refreshed_at     timestamptz not null,
    primary key (tenant_id, connection_id),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
comment on table bilten.saml_providers is 'Where SAML providers are reached, for connections of that kind.';
comment on column bilten.saml_providers.sso_url is 'Takes requests to log in by redirect.';
comment on column bilten.saml_providers.slo_url is 'Takes answers to requests to log out by redirect; none when the provider has no such address.';
comment on column bilten.saml_providers.metadata_url is 'Where the description is read anew; none when it was pasted.';
comment on column bilten.saml_providers.authn_context is 'The way of logging in that is asked for and insisted on.';
comment on column bilten.saml_providers.refreshed_at is 'When the description was last read.';
select bilten.protect('bilten.saml_providers', 'select, insert, update, delete');

create table bilten.saml_certificates (
    tenant_id     uuid not null references platform.tenants (id),
    connection_id uuid not null,
    fingerprint   bytea not null check (octet_length(fingerprint) = 32),
    der           bytea not null check (octet_length(der) between 1 and 16384),
    not_after     timestamptz not null,
    warned        integer,
    added_at      timestamptz not null,
    primary key (tenant_id, connection_id, fingerprint),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
comment on table bilten.saml_certificates is 'Certificates whose keys alone may sign for a SAML provider.';
comment on column bilten.saml_certificates.fingerprint is 'SHA-256 of the certificate.';
comment on column bilten.saml_certificates.warned is 'The smallest number of days before the end that somebody was warned at.';
select bilten.protect('bilten.saml_certificates', 'select, insert, update, delete');

create table bilten.saml_answers (
    tenant_id     uuid not null references platform.tenants (id),
    state_hash    bytea not null check (octet_length(state_hash) = 32),
    connection_id uuid not null,
    code_hash     bytea not null check (octet_length(code_hash) = 32),
    revision      bigint not null,
    answer        jsonb,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    primary key (tenant_id, state_hash),
    unique (tenant_id, code_hash),
    foreign key (tenant_id, connection_id) references bilten.sso_connections (tenant_id, id)
);
create index saml_answers_expiry on bilten.saml_answers (tenant_id, expires_at);
comment on table bilten.saml_answers is
    'Answers of SAML providers that passed every check and wait for the browser that asked; each request is answered once.';
comment on column bilten.saml_answers.state_hash is 'Hash of the id of the request.';
comment on column bilten.saml_answers.code_hash is 'Hash of the one-time code with which the browser comes for it.';
comment on column bilten.saml_answers.revision is 'Revision of the connection that the answer was checked with.';
comment on column bilten.saml_answers.answer is 'Who was vouched for; none once it was taken.';
select bilten.protect('bilten.saml_answers', 'select, insert, update, delete');
