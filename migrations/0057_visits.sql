-- Platform operators visit a tenant: when a tenant lets them in, and what was asked, granted and done.
set lock_timeout = '5s';

create table bilten.visit_rules (
    tenant_id    uuid primary key references platform.tenants (id),
    mode         text not null check (mode in ('never', 'ask', 'window')),
    window_from  timestamptz,
    window_until timestamptz,
    set_by       uuid not null,
    set_at       timestamptz not null,
    check ((mode = 'window') = (window_from is not null)),
    check ((window_from is null) = (window_until is null)),
    check (window_from < window_until),
    foreign key (tenant_id, set_by) references bilten.accounts (tenant_id, id)
);
comment on table bilten.visit_rules is
    'Whether operators of the platform may visit the tenant. Without a row they must ask. See docs/adr/0039.';
select bilten.protect('bilten.visit_rules', 'select, insert, update');

create table bilten.visits (
    tenant_id        uuid not null references platform.tenants (id),
    id               uuid not null,
    operator_id      uuid not null,
    operator_name    text not null,
    reason           text not null check (length(reason) between 10 and 500),
    reference        text not null default '' check (length(reference) <= 80),
    minutes          smallint not null check (minutes between 5 and 60),
    powers           text not null default '',
    state            text not null check (state in ('asked', 'approved', 'refused', 'running', 'ended', 'lapsed')),
    asked_at         timestamptz not null,
    lapses_at        timestamptz not null,
    is_by_window     boolean not null default false,
    decided_by       uuid,
    decided_at       timestamptz,
    code_hash        bytea check (octet_length(code_hash) = 32),
    code_until       timestamptz,
    operator_session bytea check (octet_length(operator_session) = 32),
    session_until    timestamptz,
    token_hash       bytea check (octet_length(token_hash) = 32),
    csrf_token       text,
    started_at       timestamptz,
    ends_at          timestamptz,
    ended_at         timestamptz,
    ended_how        text check (ended_how in ('time', 'operator', 'log_out', 'tenant')),
    primary key (tenant_id, id),
    unique (tenant_id, code_hash),
    unique (tenant_id, token_hash),
    check ((decided_by is null) = (decided_at is null)),
    check (state not in ('approved', 'refused', 'running') or decided_by is not null),
    check (state <> 'running' or (token_hash is not null and csrf_token is not null and ended_at is null)),
    check ((token_hash is null) = (started_at is null) and (started_at is null) = (ends_at is null)),
    check ((code_hash is null) = (code_until is null)),
    check ((state = 'ended') = (ended_at is not null) and (ended_at is null) = (ended_how is null)),
    foreign key (tenant_id, decided_by) references bilten.accounts (tenant_id, id)
);
create index visits_recent on bilten.visits (tenant_id, asked_at);
create index visits_open on bilten.visits (tenant_id, operator_id) where state in ('asked', 'approved', 'running');
comment on table bilten.visits is 'Visits of platform operators: asked for, granted, running and over. See docs/adr/0039.';
comment on column bilten.visits.powers is 'What the operator may do beyond looking around, names separated by spaces.';
comment on column bilten.visits.lapses_at is 'Until then it may be answered and begun.';
comment on column bilten.visits.decided_by is 'Who let him in, or refused: in person, or by the rule that he set.';
comment on column bilten.visits.operator_session is 'Hash of the operator''s own session, with which the visit ends.';
comment on column bilten.visits.token_hash is 'Hash of the secret of the visit''s own session.';
select bilten.protect('bilten.visits', 'select, insert, update');

create table platform.operator_visits (
    operator_id  uuid primary key references platform.operators (id),
    tenant_id    uuid not null references platform.tenants (id),
    visit_id     uuid not null,
    session_hash bytea not null check (octet_length(session_hash) = 32),
    ends_at      timestamptz not null
);
create index operator_visits_session on platform.operator_visits (session_hash);
comment on table platform.operator_visits is 'Where each operator is visiting now: one tenant at a time.';
grant select, insert, update, delete on platform.operator_visits to bilten_platform;
