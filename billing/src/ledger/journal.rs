//! Books what checkout, refunds and contests do, each in the transaction in which it is done.
//!
//! This is the only place where their words are turned into facts for templates.

use bilten_core::{
    orders::{self, Order, Returnable},
    pricing::Pick,
};
use bilten_kernel::{Ctx, Money, MoneyError, OrderId, RefundId, TicketReturnId};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    account::{Book, Code, Dimension},
    facts::{Breakdown, SaleFacts, TaxPart},
    post::{KnownAccounts, PostError, post, post_many},
    store,
    templates::{self, RefundFacts, refund_head},
    txn::{Head, Kind, NewTxn},
};
use crate::{
    attempts::{self, Attempt},
    refunds::{Refund, RefundState, Why},
};

/// Accounts that the price of an order is credited to.
const PRICE: [Code; 3] = [Code::TicketDeferred, Code::ServiceFeeDeferred, Code::TaxPayable];

/// Books the sales of a group, with one statement. What costs nothing is not booked.
pub(crate) async fn book_sales(
    tx: &mut TenantTx,
    known: &KnownAccounts,
    sales: &[(&Ctx, &Order, &str)],
) -> Result<(), PostError> {
    let mut txns: Vec<(&Ctx, NewTxn)> = Vec::with_capacity(sales.len());
    for (ctx, order, provider) in sales.iter().filter(|(_, order, _)| !order.total.is_zero()) {
        txns.push((ctx, templates::sale(&SaleFacts::of(order, provider, ctx.now())?)?));
    }
    let txns: Vec<(&Ctx, &NewTxn)> = txns.iter().map(|(ctx, txn)| (*ctx, txn)).collect();
    post_many(tx, known, &txns).await?;
    Ok(())
}

/// Books one sale.
pub(crate) async fn book_sale(tx: &mut TenantTx, ctx: &Ctx, order: OrderId, provider: &str) -> Result<(), PostError> {
    let order = orders::find(tx, order).await?.ok_or(PostError::NotFound)?;
    book_sales(tx, &KnownAccounts::default(), &[(ctx, &order, provider)]).await
}

/// Books money that cannot pay its order.
pub(crate) async fn book_money_without_sale(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    taken: Money,
) -> Result<(), PostError> {
    let head = Head::new(Kind::MoneyWithoutSale, attempt.id.to_string(), ctx.now()).of(attempt.order, attempt.event);
    let txn = templates::money_without_sale(head, Book::Tenant, &attempt.provider, taken)?;
    post(tx, ctx, &txn).await?;
    Ok(())
}

/// Books that a refund was decided, unless it pays back tickets, which are booked with their return; money without a sale is on
/// its way back since it came.
pub(crate) async fn book_refund(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    (refund, amount): (RefundId, Money),
    why: Why<'_>,
) -> Result<(), PostError> {
    let head = |kind| refund_head(kind, refund, ctx.now(), (attempt.order, attempt.event));
    let txn = match (why.reason, why.ticket_return) {
        ("refund_refused", _) => templates::refund_again(head(Kind::RefundAgain), Book::Tenant, amount)?,
        ("payment_conflict" | "payment_mismatch", _) | (_, Some(_)) => return Ok(()),
        (_, None) => {
            let left = booked(tx, ctx, (attempt.order, &attempt.provider)).await?;
            let undone = left.part(amount)?;
            let facts = RefundFacts::new(head(Kind::RefundRequested), Book::Tenant, attempt.event, undone);
            templates::refund_requested(&facts)?
        }
    };
    post(tx, ctx, &txn).await?;
    Ok(())
}

/// Tickets that came back, as the books see it.
pub(crate) struct ReturnFacts<'a> {
    pub id: TicketReturnId,
    pub order: &'a Order,
    /// Provider of the payment that the order was bought by.
    pub provider: &'a str,
    /// The tickets.
    pub tickets: &'a [Returnable],
    /// What they had cost.
    pub gross: Money,
    /// What is kept of it, tax included.
    pub kept: Money,
}

