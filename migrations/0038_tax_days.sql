-- Rates of tax that begin on a day: a cart keeps the day that its prices were made for.
set lock_timeout = '5s';

alter table bilten.holds add column taxed_on date;
comment on column bilten.holds.taxed_on is
    'Day of the event, in its zone, where the rates of the plan change with days; an event that is moved later changes no price.';
