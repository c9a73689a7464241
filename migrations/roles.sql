-- Roles and schemas. Run by `bilten migrate` as an administrator of the server, before the
-- migrations and as often as one likes; passwords are set by the program, never here.
do $$
begin
    if not exists (select from pg_roles where rolname = 'bilten_owner') then
        create role bilten_owner nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'bilten_app') then
        create role bilten_app login nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
    end if;
    if not exists (select from pg_roles where rolname = 'bilten_platform') then
        create role bilten_platform login nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
    end if;
end
$$;

create schema if not exists bilten authorization bilten_owner;
create schema if not exists platform authorization bilten_owner;
revoke create on schema public from public;
grant usage on schema bilten to bilten_app;
grant usage on schema platform to bilten_platform;
