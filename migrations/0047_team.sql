-- Invitations to the staff, and keys of programs that hold no more than who made them.
set lock_timeout = '5s';

create table bilten.invitations (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    email        text not null,
    email_norm   text not null,
    role         text not null,
    organizer_id uuid,
    event_id     uuid,
    role_ends_at timestamptz,
    invited_by   uuid not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    accepted_at  timestamptz,
    accepted_by  uuid,
    revoked_at   timestamptz,
    primary key (tenant_id, id),
    check (organizer_id is null or event_id is null),
    check (accepted_at is null or revoked_at is null),
    check ((accepted_at is null) = (accepted_by is null)),
    foreign key (tenant_id, organizer_id) references bilten.organizers (tenant_id, id),
    foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    foreign key (tenant_id, invited_by) references bilten.accounts (tenant_id, id),
    foreign key (tenant_id, accepted_by) references bilten.accounts (tenant_id, id)
);
create index invitations_open on bilten.invitations (tenant_id, expires_at)
    where accepted_at is null and revoked_at is null;
comment on table bilten.invitations is
    'Invitations to the staff. The link in the mail is signed over the id; nothing in the row opens it.';
comment on column bilten.invitations.role_ends_at is 'When the role ends that is given; the invitation itself ends at expires_at.';
select bilten.protect('bilten.invitations', 'select, insert, update');

alter table bilten.api_keys
    add column created_by uuid,
    add column expires_at timestamptz,
    add column networks text not null default '' check (length(networks) <= 2000),
    add column last_used_at timestamptz,
    add column replaced_by uuid,
    add foreign key (tenant_id, created_by) references bilten.accounts (tenant_id, id),
    add foreign key (tenant_id, replaced_by) references bilten.api_keys (tenant_id, id);
create index api_keys_maker on bilten.api_keys (tenant_id, created_by) where revoked_at is null;
comment on column bilten.api_keys.created_by is
    'Whose rights are the most that the key has; null is a key of the installation, which has what its scopes say.';
comment on column bilten.api_keys.networks is 'Networks from which it is taken, in CIDR form, separated by spaces; empty means anywhere.';
comment on column bilten.api_keys.last_used_at is 'Last use, within a minute.';
comment on column bilten.api_keys.replaced_by is 'The key that was made to take its place; both count until this one ends.';
