//! SQL of the tables of gift cards.

use bilten_kernel::{AttemptId, Ctx, Currency, GiftCardId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{GiftCard, GiftUse, LIST_LIMIT, NewGiftCard, Origin, UseState};

pub(super) mod ends;
pub(super) mod shop;

struct Row {
    id: Uuid,
    tail: String,
    origin: String,
    currency: String,
    issued_minor: i64,
    balance_minor: i64,
    reserved_minor: i64,
    note: String,
    expires_at: Option<jiff_sqlx::Timestamp>,
    stopped_at: Option<jiff_sqlx::Timestamp>,
    rests_since: Option<jiff_sqlx::Timestamp>,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn read(self) -> Result<GiftCard, DbError> {
        let currency = currency(&self.currency)?;
        let origin = Origin::ALL.into_iter().find(|origin| origin.name() == self.origin);
        Ok(GiftCard {
            id: self.id.into(),
            tail: self.tail,
            origin: origin.ok_or_else(|| odd("origin of a gift card"))?,
            issued: Money::new(self.issued_minor, currency),
            balance: Money::new(self.balance_minor, currency),
            reserved: Money::new(self.reserved_minor, currency),
            note: self.note,
            expires_at: self.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
            stopped_at: self.stopped_at.map(jiff_sqlx::Timestamp::to_jiff),
            rests: self.rests_since.is_some(),
            created_at: self.created_at.to_jiff(),
        })
    }
}

fn odd(what: &'static str) -> DbError {
    sqlx::Error::Decode(what.into()).into()
}

fn currency(text: &str) -> Result<Currency, DbError> {
    text.parse().map_err(|_| odd("currency"))
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (id, hash, tail): (GiftCardId, &[u8], &str),
    new: &NewGiftCard,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into gift_cards (tenant_id, id, code_hash, tail, origin, currency, issued_minor, balance_minor, note, expires_at,
                                 created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)",
        tx.tenant().uuid(),
        id.uuid(),
        hash,
        tail,
        new.origin.name(),
        new.amount.currency.code(),
        new.amount.minor,
        new.note,
        new.expires_at.map(ToSqlx::to_sqlx) as _,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn note_move(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (card, kind, minor): (GiftCardId, &str, i64),
    order: Option<OrderId>,
) -> Result<(), DbError> {
    let id: GiftCardId = ctx.new_id();
    sqlx::query!(
        "insert into gift_card_moves (tenant_id, id, card_id, kind, amount_minor, order_id, actor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        id.uuid(),
        card.uuid(),
        kind,
        minor,
        order.map(OrderId::uuid),
        ctx.actor.to_string(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn lock(tx: &mut TenantTx, id: GiftCardId) -> Result<Option<GiftCard>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, tail, origin, currency, issued_minor, balance_minor, reserved_minor, note, expires_at, stopped_at, rests_since, created_at
         from gift_cards where id = $1 for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn lock_by_hash(tx: &mut TenantTx, hash: &[u8]) -> Result<Option<GiftCard>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, tail, origin, currency, issued_minor, balance_minor, reserved_minor, note, expires_at, stopped_at, rests_since, created_at
         from gift_cards where code_hash = $1 for update",
        hash
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

/// Finds a card.
///
/// # Errors
/// The database failed.
pub async fn find(tx: &mut TenantTx, id: GiftCardId) -> Result<Option<GiftCard>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, tail, origin, currency, issued_minor, balance_minor, reserved_minor, note, expires_at, stopped_at, rests_since, created_at
         from gift_cards where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn find_by_hash(tx: &mut TenantTx, hash: &[u8]) -> Result<Option<GiftCard>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, tail, origin, currency, issued_minor, balance_minor, reserved_minor, note, expires_at, stopped_at, rests_since, created_at
         from gift_cards where code_hash = $1",
        hash
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

/// Lists cards, the latest first, that are older than the one given: so many of them, [`LIST_LIMIT`] and one more at most.
///
/// # Errors
/// The database failed.
pub async fn list_some(tx: &mut TenantTx, before: Option<GiftCardId>, limit: i64) -> Result<Vec<GiftCard>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, tail, origin, currency, issued_minor, balance_minor, reserved_minor, note, expires_at, stopped_at, rests_since, created_at
         from gift_cards where $1::uuid is null or id < $1 order by id desc limit $2",
        before.map(GiftCardId::uuid),
        limit.clamp(1, LIST_LIMIT + 1)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Lists the latest cards that are older than the one given.
///
/// # Errors
/// The database failed.
pub async fn list(tx: &mut TenantTx, before: Option<GiftCardId>) -> Result<Vec<GiftCard>, DbError> {
    list_some(tx, before, LIST_LIMIT).await
}

pub(super) async fn stop(tx: &mut TenantTx, ctx: &Ctx, id: GiftCardId) -> Result<(), DbError> {
    sqlx::query!(
        "update gift_cards set stopped_at = $2 where id = $1 and stopped_at is null",
        id.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds what a card pays of an order.
///
/// # Errors
/// The database failed.
pub async fn find_use(tx: &mut TenantTx, order: OrderId) -> Result<Option<GiftUse>, DbError> {
    let row = sqlx::query!(
        "select u.card_id, u.amount_minor, u.returned_minor, u.state, c.tail, c.currency
         from gift_card_uses u join gift_cards c on c.tenant_id = u.tenant_id and c.id = u.card_id where u.order_id = $1",
        order.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let currency = currency(&row.currency)?;
        Ok(GiftUse {
            order,
            card: row.card_id.into(),
            tail: row.tail,
            amount: Money::new(row.amount_minor, currency),
            returned: Money::new(row.returned_minor, currency),
            state: match row.state.as_str() {
                "chosen" => UseState::Chosen,
                "reserved" => UseState::Reserved,
                "spent" => UseState::Spent,
                _ => return Err(odd("state of a gift card's use")),
            },
        })
    })
    .transpose()
}

/// Chooses a card for an order of which none is reserved or spent.
pub(super) async fn set_chosen(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (order, card): (OrderId, GiftCardId),
    amount: Money,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into gift_card_uses (tenant_id, order_id, card_id, amount_minor, state, updated_at)
         values ($1, $2, $3, $4, 'chosen', $5)
         on conflict (tenant_id, order_id) do update set card_id = $3, amount_minor = $4, updated_at = $5
         where gift_card_uses.state = 'chosen'",
        tx.tenant().uuid(),
        order.uuid(),
        card.uuid(),
        amount.minor,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_chosen(tx: &mut TenantTx, order: OrderId) -> Result<(), DbError> {
    sqlx::query!(
        "delete from gift_card_uses where order_id = $1 and state = 'chosen'",
        order.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reserves what was chosen; tells whether it was chosen and the card has it.
pub(super) async fn set_reserved(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: OrderId,
    attempt: AttemptId,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "with used as (
             update gift_card_uses set state = 'reserved', attempt_id = $2, updated_at = $3
             where order_id = $1 and state = 'chosen' returning card_id, amount_minor)
         update gift_cards c set reserved_minor = c.reserved_minor + u.amount_minor from used u where c.id = u.card_id",
        order.uuid(),
        attempt.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives back what an attempt reserved: it is chosen again.
pub(super) async fn release(tx: &mut TenantTx, ctx: &Ctx, attempt: AttemptId) -> Result<(), DbError> {
    sqlx::query!(
        "with used as (
             update gift_card_uses set state = 'chosen', attempt_id = null, updated_at = $2
             where attempt_id = $1 and state = 'reserved' returning card_id, amount_minor)
         update gift_cards c set reserved_minor = c.reserved_minor - u.amount_minor from used u where c.id = u.card_id",
        attempt.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Spends what an attempt reserved; tells whether it had.
pub(super) async fn spend_reserved(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: OrderId,
    attempt: AttemptId,
) -> Result<bool, DbError> {
    let spent = sqlx::query!(
        "with used as (
             update gift_card_uses set state = 'spent', attempt_id = null, updated_at = $3
             where order_id = $1 and attempt_id = $2 and state = 'reserved' returning card_id, amount_minor)
         update gift_cards c set balance_minor = c.balance_minor - u.amount_minor, reserved_minor = c.reserved_minor - u.amount_minor
         from used u where c.id = u.card_id returning c.id, u.amount_minor",
        order.uuid(),
        attempt.uuid(),
        ctx.now().to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(spent) = spent else { return Ok(false) };
    note_move(tx, ctx, (spent.id.into(), "spent", -spent.amount_minor), Some(order)).await?;
    Ok(true)
}

/// Spends what was chosen, if the card has so much that nobody reserved; tells whether it was.
pub(super) async fn spend_chosen(tx: &mut TenantTx, ctx: &Ctx, order: OrderId) -> Result<bool, DbError> {
    let spent = sqlx::query!(
        "update gift_cards c set balance_minor = c.balance_minor - u.amount_minor
         from gift_card_uses u
         where u.order_id = $1 and u.state = 'chosen' and c.id = u.card_id and c.stopped_at is null and c.rests_since is null
           and (c.expires_at is null or c.expires_at > $2) and c.balance_minor - c.reserved_minor >= u.amount_minor
         returning c.id, u.amount_minor",
        order.uuid(),
        ctx.now().to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(spent) = spent else { return Ok(false) };
    sqlx::query!(
        "update gift_card_uses set state = 'spent', updated_at = $2 where order_id = $1",
        order.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    note_move(tx, ctx, (spent.id.into(), "spent", -spent.amount_minor), Some(order)).await?;
    Ok(true)
}

/// Gives back to the card what it paid of an order; the CHECK refuses more than it paid.
pub(super) async fn give_back(tx: &mut TenantTx, ctx: &Ctx, order: OrderId, minor: i64) -> Result<(), DbError> {
    let card = sqlx::query_scalar!(
        "with used as (
             update gift_card_uses set returned_minor = returned_minor + $2, updated_at = $3
             where order_id = $1 and state = 'spent' returning card_id)
         update gift_cards c set balance_minor = c.balance_minor + $2 from used u where c.id = u.card_id returning c.id",
        order.uuid(),
        minor,
        ctx.now().to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    note_move(tx, ctx, (card.into(), "returned", minor), Some(order)).await
}

/// Tells whether one of these has typed his number of wrong codes since then.
pub(super) async fn has_guessed(tx: &mut TenantTx, who: &[([u8; 32], i32)], since: Timestamp) -> Result<bool, DbError> {
    let (names, most): (Vec<Vec<u8>>, Vec<i32>) = who.iter().map(|(name, most)| (name.to_vec(), *most)).unzip();
    let found = sqlx::query_scalar!(
        r#"select exists(select from gift_card_guesses g join unnest($1::bytea[], $2::int[]) as w(who, most) on w.who = g.who
                         where g.began_at > $3 and g.guesses >= w.most) as "has!""#,
        &names,
        &most,
        since.to_sqlx() as _,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Counts a wrong code of each; who was counted last before `since` is counted anew.
pub(super) async fn count_guess(
    tx: &mut TenantTx,
    who: &[([u8; 32], i32)],
    (now, since): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    let names: Vec<Vec<u8>> = who.iter().map(|(name, _)| name.to_vec()).collect();
    sqlx::query!(
        "insert into gift_card_guesses (tenant_id, who, began_at, guesses)
         select $1, w.who, $3, 1 from unnest($2::bytea[]) as w(who) order by w.who
         on conflict (tenant_id, who) do update
         set guesses = case when gift_card_guesses.began_at > $4 then gift_card_guesses.guesses + 1 else 1 end,
             began_at = case when gift_card_guesses.began_at > $4 then gift_card_guesses.began_at else $3 end",
        tx.tenant().uuid(),
        &names,
        now.to_sqlx() as _,
        since.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Throws some of those away who were counted last before then.
pub(super) async fn delete_guesses(tx: &mut TenantTx, before: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "delete from gift_card_guesses g using (
             select tenant_id, who from gift_card_guesses where began_at <= $1 order by began_at limit 100 for update skip locked) as old
         where g.tenant_id = old.tenant_id and g.who = old.who",
        before.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sum of what all cards have left, in minor units of all currencies; for checks.
pub(crate) async fn sum_balances(tx: &mut TenantTx) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(r#"select coalesce(sum(balance_minor), 0)::bigint as "sum!" from gift_cards"#);
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Sum of all that came to cards and went from them; for checks.
pub(crate) async fn sum_moves(tx: &mut TenantTx) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from gift_card_moves"#);
    Ok(sum.fetch_one(tx.conn()).await?)
}
