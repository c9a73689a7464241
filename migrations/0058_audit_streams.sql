-- The record is streamed to a tenant's own security people: where to, how far it has come, and why it stands still.
set lock_timeout = '5s';

create table bilten.audit_streams (
    tenant_id     uuid not null references platform.tenants (id),
    id            uuid not null,
    name          text not null check (length(name) between 1 and 80),
    kind          text not null check (kind in ('https', 'syslog_tls', 'syslog_tcp')),
    address       text not null check (length(address) between 1 and 500),
    ca_pem        text not null default '' check (length(ca_pem) <= 20000),
    secret        bytea,
    former_secret bytea,
    state         text not null check (state in ('running', 'paused', 'failed', 'deleted')),
    cursor_seq    bigint not null check (cursor_seq >= 0),
    next_at       timestamptz not null,
    leased_until  timestamptz,
    attempts      integer not null default 0 check (attempts >= 0),
    failing_since timestamptz,
    last_error    text check (length(last_error) <= 200),
    sent_at       timestamptz,
    created_at    timestamptz not null,
    primary key (tenant_id, id),
    check ((kind = 'https') = (secret is not null) or state = 'deleted'),
    check (former_secret is null or secret is not null),
    check ((failing_since is null) = (attempts = 0))
);
comment on table bilten.audit_streams is 'Streams of sealed audit entries to receivers outside. See docs/adr/0040.';
comment on column bilten.audit_streams.cursor_seq is 'Number of the last link that the receiver has taken.';
comment on column bilten.audit_streams.leased_until is 'A sender is at work until then; afterwards another may.';
comment on column bilten.audit_streams.former_secret is 'Counts beside the secret until it is dropped, while a receiver learns the new one.';
select bilten.protect('bilten.audit_streams', 'select, insert, update');
