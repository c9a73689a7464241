-- Promo codes that do more: unlock ticket types, ask for a minimum, take something off the order or the fees, are limited per person, have a
-- budget, and go together with others.
set lock_timeout = '5s';

alter table bilten.ticket_types
    add column is_locked boolean not null default false,
    add constraint locked_is_hidden check (is_hidden or not is_locked);
comment on column bilten.ticket_types.is_locked is
    'Nobody can have it in a cart without a promo code that unlocks it. A locked type is hidden as well.';

alter table bilten.capacity_pools drop constraint capacity_pools_purpose_check;
alter table bilten.capacity_pools add constraint capacity_pools_purpose_check
    check (purpose in ('places', 'promo', 'promo_budget', 'tier'));
comment on column bilten.capacity_pools.purpose is
    'What is counted: places, uses of a promo code, what its budget pays in minor units, or tickets at the price of a tier. Pools are locked in the order of purpose and id.';

alter table bilten.promo_codes
    add column off_order_minor  bigint check (off_order_minor > 0),
    add column unlocks          boolean not null default false,
    add column is_fee_free      boolean not null default false,
    add column min_spend_minor  bigint check (min_spend_minor > 0),
    add column max_per_person   integer check (max_per_person > 0),
    add column budget_pool_id   uuid,
    add column stack_group      integer check (stack_group between 1 and 20),
    add column priority         integer not null default 0,
    drop constraint one_discount,
    add constraint one_discount check (
        num_nonnulls(percent_bp, off_minor, price_minor, off_order_minor) = 1
        or num_nonnulls(percent_bp, off_minor, price_minor, off_order_minor) = 0 and (unlocks or is_fee_free)),
    add foreign key (tenant_id, budget_pool_id) references bilten.capacity_pools (tenant_id, id);
comment on column bilten.promo_codes.off_order_minor is
    'Amount that it takes off the order, in minor units and without fees, divided over the tickets; never more than they cost.';
comment on column bilten.promo_codes.unlocks is 'Whether it makes locked ticket types buyable: those that it holds for.';
comment on column bilten.promo_codes.is_fee_free is 'Whether no fee is passed on to the buyer for the tickets that it holds for.';
comment on column bilten.promo_codes.min_spend_minor is
    'It holds for carts only in which the tickets that it holds for cost so much or more, in minor units and without fees.';
comment on column bilten.promo_codes.max_per_person is 'Orders that one person may make with it.';
comment on column bilten.promo_codes.budget_pool_id is
    'Pool that counts what it takes off, in minor units and without fees; nothing where it has no budget.';
comment on column bilten.promo_codes.stack_group is 'It may be used together with codes of other groups; nothing where it stands alone.';
comment on column bilten.promo_codes.priority is 'Of codes that take off the same, the one with the highest number is used.';

alter table bilten.hold_lines
    add column code_pools  uuid[],
    add column code_places bigint[],
    add column is_fee_free boolean not null default false,
    add constraint codes_are_counted check ((code_pools is null) = (code_places is null) and cardinality(code_pools) = cardinality(code_places));
comment on column bilten.hold_lines.code_pools is
    'What the promo codes of the cart count, where that is more than one use of one plain code: uses, and money of budgets. It stands in one line of the cart.';
comment on column bilten.hold_lines.code_places is 'How much of each of these.';
comment on column bilten.hold_lines.is_fee_free is 'Whether a promo code freed the tickets of the fees that are passed on to buyers.';

comment on column bilten.person_counts.ticket_type_id is
    'Type that is counted, or the promo code whose uses are; the nil id for the whole event.';

create table bilten.promo_guesses (
    tenant_id  uuid not null references platform.tenants (id),
    who        bytea not null check (octet_length(who) = 32),
    began_at   timestamptz not null,
    guesses    integer not null check (guesses > 0),
    primary key (tenant_id, who)
);
create index promo_guesses_old on bilten.promo_guesses (tenant_id, began_at);
comment on table bilten.promo_guesses is
    'Codes that somebody typed and that no event with locked tickets has, counted by a keyed hash of where he comes from.';
select bilten.protect('bilten.promo_guesses', 'select, insert, update, delete');
