-- Gift cards: money that was paid, or given, before anybody knows what for. What is left of one is a debt of the shop.
set lock_timeout = '5s';

create table bilten.gift_cards (
    tenant_id      uuid not null references platform.tenants (id),
    id             uuid not null,
    code_hash      bytea not null check (octet_length(code_hash) = 32),
    tail           text not null check (length(tail) between 1 and 40),
    origin         text not null check (origin in ('sold', 'given', 'refund')),
    currency       text not null,
    issued_minor   bigint not null check (issued_minor between 1 and 100000000),
    balance_minor  bigint not null check (balance_minor >= 0),
    reserved_minor bigint not null default 0,
    note           text not null default '' check (length(note) <= 200),
    expires_at     timestamptz,
    stopped_at     timestamptz,
    created_at     timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, code_hash),
    constraint never_below_nothing check (reserved_minor between 0 and balance_minor)
);
comment on table bilten.gift_cards is 'Gift cards. Their codes are shown once, when they are made.';
comment on column bilten.gift_cards.code_hash is 'Keyed hash of the code: nobody who reads this table can spend a card.';
comment on column bilten.gift_cards.tail is 'The last letters of the code, by which people tell cards apart.';
comment on column bilten.gift_cards.origin is 'Whether it was paid for at the till, given away, or made of what went back of an order.';
comment on column bilten.gift_cards.reserved_minor is 'What of the balance payments that are under way have for themselves.';
comment on column bilten.gift_cards.stopped_at is 'Nothing is taken from it from then on; what goes back to it still does.';
select bilten.protect('bilten.gift_cards', 'select, insert, update');

create table bilten.gift_card_moves (
    tenant_id    uuid not null references platform.tenants (id),
    id           uuid not null,
    card_id      uuid not null,
    kind         text not null check (kind in ('issued', 'spent', 'returned')),
    amount_minor bigint not null check (amount_minor <> 0 and (kind = 'spent') = (amount_minor < 0)),
    order_id     uuid,
    actor        text not null,
    created_at   timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, card_id) references bilten.gift_cards (tenant_id, id),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id)
);
create index gift_card_moves_card on bilten.gift_card_moves (tenant_id, card_id, id);
create index gift_card_moves_order on bilten.gift_card_moves (tenant_id, order_id) where order_id is not null;
comment on table bilten.gift_card_moves is 'What came to a gift card and went from it. Together they are its balance.';
select bilten.protect('bilten.gift_card_moves', 'select, insert');

create table bilten.gift_card_uses (
    tenant_id      uuid not null references platform.tenants (id),
    order_id       uuid not null,
    card_id        uuid not null,
    amount_minor   bigint not null check (amount_minor > 0),
    returned_minor bigint not null default 0 check (returned_minor between 0 and amount_minor),
    state          text not null check (state in ('chosen', 'reserved', 'spent')),
    attempt_id     uuid,
    updated_at     timestamptz not null,
    primary key (tenant_id, order_id),
    foreign key (tenant_id, order_id) references bilten.orders (tenant_id, id),
    foreign key (tenant_id, card_id) references bilten.gift_cards (tenant_id, id),
    constraint reserved_by_an_attempt check ((state = 'reserved') = (attempt_id is not null))
);
create index gift_card_uses_card on bilten.gift_card_uses (tenant_id, card_id);
create index gift_card_uses_attempt on bilten.gift_card_uses (tenant_id, attempt_id) where attempt_id is not null;
comment on table bilten.gift_card_uses is 'What a gift card pays, or shall pay, of an order.';
comment on column bilten.gift_card_uses.state is
    'Chosen: nobody else is kept from the balance. Reserved: a payment of the rest is under way. Spent: the order is paid.';
select bilten.protect('bilten.gift_card_uses', 'select, insert, update, delete');

create table bilten.gift_card_guesses (
    tenant_id  uuid not null references platform.tenants (id),
    who        bytea not null check (octet_length(who) = 32),
    began_at   timestamptz not null,
    guesses    integer not null check (guesses > 0),
    primary key (tenant_id, who)
);
create index gift_card_guesses_old on bilten.gift_card_guesses (tenant_id, began_at);
comment on table bilten.gift_card_guesses is 'Codes that somebody typed and that no card has, counted by a keyed hash of where he comes from.';
select bilten.protect('bilten.gift_card_guesses', 'select, insert, update, delete');

alter table bilten.orders add column gift_card_minor bigint check (gift_card_minor between 1 and total_minor);
comment on column bilten.orders.gift_card_minor is 'What of the total a gift card pays, or shall pay, in minor units.';

alter table bilten.ticket_returns add column credited_minor bigint not null default 0 check (credited_minor >= 0);
comment on column bilten.ticket_returns.credited_minor is 'What went back as a new gift card instead of as money.';
