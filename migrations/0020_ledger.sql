-- The double-entry ledger (docs/adr/0018), and what is told by it: lots of money at a provider, payouts, disputes.
set lock_timeout = '5s';

create table bilten.ledger_books (
    tenant_id  uuid not null references platform.tenants (id),
    id         bigint not null check (id > 0),
    kind       text not null check (kind in ('platform', 'payee')),
    payee      text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, kind, payee)
);
comment on table bilten.ledger_books is
    'One legal entity''s view of the tenant''s dealings: the platform''s, and one for each merchant of record. Insert only.';
comment on column bilten.ledger_books.payee is 'Payment account of the merchant of record; empty for the platform, and for a tenant that sells for itself.';
select bilten.protect('bilten.ledger_books', 'select, insert');

create table bilten.ledger_accounts (
    tenant_id  uuid not null references platform.tenants (id),
    id         bigint not null check (id > 0),
    book_id    bigint not null,
    code       smallint not null check (code > 0),
    currency   text not null,
    dimension  text not null,
    side       text not null check (side in ('debit', 'credit')),
    is_guarded boolean not null,
    xact       bigint not null default (pg_current_xact_id()::text::bigint),
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, book_id, code, currency, dimension),
    foreign key (tenant_id, book_id) references bilten.ledger_books (tenant_id, id)
);
comment on table bilten.ledger_accounts is 'Accounts, made when something is first posted to them. Insert only.';
comment on column bilten.ledger_accounts.id is 'Made from book, code, currency and dimension, so that it is the same whoever makes the account.';
comment on column bilten.ledger_accounts.dimension is 'What the account is kept apart by: an event, a tax code with its rate, a provider''s account; or nothing.';
comment on column bilten.ledger_accounts.side is 'Side on which the account grows: debit amounts are positive, credit amounts negative.';
comment on column bilten.ledger_accounts.is_guarded is 'Its balance never stands on the other side.';
comment on column bilten.ledger_accounts.xact is 'Transaction that made it, to know which accounts are committed.';
select bilten.protect('bilten.ledger_accounts', 'select');
grant insert (tenant_id, id, book_id, code, currency, dimension, side, is_guarded, created_at) on bilten.ledger_accounts to bilten_app;

create table bilten.ledger_txns (
    tenant_id   uuid not null,
    id          uuid not null,
    xact        bigint not null default (pg_current_xact_id()::text::bigint),
    kind        text not null,
    source_key  text not null,
    occurred_at timestamptz not null,
    booked_at   timestamptz not null,
    recorded_at timestamptz not null,
    order_id    uuid,
    event_id    uuid,
    account_ids bigint[] not null check (0 < all (account_ids)),
    amounts     bigint[] not null check (0 <> all (amounts)),
    primary key (tenant_id, xact, id),
    unique (tenant_id, kind, source_key),
    constraint as_many_amounts_as_accounts check (cardinality(account_ids) = cardinality(amounts) and cardinality(amounts) between 2 and 64)
);
create index ledger_txns_after_sale on bilten.ledger_txns (tenant_id, order_id) where kind <> 'sale' and order_id is not null;
comment on table bilten.ledger_txns is
    'What happened to money, each with its postings: amounts[n] is posted to account_ids[n]. Insert only; a mistake is reversed.';
comment on column bilten.ledger_txns.xact is
    'Database transaction that wrote the row. Below the oldest that is under way nothing can be added any more: what is rolled up, is up to there.';
comment on column bilten.ledger_txns.source_key is 'What it is the consequence of; kind and source_key happen once, so that posting again is harmless.';
comment on column bilten.ledger_txns.occurred_at is 'When it happened.';
comment on column bilten.ledger_txns.booked_at is 'When it counts: when it happened, or the beginning of the open period if that is closed.';
comment on column bilten.ledger_txns.recorded_at is 'When we wrote it down.';
comment on column bilten.ledger_txns.account_ids is 'In ascending order, each once.';
comment on column bilten.ledger_txns.amounts is 'Minor units of the account''s currency: debit above zero, credit below.';
select bilten.protect('bilten.ledger_txns', 'select');
grant insert (tenant_id, id, kind, source_key, occurred_at, booked_at, recorded_at, order_id, event_id, account_ids, amounts)
    on bilten.ledger_txns to bilten_app;

