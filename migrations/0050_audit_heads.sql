-- How far the chain of audit entries had come at an hour, signed: with a copy outside the database nobody rewrites the past unseen.
set lock_timeout = '5s';

create table bilten.audit_heads (
    tenant_id uuid not null references platform.tenants (id),
    seq       bigint not null check (seq > 0),
    hash      bytea not null check (octet_length(hash) = 32),
    signed_at timestamptz not null,
    signature bytea not null check (octet_length(signature) = 64),
    primary key (tenant_id, seq),
    foreign key (tenant_id, seq) references bilten.audit_chain (tenant_id, seq)
);
comment on table bilten.audit_heads is 'Signed numbers and hashes of links of the audit chain; insert only. See docs/adr/0036.';
select bilten.protect('bilten.audit_heads', 'select, insert');
