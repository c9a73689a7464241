-- Gift cards sold in the shop: orders that have no event, what the shop asks of them, and what becomes of cards that nobody spends.
set lock_timeout = '5s';

-- An order of a gift card is for no event; what it is paid by follows it.
alter table bilten.holds alter column event_id drop not null;
alter table bilten.orders alter column event_id drop not null;
alter table bilten.payment_attempts alter column event_id drop not null;
alter table bilten.disputes alter column event_id drop not null;
-- Every row so far has an event, so that none has to be looked at.
alter table bilten.orders add constraint bare_without_event check (
    event_id is not null or (promo_code is null and charges is null and donation_minor is null and gift_card_minor is null)) not valid;
comment on constraint bare_without_event on bilten.orders is 'A gift card is bought at its own price, and by no other gift card.';
comment on column bilten.holds.event_id is 'Null holds no stock: it is the time in which an order without an event can be paid.';
comment on column bilten.orders.event_id is 'Null is an order of a gift card: it has no lines and no tickets.';
comment on column bilten.payment_attempts.event_id is 'The order''s; null where it has none.';

-- As bilten.require_parents made them, for parents that agree on having no event as well.
create or replace function bilten.holds_parents() returns trigger
language plpgsql set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    if tg_nargs > 0 and exists (
        select from fresh f where f.event_id is not null and (
            select true from bilten.events p where p.tenant_id = f.tenant_id and p.id = f.event_id) is not true)
    then raise exception using errcode = 'foreign_key_violation', table = 'holds', constraint = 'holds_events_parent',
        message = 'a row has no parent that fits';
    end if;
    return null;
end
$$;
create or replace function bilten.orders_parents() returns trigger
language plpgsql set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    if tg_nargs > 0 and exists (
        select from fresh f where (
            select true and p.event_id is not distinct from f.event_id from bilten.holds p
            where p.tenant_id = f.tenant_id and p.id = f.hold_id) is not true)
    then raise exception using errcode = 'foreign_key_violation', table = 'orders', constraint = 'orders_holds_parent',
        message = 'a row has no parent that fits';
    end if;
    return null;
end
$$;
create or replace function bilten.payment_attempts_parents() returns trigger
language plpgsql set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
begin
    if tg_nargs > 0 and exists (
        select from fresh f where (
            select true and p.hold_id = f.hold_id and p.event_id is not distinct from f.event_id from bilten.orders p
            where p.tenant_id = f.tenant_id and p.id = f.order_id) is not true)
    then raise exception using errcode = 'foreign_key_violation', table = 'payment_attempts',
        constraint = 'payment_attempts_orders_parent', message = 'a row has no parent that fits';
    end if;
    return null;
end
$$;

create table bilten.gift_card_terms (
    tenant_id      uuid not null references platform.tenants (id),
    is_sold        boolean not null,
    currency       text not null,
    suggested      bigint[] not null check (cardinality(suggested) <= 6),
    least_minor    bigint check (least_minor > 0),
    most_minor     bigint check (most_minor between least_minor and 100000000),
    valid_days     integer check (valid_days between 1 and 3650),
    breakage_days  integer check (breakage_days between 1 and 3650),
    updated_at     timestamptz not null,
    primary key (tenant_id),
    constraint bounds_together check ((least_minor is null) = (most_minor is null))
);
comment on table bilten.gift_card_terms is 'Whether, and how, a shop sells gift cards, and when it takes what is left of one as earned.';
comment on column bilten.gift_card_terms.suggested is 'Amounts that buyers can choose, in minor units.';
comment on column bilten.gift_card_terms.least_minor is 'Buyers may name an amount between least and most; null where they may not.';
comment on column bilten.gift_card_terms.valid_days is 'Days that a card that is sold in the shop is valid; null where it does not end.';
comment on column bilten.gift_card_terms.breakage_days is
    'What is left of a card is earned so many days after its end, by itself; null where only staff decide that.';
select bilten.protect('bilten.gift_card_terms', 'select, insert, update');

create table bilten.gift_card_sales (
    tenant_id       uuid not null references platform.tenants (id),
    order_id        uuid not null,
    card_id         uuid,
    recipient_name  text not null default '' check (length(recipient_name) <= 120),
    recipient_email text check (length(recipient_email) <= 254),
    message         text not null default '' check (length(message) <= 500),
    send_at         timestamptz,
    created_at      timestamptz not null,
    primary key (tenant_id, order_id),
    unique (tenant_id, card_id),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id),
    foreign key (tenant_id, card_id) references bilten.gift_cards (tenant_id, id)
);
comment on table bilten.gift_card_sales is 'Gift cards that are bought in the shop: for whom, and which card the order became.';
comment on column bilten.gift_card_sales.card_id is 'The card; null until its money came. Its code is told from the order by a key, and stands nowhere.';
comment on column bilten.gift_card_sales.send_at is 'When the recipient is written to; null is at once.';
select bilten.protect('bilten.gift_card_sales', 'select, insert, update');

alter table bilten.gift_cards drop constraint gift_cards_origin_check,
    add constraint gift_cards_origin_check check (origin in ('sold', 'given', 'refund', 'shop')),
    add column rests_since timestamptz;
comment on column bilten.gift_cards.origin is
    'Whether it was paid for at the till or in the shop, given away, or made of what went back of an order.';
comment on column bilten.gift_cards.rests_since is 'The payment that bought it is contested: nothing is taken from it meanwhile.';
create index gift_cards_over on bilten.gift_cards (tenant_id, expires_at) where balance_minor > 0 and expires_at is not null;

alter table bilten.gift_card_moves drop constraint gift_card_moves_kind_check, drop constraint gift_card_moves_check,
    add constraint gift_card_moves_kind_check check (kind in ('issued', 'spent', 'returned', 'refunded', 'undone', 'earned')),
    add constraint gift_card_moves_sign check (amount_minor <> 0 and (kind in ('issued', 'returned')) = (amount_minor > 0));
comment on column bilten.gift_card_moves.kind is
    'Issued; spent on an order, or returned by it; refunded to who bought it; undone by his bank; earned by the shop.';
