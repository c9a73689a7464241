-- Abuse of payments: what is counted of whom, what was decided, breakers, and money that two people decide about.
set lock_timeout = '5s';

alter table bilten.payment_attempts
    add column payer_network bytea,
    add column payer_device bytea,
    add column asks_three_d_secure boolean not null default false;
comment on column bilten.payment_attempts.payer_network is 'Keyed hash of the network that the buyer asked from, for counting.';
comment on column bilten.payment_attempts.payer_device is 'Keyed hash of the secret in his browser.';
comment on column bilten.payment_attempts.asks_three_d_secure is 'The provider is asked to have the bank make sure who pays; part of what is sent, and so sent again unchanged.';

alter table bilten.sandbox_payments add column asks_bank boolean not null default false;
comment on column bilten.sandbox_payments.asks_bank is 'The merchant wants the bank to make sure who pays: the buyer meets its question first.';

create table bilten.risk_counters (
    tenant_id uuid not null references platform.tenants (id),
    subject   bytea not null check (octet_length(subject) = 32),
    metric    text not null check (metric in ('attempts', 'declines')),
    minute    timestamptz not null,
    number    integer not null check (number > 0),
    primary key (tenant_id, subject, metric, minute)
);
create index risk_counters_minute on bilten.risk_counters (tenant_id, minute);
comment on table bilten.risk_counters is 'Tries and declines of somebody, by the minute. He is a keyed hash: of a cart, a browser, an address, a network.';
select bilten.protect('bilten.risk_counters', 'select, insert, update, delete');

create table bilten.risk_marks (
    tenant_id uuid not null references platform.tenants (id),
    subject   bytea not null check (octet_length(subject) = 32),
    metric    text not null check (metric in ('cards', 'mails')),
    mark      bytea not null check (octet_length(mark) = 32),
    seen_at   timestamptz not null,
    primary key (tenant_id, subject, metric, mark)
);
create index risk_marks_seen on bilten.risk_marks (tenant_id, seen_at);
comment on table bilten.risk_marks is 'Different cards and addresses that somebody was declined with, as keyed hashes, with the time they were last seen.';
select bilten.protect('bilten.risk_marks', 'select, insert, update, delete');

create table bilten.risk_decisions (
    tenant_id uuid not null references platform.tenants (id),
    hold_id   uuid not null,
    action    text not null check (action in ('review', 'three_d_secure', 'challenge', 'block')),
    is_shadow boolean not null,
    reasons   text[] not null,
    times     integer not null check (times > 0),
    first_at  timestamptz not null,
    last_at   timestamptz not null,
    waits_from timestamptz,
    primary key (tenant_id, hold_id, action, is_shadow),
    foreign key (tenant_id, hold_id) references bilten.holds (tenant_id, id)
);
create index risk_decisions_last on bilten.risk_decisions (tenant_id, action, last_at);
comment on table bilten.risk_decisions is 'What was decided about a cart''s payment that did not simply go on, and why; a row for each kind of decision.';
comment on column bilten.risk_decisions.is_shadow is 'Rules on trial would have decided so.';
comment on column bilten.risk_decisions.waits_from is 'Since when the buyer waits instead of working; nothing when he was let through after.';
select bilten.protect('bilten.risk_decisions', 'select, insert, update');

create table bilten.risk_overrides (
    tenant_id  uuid not null references platform.tenants (id),
    rule       text not null,
    threshold  integer not null check (threshold > 0),
    is_shadow  boolean not null,
    updated_at timestamptz not null,
    primary key (tenant_id, rule)
);
comment on table bilten.risk_overrides is 'Rules of the platform that the tenant wants otherwise, within its bounds.';
select bilten.protect('bilten.risk_overrides', 'select, insert, update, delete');

create table bilten.risk_breakers (
    tenant_id   uuid not null references platform.tenants (id),
    event_id    uuid not null,
    level       text not null check (level in ('alert', 'open')),
    until       timestamptz not null,
    tries       bigint not null,
    declines    bigint not null,
    usual_bp    bigint not null,
    updated_at  timestamptz not null,
    primary key (tenant_id, event_id)
);
comment on table bilten.risk_breakers is 'Events, and the payee as a whole, of which banks refuse far more than usual.';
comment on column bilten.risk_breakers.event_id is 'The event; all noughts stands for everything that the payee sells. Hence no foreign key.';
comment on column bilten.risk_breakers.until is 'When the level ends by itself.';
comment on column bilten.risk_breakers.usual_bp is 'Share that is usual, in hundredths of a per cent.';
select bilten.protect('bilten.risk_breakers', 'select, insert, update, delete');

create table bilten.money_limits (
    tenant_id    uuid not null references platform.tenants (id),
    kind         text not null check (kind in ('refund', 'payout')),
    currency     text not null,
    amount_minor bigint not null check (amount_minor >= 0),
    updated_at   timestamptz not null,
    primary key (tenant_id, kind, currency)
);
comment on table bilten.money_limits is 'Amounts above which a second person decides. Without a row nobody else is needed.';
select bilten.protect('bilten.money_limits', 'select, insert, update, delete');

create table bilten.money_approvals (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    kind         text not null check (kind in ('refund', 'payout')),
    subject      uuid not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency     text not null,
    state        text not null check (state in ('waiting', 'approved', 'rejected', 'expired')),
    requested_by text not null,
    requested_at timestamptz not null,
    expires_at   timestamptz not null,
    decided_by   text check (decided_by <> requested_by),
    decided_at   timestamptz,
    primary key (tenant_id, id),
    check ((decided_by is not null) = (state in ('approved', 'rejected')))
);
create unique index one_waiting_approval on bilten.money_approvals (tenant_id, kind, subject) where state = 'waiting';
create index money_approvals_time on bilten.money_approvals (tenant_id, requested_at);
comment on table bilten.money_approvals is 'Money that somebody wants to move and a second person decides about.';
comment on column bilten.money_approvals.subject is 'The order that is paid back, or the payout; hence no foreign key.';
comment on column bilten.money_approvals.decided_by is 'Never who asked: the check has the last word.';
select bilten.protect('bilten.money_approvals', 'select, insert, update');
