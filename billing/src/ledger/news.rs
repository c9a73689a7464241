//! What other modules tell from the ledger, each by a cursor of its own.

use bilten_kernel::{Currency, EventId, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    account::{Book, Code},
    store,
    txn::Kind,
};

/// Kinds that bring money in for an order, or for what stands where an order would; all others that move it take money out.
const BRINGS: [Kind; 4] = [
    Kind::Sale,
    Kind::MoneyWithoutSale,
    Kind::GiftCardSold,
    Kind::CommissionPaid,
];

/// What was booked for orders since the last time.
pub(crate) struct News {
    /// By order and book.
    pub moves: Vec<Move>,
    /// There is more.
    pub has_more: bool,
}

/// What moved of one order's money with a provider. Amounts are minor units.
pub(crate) struct Move {
    pub order: OrderId,
    pub event: Option<EventId>,
    /// Number of the payee's book.
    pub book: i64,
    pub provider: String,
    pub currency: Currency,
    /// When the first of it happened.
    pub at: Timestamp,
    pub brought: i64,
    pub taken: i64,
    /// What is newly on its way back; less than nothing when it arrived.
    pub owed: i64,
}

/// Reads what is new for a cursor and moves it on, in the caller's transaction; `None` when nothing is, or somebody else is at it.
pub(crate) async fn news_of_orders(tx: &mut TenantTx, cursor: &str, limit: i64) -> Result<Option<News>, DbError> {
    let Some(from) = store::take_cursor(tx, cursor).await? else {
        return Ok(None);
    };
    let Some(end) = store::find_end(tx, from, limit).await? else {
        return Ok(None);
    };
    let psp = Code::PSP.map(Code::number);
    let brings = BRINGS.map(Kind::name);
    let rows = store::list_moves(tx, (from, end), (&psp, Code::RefundClearing.number()), &brings).await?;
    let moves = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    store::move_cursor(tx, cursor, end).await?;
    let has_more = store::find_end(tx, end, 1).await?.is_some();
    Ok(Some(News { moves, has_more }))
}

fn read(row: store::MoveRow) -> Result<Move, DbError> {
    Ok(Move {
        order: row.order_id.into(),
        event: row.event_id.map(EventId::from_uuid),
        book: row.book_id,
        provider: row.provider.unwrap_or_default(),
        currency: row
            .currency
            .parse()
            .map_err(|_| sqlx::Error::Decode("currency".into()))?,
        at: row.at.to_jiff(),
        brought: row.brought,
        taken: row.taken,
        owed: row.owed,
    })
}

/// Tells whether anything was booked that a cursor has not come to.
pub(crate) async fn has_news(tx: &mut TenantTx, cursor: &str) -> Result<bool, DbError> {
    store::has_news(tx, cursor).await
}

/// Keeps others from working by a cursor until the transaction ends; tells whether it is ours.
pub(crate) async fn hold_cursor(tx: &mut TenantTx, cursor: &str) -> Result<bool, DbError> {
    Ok(store::take_cursor(tx, cursor).await?.is_some())
}

/// Sum of what orders moved on payees' accounts with providers, up to a cursor, in minor units.
pub(crate) async fn sum_of_orders(tx: &mut TenantTx, cursor: &str) -> Result<i64, DbError> {
    store::sum_moves(tx, cursor, &Code::PSP.map(Code::number)).await
}

/// Finds a book by its number.
pub(crate) async fn find_book(tx: &mut TenantTx, number: i64) -> Result<Book, DbError> {
    let found = store::find_book(tx, number).await?;
    let book = found.and_then(|(kind, payee)| Book::parse(&kind, &payee));
    book.ok_or_else(|| sqlx::Error::RowNotFound.into())
}
