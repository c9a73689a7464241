-- Notices of one payment are looked at together.
create index provider_events_of_payment on bilten.provider_events (tenant_id, provider, provider_ref) where processed_at is null;
