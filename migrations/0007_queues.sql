-- Work on which money waits does not stand behind mails, and what is to be sealed is found without reading history.
set lock_timeout = '5s';

alter table bilten.jobs add column is_urgent boolean not null default false;
comment on column bilten.jobs.is_urgent is 'Money waits for it: taken beside ordinary work, never behind it.';
drop index bilten.jobs_due;
create index jobs_due on bilten.jobs (tenant_id, is_urgent, run_at) where state = 'ready';

create table bilten.audit_unsealed (
    tenant_id uuid not null references platform.tenants (id),
    at        timestamptz not null,
    entry_id  uuid not null,
    primary key (tenant_id, at, entry_id),
    foreign key (tenant_id, entry_id) references bilten.audit_entries (tenant_id, id)
);
comment on table bilten.audit_unsealed is 'Audit entries that wait for their link in the chain; a queue, so that sealing never reads history.';
select bilten.protect('bilten.audit_unsealed', 'select, insert, delete');

insert into bilten.audit_unsealed (tenant_id, at, entry_id)
select e.tenant_id, e.at, e.id from bilten.audit_entries e
where not exists (select from bilten.audit_chain c where c.tenant_id = e.tenant_id and c.entry_id = e.id);
