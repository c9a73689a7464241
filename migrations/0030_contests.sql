-- Contests in full (inquiries, evidence, tickets that rest meanwhile), early warnings of fraud, and payouts that rest.
set lock_timeout = '5s';

alter table bilten.tickets add column suspended_at timestamptz;
comment on column bilten.tickets.suspended_at is 'Since when it does not admit because its payment is contested. It is issued still: the contest may be won.';
alter table bilten.scans drop constraint scans_outcome_check;
alter table bilten.scans add constraint scans_outcome_known
    check (outcome in ('admitted', 'already_admitted', 'void', 'suspended', 'wrong_event', 'unknown', 'malformed', 'bad_signature', 'event_cancelled')) not valid;
alter table bilten.scans validate constraint scans_outcome_known;

alter table bilten.disputes drop constraint disputes_state_check;
alter table bilten.disputes add constraint disputes_state_known
    check (state in ('warning', 'needs_response', 'under_review', 'won', 'lost', 'prevented', 'dropped'));
alter table bilten.disputes
    add column account text,
    add column reason text not null default '',
    add column claimed_minor bigint,
    add column claimed_currency text,
    add column taken_at timestamptz,
    add column evidence_at timestamptz,
    add column evidence_by text,
    add column evidence_hash bytea;
comment on column bilten.disputes.account is 'The payee''s account at the provider.';
comment on column bilten.disputes.reason is 'What the buyer says, in the provider''s word.';
comment on column bilten.disputes.claimed_minor is 'What he claims, in the currency of his bank.';
comment on column bilten.disputes.taken_at is 'When the provider took the money, as we heard. Without it nothing is booked: an inquiry only asks.';
comment on column bilten.disputes.evidence_at is 'When the evidence was handed in.';
comment on column bilten.disputes.evidence_hash is 'SHA-256 of what was handed in.';
update bilten.disputes set taken_at = opened_at;
drop index bilten.disputes_open;
create index disputes_open on bilten.disputes (tenant_id, due_by) where state in ('warning', 'needs_response', 'under_review');

alter table bilten.provider_events add column object text;
comment on column bilten.provider_events.object is 'The provider''s name of what it is about, where that is no payment.';

create table bilten.fraud_warnings (
    tenant_id    uuid not null references platform.tenants (id),
    provider     text not null,
    provider_ref text not null,
    attempt_id   uuid not null,
    order_id     uuid not null,
    decision     text not null check (decision in ('refunded', 'kept', 'late')),
    warned_at    timestamptz not null,
    heard_at     timestamptz not null,
    primary key (tenant_id, provider, provider_ref),
    foreign key (tenant_id, attempt_id) references bilten.payment_attempts (tenant_id, id)
);
create index fraud_warnings_heard on bilten.fraud_warnings (tenant_id, heard_at);
comment on table bilten.fraud_warnings is 'Payments of which a card scheme says that they will be contested, and what was done.';
comment on column bilten.fraud_warnings.decision is 'refunded: the money went back before it was contested. kept: somebody came in with a ticket. late: it was contested or given back before.';
select bilten.protect('bilten.fraud_warnings', 'select, insert');

create table bilten.payout_rests (
    tenant_id  uuid not null references platform.tenants (id),
    id         uuid not null,
    provider   text not null,
    account    text not null,
    why        text not null check (why in ('bank_changed', 'warnings', 'operator')),
    note       text not null default '' check (length(note) <= 500),
    since      timestamptz not null,
    until      timestamptz,
    lifted_at  timestamptz,
    lifted_by  text,
    lifted_why text check (length(lifted_why) between 1 and 500),
    primary key (tenant_id, id),
    check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_why is null))
);
create index payout_rests_open on bilten.payout_rests (tenant_id, provider, account) where lifted_at is null;
comment on table bilten.payout_rests is 'Times in which nothing is paid out of an account, and who ended them early.';
comment on column bilten.payout_rests.until is 'When it ends by itself; never, when a person must look.';
select bilten.protect('bilten.payout_rests', 'select, insert, update');

alter table bilten.payee_accounts
    add column bank_print text,
    add column bank_changed_at timestamptz,
    add column tier text not null default 'unproven' check (tier in ('unproven', 'known', 'proven', 'trusted')),
    add column tier_at timestamptz,
    add column vouched_tier text check (vouched_tier in ('unproven', 'known', 'proven', 'trusted'));
comment on column bilten.payee_accounts.bank_print is 'The provider''s fingerprint of the bank account that is paid out to: the same text for the same account, and nothing that leads back to it.';
comment on column bilten.payee_accounts.tier is 'How far the payee is trusted, as last reckoned; it says how much may be paid out before its event is over.';
comment on column bilten.payee_accounts.tier_at is 'When that was last reckoned.';
comment on column bilten.payee_accounts.vouched_tier is 'How far it is trusted at least, by an operator''s word.';
