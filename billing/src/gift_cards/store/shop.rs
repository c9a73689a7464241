//! SQL of what a shop asks of the gift cards that it sells, and of their sales.

use bilten_kernel::{Ctx, GiftCardId, Money, OrderId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{currency, odd};
use crate::gift_cards::{GiftSale, Present, ShopTerms};

pub(in crate::gift_cards) async fn find_terms(tx: &mut TenantTx) -> Result<Option<ShopTerms>, DbError> {
    let row = sqlx::query!(
        "select is_sold, currency, suggested, least_minor, most_minor, valid_days, breakage_days from gift_card_terms"
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(ShopTerms {
            is_sold: row.is_sold,
            currency: currency(&row.currency)?,
            suggested: row.suggested,
            bounds: row.least_minor.zip(row.most_minor),
            valid_days: row.valid_days,
            breakage_days: row.breakage_days,
        })
    })
    .transpose()
}

pub(in crate::gift_cards) async fn save_terms(tx: &mut TenantTx, ctx: &Ctx, terms: &ShopTerms) -> Result<(), DbError> {
    sqlx::query!(
        "insert into gift_card_terms (tenant_id, is_sold, currency, suggested, least_minor, most_minor, valid_days, breakage_days,
                                      updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id) do update
         set is_sold = $2, currency = $3, suggested = $4, least_minor = $5, most_minor = $6, valid_days = $7, breakage_days = $8,
             updated_at = $9",
        tx.tenant().uuid(),
        terms.is_sold,
        terms.currency.code(),
        &terms.suggested,
        terms.bounds.map(|(least, _)| least),
        terms.bounds.map(|(_, most)| most),
        terms.valid_days,
        terms.breakage_days,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::gift_cards) async fn insert_sale(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: OrderId,
    present: &Present,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into gift_card_sales (tenant_id, order_id, recipient_name, recipient_email, message, send_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().uuid(),
        order.uuid(),
        present.name,
        present.email.as_ref().map(bilten_kernel::Email::as_str),
        present.message,
        present.send_at.map(ToSqlx::to_sqlx) as _,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says which card a sale became; tells whether it had none.
pub(in crate::gift_cards) async fn set_card(
    tx: &mut TenantTx,
    order: OrderId,
    card: GiftCardId,
) -> Result<bool, DbError> {
    let set = sqlx::query!(
        "update gift_card_sales set card_id = $2 where order_id = $1 and card_id is null",
        order.uuid(),
        card.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(set.rows_affected() == 1)
}

pub(in crate::gift_cards) async fn find_sale(tx: &mut TenantTx, order: OrderId) -> Result<Option<GiftSale>, DbError> {
    let row = sqlx::query!(
        r#"select s.card_id, s.recipient_name, s.recipient_email, s.message, s.send_at, c.balance_minor as "balance_minor?",
                  c.currency as "currency?", c.expires_at as "expires_at?", c.stopped_at is not null as "is_stopped!",
                  c.rests_since is not null as "rests!"
           from gift_card_sales s left join gift_cards c on c.tenant_id = s.tenant_id and c.id = s.card_id
           where s.order_id = $1"#,
        order.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let email = row.recipient_email.map(|email| email.parse());
        let left = match (row.balance_minor, row.currency) {
            (Some(minor), Some(code)) => Some(Money::new(minor, currency(&code)?)),
            (_, _) => None,
        };
        Ok(GiftSale {
            card: row.card_id.map(GiftCardId::from_uuid),
            left,
            expires_at: row.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
            is_stopped: row.is_stopped || row.rests,
            present: Present {
                name: row.recipient_name,
                email: email.transpose().map_err(|_| odd("mail address of a recipient"))?,
                message: row.message,
                send_at: row.send_at.map(jiff_sqlx::Timestamp::to_jiff),
            },
        })
    })
    .transpose()
}
