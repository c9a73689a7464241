-- Questions about VAT numbers are counted by the hour.
set lock_timeout = '5s';

create index vat_checks_time on bilten.vat_checks (tenant_id, asked_at);
