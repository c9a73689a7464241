-- Provisioning of staff by a directory of the tenant (SCIM 2.0): its tokens, people, groups, and what was asked.
set lock_timeout = '5s';

create table bilten.scim_tokens (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    name         text not null check (length(name) between 1 and 60),
    token_hash   bytea not null check (octet_length(token_hash) = 32),
    created_by   uuid,
    created_at   timestamptz not null,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, created_by) references bilten.accounts (tenant_id, id)
);
comment on table bilten.scim_tokens is 'Bearer tokens of directories; only their hash is kept. Two live at a time at most.';
comment on column bilten.scim_tokens.last_used_at is 'Last use, within a minute.';
select bilten.protect('bilten.scim_tokens', 'select, insert, update');

create table bilten.scim_users (
    tenant_id      uuid not null references platform.tenants (id),
    id             uuid not null,
    account_id     uuid not null,
    user_name_norm text not null,
    external_id    text,
    is_active      boolean not null,
    doc            jsonb not null,
    version        bigint not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, user_name_norm),
    unique (tenant_id, account_id),
    foreign key (tenant_id, account_id) references bilten.accounts (tenant_id, id)
);
create index scim_users_external on bilten.scim_users (tenant_id, external_id);
comment on table bilten.scim_users is 'People whom the tenant''s directory looks after; each has an account.';
comment on column bilten.scim_users.user_name_norm is 'For comparing: Unicode NFC, in lower case.';
comment on column bilten.scim_users.doc is 'Attributes as the directory sent them, by their names in the schema.';
comment on column bilten.scim_users.version is 'Grows with every change; the entity tag.';
select bilten.protect('bilten.scim_users', 'select, insert, update, delete');

create table bilten.scim_groups (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    display_name text not null check (length(display_name) between 1 and 256),
    name_norm    text not null,
    external_id  text,
    version      bigint not null,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (tenant_id, id)
);
create index scim_groups_name on bilten.scim_groups (tenant_id, name_norm);
create index scim_groups_external on bilten.scim_groups (tenant_id, external_id);
comment on table bilten.scim_groups is 'Groups of the tenant''s directory.';
select bilten.protect('bilten.scim_groups', 'select, insert, update, delete');

create table bilten.scim_members (
    tenant_id uuid not null references platform.tenants (id),
    group_id  uuid not null,
    user_id   uuid not null,
    primary key (tenant_id, group_id, user_id),
    foreign key (tenant_id, group_id) references bilten.scim_groups (tenant_id, id),
    foreign key (tenant_id, user_id) references bilten.scim_users (tenant_id, id)
);
create index scim_members_user on bilten.scim_members (tenant_id, user_id);
comment on table bilten.scim_members is 'Who is in which group.';
select bilten.protect('bilten.scim_members', 'select, insert, delete');

create table bilten.scim_group_roles (
    tenant_id uuid not null references platform.tenants (id),
    group_id  uuid not null,
    role      text not null,
    primary key (tenant_id, group_id, role),
    foreign key (tenant_id, group_id) references bilten.scim_groups (tenant_id, id)
);
comment on table bilten.scim_group_roles is 'Which roles a group gives, in the whole tenant. It is named by its id: a new name changes nothing.';
select bilten.protect('bilten.scim_group_roles', 'select, insert, delete');

create table bilten.scim_requests (
    tenant_id uuid not null references platform.tenants (id),
    id        uuid not null,
    token_id  uuid not null,
    at        timestamptz not null,
    method    text not null,
    target    text not null,
    status    integer not null,
    fault     text,
    primary key (tenant_id, id),
    foreign key (tenant_id, token_id) references bilten.scim_tokens (tenant_id, id)
);
create index scim_requests_age on bilten.scim_requests (tenant_id, at);
comment on table bilten.scim_requests is 'What directories asked for, kept seven days, without persons.';
comment on column bilten.scim_requests.fault is 'Why it was refused.';
select bilten.protect('bilten.scim_requests', 'select, insert, delete');

alter table bilten.memberships add column source text;
comment on column bilten.memberships.source is
    'What gives the role and alone takes it, such as the id of a group of the directory; null is a person.';