create table bilten.ledger_cursors (
    tenant_id uuid not null references platform.tenants (id),
    name      text not null,
    next_xact bigint not null,
    primary key (tenant_id, name)
);
comment on table bilten.ledger_cursors is 'Up to which database transaction something was told from the ledger; it moves with what was told.';
select bilten.protect('bilten.ledger_cursors', 'select, insert, update');

create table bilten.ledger_balances (
    tenant_id    uuid not null references platform.tenants (id),
    account_id   bigint not null,
    amount_minor bigint not null,
    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references bilten.ledger_accounts (tenant_id, id)
) with (fillfactor = 70);
comment on table bilten.ledger_balances is 'Balances up to the cursor ''balances''; the present balance is this and what was posted since.';
select bilten.protect('bilten.ledger_balances', 'select, insert, update');

create table bilten.ledger_slots (
    tenant_id    uuid not null references platform.tenants (id),
    account_id   bigint not null,
    slot         timestamptz not null,
    amount_minor bigint not null,
    primary key (tenant_id, account_id, slot),
    foreign key (tenant_id, account_id) references bilten.ledger_accounts (tenant_id, id)
);
comment on table bilten.ledger_slots is
    'What was booked in each quarter of an hour, up to the cursor ''balances'': every day of every time zone ends with one.';
select bilten.protect('bilten.ledger_slots', 'select, insert, update');

create table bilten.ledger_closings (
    tenant_id uuid not null references platform.tenants (id),
    until     timestamptz not null,
    xact      bigint not null default (pg_current_xact_id()::text::bigint),
    closed_at timestamptz not null,
    primary key (tenant_id, until)
);
comment on table bilten.ledger_closings is 'Periods that are closed: nothing is booked before until any more. Insert only.';
comment on column bilten.ledger_closings.xact is 'Whoever began before this transaction may still book before until; once it is the oldest, the figures stand.';
select bilten.protect('bilten.ledger_closings', 'select');
grant insert (tenant_id, until, closed_at) on bilten.ledger_closings to bilten_app;

-- The last word about every posting, once a statement: accounts are there, each book and currency sums to nothing, closed
-- periods stay closed, guarded balances stay on their side. The tenant's accounts are fetched once, by their keys.
create function bilten.check_postings() returns trigger
language plpgsql set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
declare
    owner uuid;
    ids bigint[];
    has_guarded boolean;
    odd text;
    taken record;
    balance numeric;
