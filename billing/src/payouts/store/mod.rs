//! SQL of `lots`, `payouts` and `payout_lots`.

mod payouts;
mod proof;
mod trust;

use bilten_kernel::{Ctx, EventId, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    lot::{Lot, LotState},
    policy::Dates,
};

pub(crate) use payouts::find_at_provider;
pub(super) use payouts::*;
pub use payouts::{PayoutRow, list_payouts};
pub(super) use proof::sum_unsent;
pub(crate) use proof::{prove, sum_unheard};
pub(super) use trust::{count_events_over, count_lots, sum_early};

struct Row {
    order_id: Uuid,
    book_id: i64,
    event_id: Option<Uuid>,
    provider: String,
    currency: String,
    brought_minor: i64,
    taken_minor: i64,
    owed_minor: i64,
    allocated_minor: i64,
    reserve_bp: i32,
    available_at: jiff_sqlx::Timestamp,
    releasable_at: jiff_sqlx::Timestamp,
    reserve_until: jiff_sqlx::Timestamp,
    deadline_at: jiff_sqlx::Timestamp,
    state: String,
}

impl Row {
    fn read(self) -> Result<Lot, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        Ok(Lot {
            order: self.order_id.into(),
            book: self.book_id,
            event: self.event_id.map(EventId::from_uuid),
            provider: self.provider,
            currency: self.currency.parse().map_err(|_| odd("currency"))?,
            brought: self.brought_minor,
            taken: self.taken_minor,
            owed: self.owed_minor,
            allocated: self.allocated_minor,
            reserve_bp: self.reserve_bp,
            dates: Dates {
                available: self.available_at.to_jiff(),
                releasable: self.releasable_at.to_jiff(),
                reserve: self.reserve_until.to_jiff(),
                deadline: self.deadline_at.to_jiff(),
            },
            state: LotState::from_name(&self.state).ok_or_else(|| odd("state of a lot"))?,
        })
    }
}

