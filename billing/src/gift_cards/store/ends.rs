//! SQL of what comes off a card without being spent.

use bilten_kernel::{Ctx, GiftCardId, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::note_move;

/// Locks the card that an order bought and reads what of it nobody has for himself.
pub(in crate::gift_cards) async fn lock_of_order(
    tx: &mut TenantTx,
    order: OrderId,
) -> Result<Option<(GiftCardId, i64)>, DbError> {
    let found = sqlx::query!(
        r#"select c.id, c.balance_minor - c.reserved_minor as "free!"
           from gift_card_sales s join gift_cards c on c.tenant_id = s.tenant_id and c.id = s.card_id
           where s.order_id = $1 for update of c"#,
        order.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(|found| (found.id.into(), found.free)))
}

/// Takes so much off a locked card, and stops it; the CHECK refuses what payments under way have for themselves.
pub(in crate::gift_cards) async fn take_off(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (card, kind, minor): (GiftCardId, &str, i64),
    order: Option<OrderId>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update gift_cards set balance_minor = balance_minor - $2, stopped_at = coalesce(stopped_at, $3) where id = $1",
        card.uuid(),
        minor,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    if minor == 0 {
        return Ok(());
    }
    note_move(tx, ctx, (card, kind, -minor), order).await
}

/// Has the card that an order bought rest, or ends that.
pub(in crate::gift_cards) async fn set_rests(
    tx: &mut TenantTx,
    order: OrderId,
    since: Option<Timestamp>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update gift_cards c set rests_since = $2 from gift_card_sales s where s.order_id = $1 and c.id = s.card_id",
        order.uuid(),
        since.map(ToSqlx::to_sqlx) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists cards of which something is left so long after their end that the shop takes it as earned.
pub(in crate::gift_cards) async fn list_to_earn(
    tx: &mut TenantTx,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<GiftCardId>, DbError> {
    // Index gift_cards_over; most shops have no row of terms, or no days in it.
    let ids: Vec<Uuid> = sqlx::query_scalar!(
        "select c.id from gift_card_terms t join gift_cards c on c.tenant_id = t.tenant_id
         where t.breakage_days is not null and c.balance_minor > c.reserved_minor and c.rests_since is null
           and c.expires_at is not null and c.expires_at + t.breakage_days * interval '1 day' <= $1
         order by c.expires_at limit $2",
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(GiftCardId::from_uuid).collect())
}
