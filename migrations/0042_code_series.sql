-- Series of promo codes: many that can be used once each, made at once.
set lock_timeout = '5s';

alter table bilten.promo_codes add column series text check (length(series) between 2 and 40);
comment on column bilten.promo_codes.series is
    'Series that the code was made in, which is also what its text begins with; nothing for a code that was made alone.';
create index promo_codes_series on bilten.promo_codes (tenant_id, event_id, series, id) where series is not null;
