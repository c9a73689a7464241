-- When the doors of an event open, so that buyers know when to come.
set lock_timeout = '5s';

alter table bilten.events add column doors_at timestamptz check (doors_at <= starts_at);
comment on column bilten.events.doors_at is 'When the doors open; null where nobody said so.';
