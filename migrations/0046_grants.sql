-- Roles with an end and with single events as their reach; roles of the tenant's own. What the built-in roles hold is part
-- of the program from now on.
set lock_timeout = '5s';

alter table bilten.memberships
    add column event_id uuid,
    add column expires_at timestamptz,
    add column granted_by uuid,
    add constraint memberships_place check (organizer_id is null or event_id is null),
    add foreign key (tenant_id, event_id) references bilten.events (tenant_id, id),
    add foreign key (tenant_id, granted_by) references bilten.accounts (tenant_id, id);
comment on column bilten.memberships.role is 'Name of a built-in role, or id of one of the tenant''s own.';
comment on column bilten.memberships.event_id is 'Scope of the role: one event.';
comment on column bilten.memberships.expires_at is 'From then on the role counts for nothing; null means no end.';
comment on column bilten.memberships.granted_by is 'Who gave it; null means the platform.';

create table bilten.own_roles (
    tenant_id  uuid not null references platform.tenants (id),
    id         uuid not null,
    name       text not null check (length(name) between 1 and 60),
    created_by uuid,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name),
    foreign key (tenant_id, created_by) references bilten.accounts (tenant_id, id)
);
comment on table bilten.own_roles is 'Roles that a tenant has made; what they hold stands in role_permissions under their id.';
select bilten.protect('bilten.own_roles', 'select, insert, update, delete');

-- Row security holds for the owner of the tables too, so each tenant is entered in turn. Nodes keep policies by version:
-- none of before may be taken for one of now.
do $$
declare
    found uuid;
begin
    for found in select id from platform.tenants loop
        perform set_config('bilten.tenant_id', found::text, true);
        delete from bilten.role_permissions where role in ('owner', 'event_manager', 'door_staff');
        update bilten.tenant_settings
        set policy_version = (((policy_version >> 32) + 1) << 32) + floor(random() * 4294967295)::bigint;
    end loop;
    perform set_config('bilten.tenant_id', '', true);
end
$$;
