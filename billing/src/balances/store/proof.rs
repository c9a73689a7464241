//! SQL that proves lines against what they are about.

use bilten_kernel::Money;
use bilten_tenancy::{DbError, TenantTx};

/// What was gathered for the proof of a tenant's money. Amounts are minor units of all currencies.
pub(crate) struct Gathered {
    /// Lines that were read.
    pub lines: i64,
    /// Those that nobody can explain.
    pub suspense: i64,
    /// Seconds since 1970 when the oldest of them happened.
    pub oldest: Option<i64>,
    /// Balances whose kept sum is not that of their lines.
    pub torn: i64,
    /// Balances that are not what the provider says, or were not the last time.
    pub red: i64,
    /// Payments and refunds, disputes and payouts that have no line.
    pub gaps: i64,
    /// What lines of payments brought, before the provider's fee.
    pub paid: i64,
    /// What those payments brought.
    pub paid_ours: i64,
    /// What lines of refunds took.
    pub back: i64,
    /// What those refunds took.
    pub back_ours: i64,
    /// What lines of payouts took.
    pub sent: i64,
    /// What those payouts took.
    pub sent_ours: i64,
}

/// Reads all lines.
pub(crate) async fn gather_proof(tx: &mut TenantTx) -> Result<Gathered, DbError> {
    let row = sqlx::query_as!(
        Gathered,
        r#"select (select count(*) from balance_lines) as "lines!",
                  (select count(*) from balance_lines where state = 'suspense') as "suspense!",
                  (select extract(epoch from min(happened_at))::bigint from balance_lines where state = 'suspense') as oldest,
                  (select count(*) from balance_looks k
                   where k.lines_minor <> coalesce((select sum(l.amount_minor - l.fee_minor - l.platform_fee_minor) from balance_lines l
                                                    where l.provider = k.provider and l.account = k.account and l.currency = k.currency), 0)) as "torn!",
                  (select count(*) from balance_looks where not is_green) as "red!",
                  (select count(*) from balance_gaps where closed_at is null) as "gaps!",
                  (select coalesce(sum(amount_minor - platform_fee_minor), 0)::bigint from balance_lines
                   where subject = 'payment' and state = 'matched') as "paid!",
                  (select coalesce(sum(a.amount_minor - a.application_fee_minor), 0)::bigint from balance_lines l
                   join payment_attempts a on a.tenant_id = l.tenant_id and a.id = l.subject_id
                   where l.subject = 'payment' and l.state = 'matched' and a.state = 'succeeded') as "paid_ours!",
                  (select coalesce(sum(amount_minor), 0)::bigint from balance_lines where subject = 'refund' and state = 'matched') as "back!",
                  (select coalesce(sum(-r.amount_minor), 0)::bigint from balance_lines l
                   join refunds r on r.tenant_id = l.tenant_id and r.id = l.subject_id where l.subject = 'refund' and l.state = 'matched') as "back_ours!",
                  (select coalesce(sum(amount_minor), 0)::bigint from balance_lines where subject = 'payout' and state = 'matched') as "sent!",
                  (select coalesce(sum(-p.amount_minor), 0)::bigint from balance_lines l
                   join payouts p on p.tenant_id = l.tenant_id and p.id = l.subject_id where l.subject = 'payout' and l.state = 'matched') as "sent_ours!""#
    );
    Ok(row.fetch_one(tx.conn()).await?)
}

/// What providers took for themselves that belongs to no order, by provider and currency; below zero.
pub(crate) async fn list_fees(tx: &mut TenantTx) -> Result<Vec<(String, Money)>, DbError> {
    let rows = sqlx::query!(
        r#"select provider, currency, sum(amount_minor - fee_minor - platform_fee_minor)::bigint as "net!" from balance_lines
           where subject = 'fee' and state = 'matched' group by provider, currency order by provider, currency"#
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let odd = |_| sqlx::Error::Decode("currency".into());
    rows.into_iter()
        .map(|row| Ok((row.provider, Money::new(row.net, row.currency.parse().map_err(odd)?))))
        .collect()
}