/// Books that tickets came back: what they had cost is undone but for what is kept, and the rest is on its way back. What is kept
/// is taxed as the tickets were; the platform keeps its fee. Tickets that cost nothing are not booked.
pub(crate) async fn book_return(tx: &mut TenantTx, ctx: &Ctx, facts: &ReturnFacts<'_>) -> Result<(), PostError> {
    if facts.gross.is_zero() {
        return Ok(());
    }
    let left = booked(tx, ctx, (facts.order.id, facts.provider)).await?;
    let undone = match &facts.order.charges {
        Some(charges) => {
            let picks: Vec<Pick> = facts.tickets.iter().map(|ticket| ticket.pick).collect();
            Breakdown::of(&charges.share(&picks).map_err(|_| PostError::NotFound)?)?
        }
        None => left.part(facts.gross)?,
    };
    let kept = undone.part(facts.kept)?;
    let head = Head::new(Kind::RefundRequested, facts.id.to_string(), ctx.now()).of(facts.order.id, facts.order.event);
    let refund = RefundFacts {
        kept: kept.tickets.checked_add(kept.service_fee)?,
        kept_taxes: kept.taxes,
        ..RefundFacts::new(head, Book::Tenant, facts.order.event, undone)
    };
    post(tx, ctx, &templates::refund_requested(&refund)?).await?;
    Ok(())
}

/// What of an order's price is booked; an order that was paid before there were books is booked now.
async fn booked(tx: &mut TenantTx, ctx: &Ctx, (order, provider): (OrderId, &str)) -> Result<Breakdown, PostError> {
    if let Some(left) = left_of(tx, order).await? {
        return Ok(left);
    }
    let order = orders::find(tx, order).await?.ok_or(PostError::NotFound)?;
    let facts = SaleFacts::of(&order, provider, order.paid_at.unwrap_or(ctx.now()))?;
    post(tx, ctx, &templates::sale(&facts)?).await?;
    Ok(facts.price)
}

/// Books how a refund ended that had not ended before.
pub(crate) async fn book_refund_end(
    tx: &mut TenantTx,
    ctx: &Ctx,
    refund: &Refund,
    (before, after): (RefundState, RefundState),
) -> Result<(), PostError> {
    if matches!(before, RefundState::Succeeded | RefundState::Failed) {
        return Ok(());
    }
    let attempt = attempts::store::find(tx, refund.attempt)
        .await?
        .ok_or(PostError::NotFound)?;
    let head = |kind| refund_head(kind, refund.id, ctx.now(), (refund.order, attempt.event));
    let nothing = Money::zero(refund.amount.currency);
    let txn = match after {
        RefundState::Succeeded => {
            let head = head(Kind::RefundSettled);
            templates::refund_settled(head, Book::Tenant, &attempt.provider, refund.amount, nothing)?
        }
        RefundState::Failed => {
            templates::refund_failed(head(Kind::RefundFailed), Book::Tenant, refund.amount, nothing)?
        }
        RefundState::Requested | RefundState::Submitting | RefundState::Pending => return Ok(()),
    };
    post(tx, ctx, &txn).await?;
    Ok(())
}

/// What of an order's price was booked and not undone since; `None` when its sale was not booked.
pub(crate) async fn left_of(tx: &mut TenantTx, order: OrderId) -> Result<Option<Breakdown>, DbError> {
    let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
    let mut left: Option<Breakdown> = None;
    for row in store::list_parts(tx, order, &PRICE.map(Code::number)).await? {
        let code = Code::from_number(row.code).ok_or_else(|| odd("code of an account"))?;
        let currency = row.currency.parse().map_err(|_| odd("currency"))?;
        let minor = row.minor.checked_neg().ok_or_else(|| odd("amount"))?;
        let amount = Money::new(minor, currency);
        let left = left.get_or_insert_with(|| Breakdown::plain(Money::zero(currency)));
        match Dimension::parse(code, &row.dimension) {
            Some(Dimension::Event(_)) if code == Code::TicketDeferred => left.tickets = amount,
            Some(Dimension::Event(_)) => left.service_fee = amount,
            Some(Dimension::Tax { code, rate_bp }) => left.taxes.push(TaxPart { code, rate_bp, amount }),
            Some(Dimension::None | Dimension::Provider(_)) | None => return Err(odd("dimension")),
        }
    }
    Ok(left)
}

impl From<MoneyError> for PostError {
    fn from(error: MoneyError) -> Self {
        Self::Unbalanced(error.into())
    }
}
