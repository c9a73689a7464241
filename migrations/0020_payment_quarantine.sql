-- An attempt whose payment does not match what was asked waits for a person.
set lock_timeout = '5s';

alter table bilten.payment_attempts add column quarantine text;
comment on column bilten.payment_attempts.quarantine is 'Why a person must look at the attempt; it moves no more by itself.';
