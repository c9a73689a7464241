//! SQL of payouts and of what they pay.

use bilten_kernel::{Ctx, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    payouts::{Lot, PayoutId, PayoutState},
    provider::{AccountRef, PayoutSnapshot, PayoutStatus},
};

/// A payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutRow {
    /// Which.
    pub id: PayoutId,
    /// Number of the book whose money it is.
    pub book: i64,
    /// Provider that it leaves.
    pub provider: String,
    /// The payee's account there; none where the provider has no accounts.
    pub account: Option<AccountRef>,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: PayoutState,
    /// The provider's name of it, once it is known.
    pub reference: Option<String>,
    /// The bank's own reference of it, once it is known.
    pub trace: Option<String>,
    /// When it was decided.
    pub created_at: Timestamp,
}

struct Row {
    id: Uuid,
    book_id: i64,
    provider: String,
    account: Option<String>,
    currency: String,
    amount_minor: i64,
    state: String,
    provider_ref: Option<String>,
    trace: Option<String>,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn read(self) -> Result<PayoutRow, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        Ok(PayoutRow {
            id: self.id.into(),
            book: self.book_id,
            provider: self.provider,
            account: self.account.and_then(|text| AccountRef::parse(&text).ok()),
            amount: Money::new(self.amount_minor, self.currency.parse().map_err(|_| odd("currency"))?),
            state: PayoutState::from_name(&self.state).ok_or_else(|| odd("state of a payout"))?,
            reference: self.provider_ref,
            trace: self.trace,
            created_at: self.created_at.to_jiff(),
        })
    }
}

/// Payout about to be made.
pub(in crate::payouts) struct NewPayout<'a> {
    pub id: PayoutId,
    pub book: i64,
    pub provider: &'a str,
    pub account: Option<&'a str>,
    pub amount: Money,
    pub parts: &'a [(&'a Lot, i64)],
}

/// Writes a payout, what it pays, and that its lots are taken.
pub(in crate::payouts) async fn insert_payout(
    tx: &mut TenantTx,
    ctx: &Ctx,
    new: &NewPayout<'_>,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into payouts (tenant_id, id, book_id, provider, currency, amount_minor, state, created_at, updated_at, account)
         values ($1, $2, $3, $4, $5, $6, 'reserved', $7, $7, $8)",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.book,
        new.provider,
        new.amount.currency.code(),
        new.amount.minor,
        ctx.now().to_sqlx() as _,
        new.account
    )
    .execute(tx.conn())
    .await?;
    let orders: Vec<Uuid> = new.parts.iter().map(|(lot, _)| lot.order.uuid()).collect();
    let minors: Vec<i64> = new.parts.iter().map(|(_, minor)| *minor).collect();
    sqlx::query!(
        "insert into payout_lots (tenant_id, payout_id, order_id, book_id, amount_minor)
         select $1, $2, p.order_id, $3, p.minor from unnest($4::uuid[], $5::bigint[]) as p(order_id, minor)",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.book,
        &orders,
        &minors
    )
    .execute(tx.conn())
    .await?;
    // What is left of a lot is its reserve.
    sqlx::query!(
        "update lots l set allocated_minor = l.allocated_minor + p.amount_minor, updated_at = $2,
                state = case when l.brought_minor - l.taken_minor - l.owed_minor > l.allocated_minor + p.amount_minor
                             then 'releasable' else 'allocated' end
         from payout_lots p where p.payout_id = $1 and l.order_id = p.order_id and l.book_id = p.book_id",
        new.id.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lots of a payout that arrived are paid, unless a part of them is in another one or waits.
pub(in crate::payouts) async fn settle_lots(tx: &mut TenantTx, ctx: &Ctx, payout: PayoutId) -> Result<(), DbError> {
    sqlx::query!(
        "update lots l set state = 'paid', updated_at = $2
         from payout_lots p
         where p.payout_id = $1 and l.order_id = p.order_id and l.book_id = p.book_id and l.state = 'allocated'
           and not exists (select from payout_lots o join payouts q on q.tenant_id = o.tenant_id and q.id = o.payout_id
                           where o.order_id = p.order_id and o.book_id = p.book_id
                             and q.state in ('reserved', 'submitting', 'in_transit'))",
        payout.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lots of a payout that came back are free again.
pub(in crate::payouts) async fn free_lots(tx: &mut TenantTx, ctx: &Ctx, payout: PayoutId) -> Result<(), DbError> {
    sqlx::query!(
        "update lots l set allocated_minor = l.allocated_minor - p.amount_minor, state = 'releasable', updated_at = $2
         from payout_lots p where p.payout_id = $1 and l.order_id = p.order_id and l.book_id = p.book_id",
        payout.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::payouts) async fn lock_payout(tx: &mut TenantTx, id: PayoutId) -> Result<Option<PayoutRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, book_id, provider, account, currency, amount_minor, state, provider_ref, trace,
                  created_at as "created_at: jiff_sqlx::Timestamp" from payouts where id = $1 for update"#,
        id.uuid()
    );
    row.fetch_optional(tx.conn()).await?.map(Row::read).transpose()
}

pub(in crate::payouts) async fn set_payout_state(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: PayoutId,
    (state, told): (PayoutState, Option<&PayoutSnapshot>),
) -> Result<(), DbError> {
    let failure = told.and_then(|told| match &told.status {
        PayoutStatus::Failed(why) => Some(why.as_str()),
        PayoutStatus::InTransit | PayoutStatus::Paid => None,
    });
    sqlx::query!(
        "update payouts set state = $2, provider_ref = coalesce(nullif($3, ''), provider_ref), failure = $4, updated_at = $5,
                trace = coalesce($6, trace), arrived_at = case when $2 = 'paid' then $5::timestamptz end
         where id = $1",
        id.uuid(),
        state.name(),
        told.map(|told| told.payout.as_str()),
        failure,
        ctx.now().to_sqlx() as _,
        told.and_then(|told| told.trace.as_deref())
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists payouts under way that nothing was heard of since.
pub(in crate::payouts) async fn list_open_payouts(
    tx: &mut TenantTx,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<PayoutId>, DbError> {
    let ids = sqlx::query_scalar!(
        "select id from payouts where state in ('reserved', 'submitting', 'in_transit') and updated_at <= $1
         order by updated_at limit $2",
        since.to_sqlx() as _,
        limit
    );
    Ok(ids
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(PayoutId::from_uuid)
        .collect())
}

/// Finds a payout by the provider's name of it, or by our own where that is not recorded yet.
///
/// # Errors
/// The database refused.
pub(crate) async fn find_at_provider(
    tx: &mut TenantTx,
    provider: &str,
    (reference, own): (Option<&str>, Option<PayoutId>),
) -> Result<Option<PayoutRow>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, book_id, provider, account, currency, amount_minor, state, provider_ref, trace,
                  created_at as "created_at: jiff_sqlx::Timestamp"
           from payouts where provider = $1 and (id = $3 or provider_ref = $2) order by id limit 1"#,
        provider,
        reference,
        own.map(PayoutId::uuid)
    );
    row.fetch_optional(tx.conn()).await?.map(Row::read).transpose()
}

/// Lists the latest payouts.
///
/// # Errors
/// The database refused.
pub async fn list_payouts(tx: &mut TenantTx, limit: i64) -> Result<Vec<PayoutRow>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, book_id, provider, account, currency, amount_minor, state, provider_ref, trace,
                  created_at as "created_at: jiff_sqlx::Timestamp" from payouts order by id desc limit $1"#,
        limit
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}
