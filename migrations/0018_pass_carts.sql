-- Carts of a waiting room's pass: one place in the queue does not hold stock many times.
set lock_timeout = '5s';

alter table bilten.waiting_room_passes add column carts uuid[] not null default '{}' check (cardinality(carts) <= 5);
comment on column bilten.waiting_room_passes.carts is 'Holds that were made with this pass, in order; one of them is alive at most.';
