//! SQL that adds taxes up, with what they are of.

use bilten_kernel::{EventId, Money};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Span, odd};
use crate::ledger::{Code, Dimension};

/// Accounts whose movement in a sale is what its one tax is of.
const NET: [Code; 3] = [
    Code::TicketDeferred,
    Code::ServiceFeeDeferred,
    Code::CancellationFeeIncome,
];

/// What moved of one tax in a span: debit above zero.
pub(in crate::finance) struct TaxSums {
    pub name: String,
    pub rate_bp: u32,
    pub tax: Money,
    pub base: Money,
    /// Tax of transactions that neither tell what it is of nor have no other tax: booked before bases were.
    pub untold: Money,
}

/// Sums taxes up. A transaction that tells what its taxes are of is believed; in any other one with a single tax that is the net of
/// everything in it.
pub(in crate::finance) async fn list_taxes(tx: &mut TenantTx, span: &Span) -> Result<Vec<TaxSums>, DbError> {
    let codes: Vec<i16> = NET
        .into_iter()
        .chain([Code::TaxPayable, Code::TaxBase])
        .map(Code::number)
        .collect();
    // Index ledger_txns_by_time: blocks of the span.
    let rows = sqlx::query!(
        r#"with wanted as materialized (
             select a.id, a.code, a.currency, a.dimension
             from ledger_accounts a join ledger_books b on b.tenant_id = a.tenant_id and b.id = a.book_id
             where a.tenant_id = $1 and b.kind = 'payee' and a.code = any($5)),
           lines as materialized (
             select t.id, w.code, w.currency, w.dimension, p.amount
             from ledger_txns t cross join lateral unnest(t.account_ids, t.amounts) as p(account_id, amount)
             join wanted w on w.id = p.account_id
             where t.tenant_id = $1 and t.booked_at >= $2 and t.booked_at < $3 and ($4::uuid is null or t.event_id = $4)),
           txns as materialized (
             select id, currency, min(dimension) filter (where code = $6) as dimension,
                    count(distinct dimension) filter (where code = $6) as taxes, bool_or(code = $7) as tells,
                    coalesce(sum(amount) filter (where code <> $6 and code <> $7), 0) as net
             from lines group by id, currency)
           select x.currency as "currency!", x.dimension as "dimension!", sum(x.tax)::bigint as "tax!", sum(x.base)::bigint as "base!",
                  sum(x.untold)::bigint as "untold!"
           from (select l.currency, l.dimension, l.amount as tax, 0 as base, 0 as untold from lines l where l.code = $6
                 union all select l.currency, l.dimension, 0, l.amount, 0 from lines l where l.code = $7
                 union all select t.currency, t.dimension, 0, t.net, 0 from txns t where not t.tells and t.taxes = 1
                 union all select l.currency, l.dimension, 0, 0, l.amount
                           from txns t join lines l on l.id = t.id and l.currency = t.currency and l.code = $6
                           where not t.tells and t.taxes > 1) x
           group by x.currency, x.dimension order by x.currency, x.dimension"#,
        tx.tenant().uuid(),
        span.from.to_sqlx() as _,
        span.until.to_sqlx() as _,
        span.event.map(EventId::uuid),
        &codes,
        Code::TaxPayable.number(),
        Code::TaxBase.number(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = row.currency.parse().map_err(|_| odd("currency"))?;
            let Some(Dimension::Tax { code, rate_bp }) = Dimension::parse(Code::TaxPayable, &row.dimension) else {
                return Err(odd("dimension"));
            };
            let money = |minor| Money::new(minor, currency);
            Ok(TaxSums {
                name: code,
                rate_bp,
                tax: money(row.tax),
                base: money(row.base),
                untold: money(row.untold),
            })
        })
        .collect()
}