begin
    select f.tenant_id into owner from fresh f limit 1;
    if owner is null then
        return null;
    end if;
    select array_agg(distinct a.id) into ids from fresh f cross join lateral unnest(f.account_ids) as a (id);
    with accounts as materialized (
        select a.tenant_id, a.id, a.book_id, a.currency, a.is_guarded from bilten.ledger_accounts a where a.tenant_id = owner and a.id = any (ids)),
    sums as materialized (
        select f.kind || ' ' || f.source_key as txn, a.id is null as is_unknown, sum(p.amount) as amount, bool_or(a.is_guarded) as is_guarded
        from fresh f cross join lateral unnest(f.account_ids, f.amounts) as p (account_id, amount)
        left join accounts a on a.id = p.account_id and a.tenant_id = f.tenant_id
        group by f.kind, f.source_key, a.book_id, a.currency, a.id is null)
    select (select s.txn from sums s where s.is_unknown or s.amount <> 0 limit 1), (select bool_or(s.is_guarded) from sums s)
    into odd, has_guarded;
    if odd is not null then
        raise exception using errcode = 'check_violation', table = tg_table_name, constraint = 'postings_balance',
            message = 'a book of a ledger transaction does not sum to nothing, or an account is not there: ' || odd;
    end if;
    if exists (select from fresh f where f.booked_at < (select max(c.until) from bilten.ledger_closings c where c.tenant_id = owner)) then
        raise exception using errcode = 'check_violation', table = tg_table_name, constraint = 'period_is_open',
            message = 'a ledger transaction is booked in a closed period';
    end if;
    if not has_guarded then
        return null;
    end if;
    -- Only who takes from a guarded account waits for others who take from it; who adds to it locks nothing.
    for taken in
        select a.id, a.side from fresh f cross join lateral unnest(f.account_ids, f.amounts) as p (account_id, amount)
        join bilten.ledger_accounts a on a.tenant_id = owner and a.id = p.account_id and a.is_guarded
        group by a.id, a.side having sum(p.amount) * (case a.side when 'debit' then 1 else -1 end) < 0 order by a.id
    loop
        perform pg_advisory_xact_lock(hashtextextended('ledger:' || owner || ':' || taken.id, 0));
        select coalesce((select b.amount_minor from bilten.ledger_balances b where b.tenant_id = owner and b.account_id = taken.id), 0)
             + coalesce((select sum(p.amount) from bilten.ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p (account_id, amount)
                         where t.tenant_id = owner and p.account_id = taken.id
                           and t.xact >= coalesce((select c.next_xact from bilten.ledger_cursors c
                                                   where c.tenant_id = owner and c.name = 'balances'), 0)), 0)
        into balance;
        if balance * (case taken.side when 'debit' then 1 else -1 end) < 0 then
            raise exception using errcode = 'check_violation', table = tg_table_name, constraint = 'guarded_balance',
                message = 'a guarded balance would stand on the other side';
        end if;
    end loop;
    return null;
end
$$;
revoke execute on function bilten.check_postings() from public;
create trigger postings after insert on bilten.ledger_txns referencing new table as fresh
    for each statement execute function bilten.check_postings();

create table bilten.lots (
    tenant_id       uuid not null references platform.tenants (id),
    order_id        uuid not null,
    book_id         bigint not null,
    event_id        uuid,
    provider        text not null,
    currency        text not null,
    brought_minor   bigint not null check (brought_minor >= 0),
    taken_minor     bigint not null,
    owed_minor      bigint not null,
    allocated_minor bigint not null check (allocated_minor >= 0),
    available_minor bigint not null default 0,
    state           text not null check (state in ('pending', 'held', 'releasable', 'allocated', 'paid', 'consumed')),
    captured_at     timestamptz not null,
    available_at    timestamptz not null,
    releasable_at   timestamptz not null,
    reserve_until   timestamptz not null,
    deadline_at     timestamptz not null,
    reserve_bp      integer not null check (reserve_bp between 0 and 10000),
    updated_at      timestamptz not null,
    primary key (tenant_id, order_id, book_id),
    foreign key (tenant_id, book_id) references bilten.ledger_books (tenant_id, id)
) with (fillfactor = 80);
create index lots_open on bilten.lots (tenant_id, releasable_at) where state in ('pending', 'held', 'releasable');
create index lots_by_event on bilten.lots (tenant_id, event_id, order_id);
comment on table bilten.lots is 'One order''s money at one payee''s account with a provider: told from the ledger, paid out by payouts.';
create index lots_unavailable on bilten.lots (tenant_id, available_at) where available_minor <> brought_minor;
comment on column bilten.lots.available_minor is 'What of it was booked as available at the provider.';
comment on column bilten.lots.brought_minor is 'What came in for the order.';
comment on column bilten.lots.taken_minor is 'What refunds and disputes took out again.';
comment on column bilten.lots.owed_minor is 'What is on its way back to the buyer.';
comment on column bilten.lots.allocated_minor is 'What payouts have taken that did not fail.';
comment on column bilten.lots.reserve_bp is 'Share that stays until reserve_until, in hundredths of a per cent.';
select bilten.protect('bilten.lots', 'select, insert, update');

