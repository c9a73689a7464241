//! SQL of `price_offers`.

use bilten_kernel::{EventId, PriceOfferId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{MAX_OFFERS, NewOffer, PriceOffer};
use crate::catalog::Line;

struct Row {
    id: Uuid,
    name: String,
    rule: serde_json::Value,
    priority: i32,
    starts_at: Option<jiff_sqlx::Timestamp>,
    ends_at: Option<jiff_sqlx::Timestamp>,
    withdrawn_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn read(self) -> Result<PriceOffer, DbError> {
        let rule = serde_json::from_value(self.rule).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(PriceOffer {
            id: self.id.into(),
            name: Line::stored(self.name),
            rule,
            priority: self.priority,
            starts_at: self.starts_at.map(jiff_sqlx::Timestamp::to_jiff),
            ends_at: self.ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            withdrawn_at: self.withdrawn_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// Reads the offers of an event that are neither withdrawn nor over, the first one first; some may begin later.
pub(crate) async fn load_open(tx: &mut TenantTx, event: EventId, now: Timestamp) -> Result<Vec<PriceOffer>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, name, rule, priority, starts_at, ends_at, withdrawn_at from price_offers
         where event_id = $1 and withdrawn_at is null and (ends_at is null or ends_at > $2)
         order by priority desc, id",
        event.uuid(),
        now.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// As [`load_open`], where the event has any; nothing is asked where it has none.
pub(crate) async fn load_if(
    has_offers: bool,
    tx: &mut TenantTx,
    event: EventId,
    now: Timestamp,
) -> Result<Vec<PriceOffer>, DbError> {
    if has_offers {
        load_open(tx, event, now).await
    } else {
        Ok(Vec::new())
    }
}

/// Lists all offers of an event, withdrawn ones too, the first one first.
pub(super) async fn list(tx: &mut TenantTx, event: EventId) -> Result<Vec<PriceOffer>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, name, rule, priority, starts_at, ends_at, withdrawn_at from price_offers
         where event_id = $1 order by withdrawn_at is not null, priority desc, id limit $2",
        event.uuid(),
        i64::try_from(MAX_OFFERS).unwrap_or(i64::MAX)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Lists those of the ticket types that the event has.
pub(super) async fn list_types(
    tx: &mut TenantTx,
    event: EventId,
    types: &[TicketTypeId],
) -> Result<Vec<TicketTypeId>, DbError> {
    let ids: Vec<Uuid> = types.iter().map(|id| id.uuid()).collect();
    let found = sqlx::query_scalar!(
        "select id from ticket_types where event_id = $1 and id = any($2)",
        event.uuid(),
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found.into_iter().map(TicketTypeId::from_uuid).collect())
}

/// Adds an offer; carts of the event ask for offers from then on.
pub(super) async fn insert(
    tx: &mut TenantTx,
    event: EventId,
    (id, new): (PriceOfferId, &NewOffer),
    now: Timestamp,
) -> Result<(), DbError> {
    let rule = serde_json::to_value(&new.rule).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        "insert into price_offers (tenant_id, id, event_id, name, rule, priority, starts_at, ends_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.tenant().uuid(),
        id.uuid(),
        event.uuid(),
        new.name.as_str(),
        rule,
        new.priority,
        new.starts_at.map(ToSqlx::to_sqlx) as _,
        new.ends_at.map(ToSqlx::to_sqlx) as _,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("update events set has_offers = true where id = $1", event.uuid())
        .execute(tx.conn())
        .await?;
    tx.note_page_change();
    Ok(())
}

/// Withdraws an offer unless it was withdrawn before; `None` when the event has none such, and else whether it was not.
pub(super) async fn withdraw(
    tx: &mut TenantTx,
    event: EventId,
    id: PriceOfferId,
    now: Timestamp,
) -> Result<Option<bool>, DbError> {
    let found = sqlx::query_scalar!(
        r#"select withdrawn_at is null as "is_open!" from price_offers where event_id = $1 and id = $2 for update"#,
        event.uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    if found != Some(true) {
        return Ok(found);
    }
    sqlx::query!(
        "update price_offers set withdrawn_at = $2 where id = $1",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update events set has_offers = exists(select from price_offers p where p.event_id = $1 and p.withdrawn_at is null)
         where id = $1",
        event.uuid()
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(Some(true))
}
