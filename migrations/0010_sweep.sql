-- The sweep takes what is open by its own clock: a page that asks about a payment must not keep the sweep away from it.
set lock_timeout = '5s';

alter table bilten.payment_attempts add column swept_at timestamptz;
comment on column bilten.payment_attempts.swept_at is 'When the reconciler last looked after the attempt.';