create table bilten.payouts (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    book_id      bigint not null,
    provider     text not null,
    currency     text not null,
    amount_minor bigint not null check (amount_minor > 0),
    state        text not null check (state in ('reserved', 'submitting', 'in_transit', 'paid', 'failed')),
    provider_ref text,
    failure      text,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, book_id) references bilten.ledger_books (tenant_id, id)
);
create index payouts_open on bilten.payouts (tenant_id, updated_at) where state in ('reserved', 'submitting', 'in_transit');
comment on table bilten.payouts is 'Money sent from a provider to a payee''s bank. Written, with what it pays, before the provider is called.';
select bilten.protect('bilten.payouts', 'select, insert, update');

create table bilten.payout_lots (
    tenant_id    uuid not null references platform.tenants (id),
    payout_id    uuid not null,
    order_id     uuid not null,
    book_id      bigint not null,
    amount_minor bigint not null check (amount_minor > 0),
    primary key (tenant_id, payout_id, order_id),
    foreign key (tenant_id, payout_id) references bilten.payouts (tenant_id, id),
    foreign key (tenant_id, order_id, book_id) references bilten.lots (tenant_id, order_id, book_id)
);
create index payout_lots_by_order on bilten.payout_lots (tenant_id, order_id);
comment on table bilten.payout_lots is 'What a payout pays: so much of each order. Insert only.';
select bilten.protect('bilten.payout_lots', 'select, insert');

create table bilten.disputes (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    attempt_id   uuid not null,
    order_id     uuid not null,
    event_id     uuid not null,
    provider     text not null,
    provider_ref text not null,
    amount_minor bigint not null check (amount_minor > 0),
    fee_minor    bigint not null check (fee_minor >= 0),
    currency     text not null,
    state        text not null check (state in ('needs_response', 'under_review', 'won', 'lost')),
    opened_at    timestamptz not null,
    due_by       timestamptz not null,
    closed_at    timestamptz,
    updated_at   timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, provider, provider_ref),
    foreign key (tenant_id, attempt_id) references bilten.payment_attempts (tenant_id, id)
);
create index disputes_by_order on bilten.disputes (tenant_id, order_id);
create index disputes_open on bilten.disputes (tenant_id, due_by) where state in ('needs_response', 'under_review');
comment on table bilten.disputes is 'Payments that a buyer contests with his bank.';
select bilten.protect('bilten.disputes', 'select, insert, update');

create table bilten.sandbox_disputes (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    payment_id   uuid not null,
    amount_minor bigint not null check (amount_minor > 0),
    fee_minor    bigint not null check (fee_minor >= 0),
    state        text not null check (state in ('needs_response', 'won', 'lost')),
    opened_at    timestamptz not null,
    due_by       timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, payment_id),
    foreign key (tenant_id, payment_id) references bilten.sandbox_payments (tenant_id, id)
);
comment on table bilten.sandbox_disputes is 'The sandbox''s books: contested payments. The fee comes back with a dispute that is won.';
select bilten.protect('bilten.sandbox_disputes', 'select, insert, update');

create table bilten.sandbox_payouts (
    tenant_id       uuid not null references platform.tenants (id),
    id              uuid not null,
    idempotency_key text not null,
    amount_minor    bigint not null check (amount_minor > 0),
    currency        text not null,
    state           text not null check (state in ('in_transit', 'paid', 'failed')),
    arrives_at      timestamptz not null,
    created_at      timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, idempotency_key)
);
comment on table bilten.sandbox_payouts is 'The sandbox''s books: money sent to the merchant''s bank.';
select bilten.protect('bilten.sandbox_payouts', 'select, insert, update');
