-- Reports read the postings of a span of time.
set lock_timeout = '5s';

-- Rows come in the order of time, or nearly so: which blocks belong to a span is known from some numbers for each hundred of them,
-- and writing a row costs nothing.
create index ledger_txns_by_time on bilten.ledger_txns using brin (tenant_id, booked_at) with (pages_per_range = 32);
