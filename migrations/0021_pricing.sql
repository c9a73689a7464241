-- Taxes and fees: a shop has a plan in versions that never change; carts keep the price without fees beside the one with them,
-- and orders keep how their price is made up.
set lock_timeout = '5s';

create table bilten.pricing_plans (
    tenant_id  uuid not null references platform.tenants (id),
    version    integer not null check (version > 0),
    plan       jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, version)
);
comment on table bilten.pricing_plans is
    'Taxes and fees of a shop. The highest version is in force; the others are what carts and orders were priced by.';
comment on column bilten.pricing_plans.plan is 'Rates of tax, fees of organizer and platform, and who bears them.';
select bilten.protect('bilten.pricing_plans', 'select, insert');

alter table bilten.ticket_types add column tax_code text check (length(tax_code) between 1 and 8);
comment on column bilten.ticket_types.tax_code is 'Tax of the plan that tickets of the type have; that of the shop when none is named.';

alter table bilten.holds add column plan_version integer;
comment on column bilten.holds.plan_version is 'Version of the plan of taxes and fees that the prices were made by, where one stood.';
alter table bilten.hold_lines add column list_price_minor bigint check (list_price_minor >= 0);
comment on column bilten.hold_lines.list_price_minor is 'Price of a ticket without fees, where a plan of taxes and fees stood.';
alter table bilten.hold_lines add column tax_code text check (length(tax_code) between 1 and 8);
comment on column bilten.hold_lines.tax_code is 'Tax of a ticket, where a plan of taxes and fees stood.';

alter table bilten.orders add column charges jsonb;
comment on column bilten.orders.charges is
    'How the price is made up: taxes, service fee, what the platform keeps. Null where no plan stood: then the price is all there is.';

alter table bilten.promo_codes add column price_minor bigint check (price_minor >= 0);
comment on column bilten.promo_codes.price_minor is
    'What each ticket costs with it, where that is less, in minor units of the event''s currency and without fees.';
alter table bilten.promo_codes drop constraint one_discount;
alter table bilten.promo_codes add constraint one_discount check (num_nonnulls(percent_bp, off_minor, price_minor) = 1);
