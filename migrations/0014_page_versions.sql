-- What public pages show has a version per tenant, so that pages in memory are never older than they may be.
set lock_timeout = '5s';

create table bilten.page_versions (
    tenant_id uuid primary key references platform.tenants (id),
    version   bigint not null check (version > 0)
);
comment on table bilten.page_versions is 'At most one row a tenant: how often something that public pages show was changed.';
comment on column bilten.page_versions.version is 'Grows in the transaction of each such change, as its last statement; no row means 0.';
select bilten.protect('bilten.page_versions', 'select, insert, update');