/// Adds what is new to lots, and makes those that there are not yet. A lot of which nothing is left is consumed.
pub(super) async fn add_to_lots(tx: &mut TenantTx, ctx: &Ctx, lots: &[Lot]) -> Result<(), DbError> {
    let orders: Vec<Uuid> = lots.iter().map(|lot| lot.order.uuid()).collect();
    let books: Vec<i64> = lots.iter().map(|lot| lot.book).collect();
    let events: Vec<Option<Uuid>> = lots.iter().map(|lot| lot.event.map(EventId::uuid)).collect();
    let providers: Vec<&str> = lots.iter().map(|lot| lot.provider.as_str()).collect();
    let currencies: Vec<&str> = lots.iter().map(|lot| lot.currency.code()).collect();
    let brought: Vec<i64> = lots.iter().map(|lot| lot.brought).collect();
    let taken: Vec<i64> = lots.iter().map(|lot| lot.taken).collect();
    let owed: Vec<i64> = lots.iter().map(|lot| lot.owed).collect();
    let reserves: Vec<i32> = lots.iter().map(|lot| lot.reserve_bp).collect();
    let at = |of: fn(&Dates) -> Timestamp| -> Vec<jiff_sqlx::Timestamp> {
        lots.iter().map(|lot| of(&lot.dates).to_sqlx()).collect()
    };
    sqlx::query!(
        "insert into lots as l (tenant_id, order_id, book_id, event_id, provider, currency, brought_minor, taken_minor, owed_minor,
                                allocated_minor, state, captured_at, available_at, releasable_at, reserve_until, deadline_at,
                                reserve_bp, updated_at)
         select $1, n.order_id, n.book_id, n.event_id, n.provider, n.currency, n.brought, n.taken, n.owed, 0,
                case when n.brought - n.taken - n.owed > 0 then 'pending' else 'consumed' end,
                $15, n.available, n.releasable, n.reserve, n.deadline, n.reserve_bp, $15
         from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[],
                     $10::int[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[])
              as n(order_id, book_id, event_id, provider, currency, brought, taken, owed, reserve_bp, available, releasable, reserve,
                   deadline)
         order by n.order_id, n.book_id
         on conflict (tenant_id, order_id, book_id) do update
         set brought_minor = l.brought_minor + excluded.brought_minor, taken_minor = l.taken_minor + excluded.taken_minor,
             owed_minor = l.owed_minor + excluded.owed_minor, updated_at = excluded.updated_at,
             state = case
                 when l.allocated_minor > 0 then l.state
                 when l.brought_minor + excluded.brought_minor - l.taken_minor - excluded.taken_minor
                      - l.owed_minor - excluded.owed_minor <= 0 then 'consumed'
                 when l.state = 'consumed' then 'held' else l.state end",
        tx.tenant().uuid(),
        &orders,
        &books,
        &events as _,
        &providers as _,
        &currencies as _,
        &brought,
        &taken,
        &owed,
        &reserves,
        &at(|dates| dates.available) as _,
        &at(|dates| dates.releasable) as _,
        &at(|dates| dates.reserve) as _,
        &at(|dates| dates.deadline) as _,
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves lots on whose money has become available at the provider, and returns them with what is newly available as what they
/// brought. What was consumed before counts too: its money came, and its refund was taken from what is available.
pub(super) async fn take_available(tx: &mut TenantTx, ctx: &Ctx, limit: i64) -> Result<Vec<Lot>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"update lots l set available_minor = l.brought_minor, updated_at = $1,
                  state = case l.state when 'pending' then 'held' else l.state end
           from (select order_id, book_id, available_minor from lots
                 where available_minor <> brought_minor and available_at <= $1 order by available_at limit $2 for update) o
           where l.order_id = o.order_id and l.book_id = o.book_id
           returning l.order_id, l.book_id, l.event_id, l.provider, l.currency, l.brought_minor - o.available_minor as "brought_minor!",
                     l.taken_minor, l.owed_minor, l.allocated_minor, l.reserve_bp, l.available_at, l.releasable_at,
                     l.reserve_until, l.deadline_at, l.state"#,
        ctx.now().to_sqlx() as _,
        limit
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::read).collect()
}

/// Finds lots of which something may go, and keeps others from changing them; the oldest first. An order for which something
/// was booked that its lot does not tell yet waits for the next look.
pub(super) async fn lock_releasable(tx: &mut TenantTx, now: Timestamp, limit: i64) -> Result<Vec<Lot>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select order_id, book_id, event_id, provider, currency, brought_minor, taken_minor, owed_minor, allocated_minor,
                reserve_bp, available_at, releasable_at, reserve_until, deadline_at, state
         from lots
         where state in ('pending', 'held', 'releasable') and available_minor = brought_minor and least(releasable_at, deadline_at) <= $1
           and brought_minor - taken_minor - owed_minor > allocated_minor
           and (allocated_minor = 0 or least(reserve_until, deadline_at) <= $1)
           and not exists (select from ledger_txns t
                           where t.kind <> 'sale' and t.order_id = lots.order_id
                             and t.xact >= coalesce((select next_xact from ledger_cursors where name = 'lots'), 0))
         order by releasable_at, order_id limit $2 for update",
        now.to_sqlx() as _,
        limit
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::read).collect()
}

/// Tells whether money waits to be released.
pub(super) async fn has_open_lots(tx: &mut TenantTx) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from lots where state in ('pending', 'held', 'releasable'))
               or exists (select from payouts where state in ('reserved', 'submitting', 'in_transit')) as "found!""#
    );
    Ok(found.fetch_one(tx.conn()).await?)
}

/// Lists the lots of an order, in all books.
///
/// # Errors
/// The database refused.
pub async fn list_lots(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Lot>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select order_id, book_id, event_id, provider, currency, brought_minor, taken_minor, owed_minor, allocated_minor,
                reserve_bp, available_at, releasable_at, reserve_until, deadline_at, state
         from lots where order_id = $1 order by book_id",
        order.uuid()
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::read).collect()
}
