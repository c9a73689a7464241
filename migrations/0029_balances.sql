-- What providers say of each balance: its lines and what each is about, looks at the whole, and what was found wrong.
set lock_timeout = '5s';

create table bilten.balance_lines (
    tenant_id          uuid not null references platform.tenants (id),
    provider           text not null,
    account            text not null,
    line               text not null,
    kind               text not null check (kind in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal', 'fee', 'payout', 'payout_failure', 'other')),
    source             text,
    payment            text,
    our_key            text,
    amount_minor       bigint not null,
    fee_minor          bigint not null,
    platform_fee_minor bigint not null,
    currency           text not null,
    happened_at        timestamptz not null,
    imported_at        timestamptz not null,
    state              text not null check (state in ('new', 'matched', 'foreign', 'suspense')),
    subject            text check (subject in ('payment', 'refund', 'refund_back', 'dispute', 'dispute_won', 'payout', 'payout_back', 'fee')),
    subject_id         uuid,
    why                text,
    settled_at         timestamptz,
    primary key (tenant_id, provider, account, line),
    check ((state = 'suspense') = (why is not null))
);
create index balance_lines_open on bilten.balance_lines (tenant_id, happened_at) where state in ('new', 'suspense');
create unique index one_line_for_each on bilten.balance_lines (tenant_id, subject, subject_id) where subject_id is not null;
comment on table bilten.balance_lines is 'What a provider says moved on an account with it: imported once by its name, and explained by exactly one thing of ours.';
comment on column bilten.balance_lines.account is 'The provider''s name of the payee''s account; empty where it has none.';
comment on column bilten.balance_lines.line is 'The provider''s name of the line.';
comment on column bilten.balance_lines.source is 'The provider''s name of what moved: a refund, a contest, a payout.';
comment on column bilten.balance_lines.payment is 'The provider''s name of the payment that it belongs to.';
comment on column bilten.balance_lines.our_key is 'Key under which we asked for it, as the provider kept it.';
comment on column bilten.balance_lines.amount_minor is 'Above zero what came, below what went; fees are not in it.';
comment on column bilten.balance_lines.fee_minor is 'What the provider took of it for itself.';
comment on column bilten.balance_lines.platform_fee_minor is 'What went to the platform of it; below zero what came back.';
comment on column bilten.balance_lines.state is 'foreign: the payee''s own business, which our books do not know. suspense: nobody can explain it, and it is booked as that.';
comment on column bilten.balance_lines.subject_id is 'What of ours it is about: one of three tables, hence no foreign key.';
select bilten.protect('bilten.balance_lines', 'select, insert, update');

create table bilten.balance_looks (
    tenant_id       uuid not null references platform.tenants (id),
    provider        text not null,
    account         text not null,
    currency        text not null,
    lines_minor     bigint not null,
    told_minor      bigint,
    available_minor bigint,
    compared        bigint not null,
    is_green        boolean not null,
    faults          text[] not null,
    listed_until    timestamptz,
    resume_after    text,
    resume_began    timestamptz,
    checked_until   timestamptz,
    looked_at       timestamptz not null,
    red_since       timestamptz,
    primary key (tenant_id, provider, account, currency),
    check (is_green = (red_since is null)),
    check ((resume_after is null) = (resume_began is null))
);
comment on table bilten.balance_looks is 'How each balance stood when it was last compared. What is red is not paid out.';
comment on column bilten.balance_looks.lines_minor is 'Sum of all lines, less their fees.';
comment on column bilten.balance_looks.told_minor is 'What the provider says lies there, all of it.';
comment on column bilten.balance_looks.available_minor is 'What of it the provider would send.';
comment on column bilten.balance_looks.compared is 'Lines and things of ours that were compared, in all looks.';
comment on column bilten.balance_looks.resume_after is 'Last line that was read of a list which is too long for one look: the next one goes on there.';
comment on column bilten.balance_looks.checked_until is 'Things of ours that were over by then have been looked for among the lines.';
select bilten.protect('bilten.balance_looks', 'select, insert, update');

create table bilten.balance_gaps (
    tenant_id    uuid not null references platform.tenants (id),
    provider     text not null,
    account      text not null,
    subject      text not null check (subject in ('payment', 'refund', 'dispute', 'payout')),
    subject_id   uuid not null,
    amount_minor bigint not null,
    currency     text not null,
    found_at     timestamptz not null,
    closed_at    timestamptz,
    primary key (tenant_id, subject, subject_id)
);
create index balance_gaps_open on bilten.balance_gaps (tenant_id, found_at) where closed_at is null;
comment on table bilten.balance_gaps is 'What our books say happened with a provider, and no line of its balance does.';
select bilten.protect('bilten.balance_gaps', 'select, insert, update');

alter table bilten.payouts add column account text;
comment on column bilten.payouts.account is 'The payee''s account that it leaves; none where the provider has no accounts.';
alter table bilten.payouts add column arrived_at timestamptz;
comment on column bilten.payouts.arrived_at is 'When the bank had it, as the provider told.';
alter table bilten.payouts add column trace text;
comment on column bilten.payouts.trace is 'The bank''s own reference, by which the owner finds it on his statement.';

comment on column bilten.payee_accounts.fee_rate_bp is 'Not read any more: the platform''s part of a payment is what its order says. Dropped by a later release.';

alter table bilten.refunds add column fee_returned_minor bigint not null default 0 check (fee_returned_minor between 0 and amount_minor);
comment on column bilten.refunds.fee_returned_minor is 'What of it the platform gives of its own part.';
alter table bilten.disputes add column fee_returned_minor bigint not null default 0 check (fee_returned_minor between 0 and fee_minor);
comment on column bilten.disputes.fee_returned_minor is 'What of its fee the provider gave back when it was won.';

create table bilten.money_terms (
    tenant_id            uuid primary key references platform.tenants (id),
    returns_platform_fee boolean not null,
    updated_at           timestamptz not null
);
comment on table bilten.money_terms is 'What the platform has agreed with a tenant about its money. Without a row the platform keeps its part of what is refunded.';
select bilten.protect('bilten.money_terms', 'select, insert, update');
