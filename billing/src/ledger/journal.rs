//! Books what checkout, refunds and contests do, each in the transaction in which it is done.
//!
//! This is the only place where their words are turned into facts for templates.

use bilten_core::orders::{self, Order};
use bilten_kernel::{Ctx, EventId, GiftCardId, Money, MoneyError, OrderId, RefundId, TicketReturnId};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    account::{Book, Code, Dimension},
    facts::{Breakdown, SaleFacts, TaxPart},
    post::{KnownAccounts, PostError, post, post_many},
    store,
    templates::{self, DisputeFacts, Loss, RefundFacts, refund_head},
    txn::{Head, Kind, NewTxn},
};
use crate::{
    attempts::{self, Attempt},
    cash,
    gift_cards::{self, Origin},
    refunds::{Refund, RefundState, Why},
};

/// Accounts that the price of an order is credited to.
const PRICE: [Code; 5] = [
    Code::TicketDeferred,
    Code::ServiceFeeDeferred,
    Code::TaxPayable,
    Code::Donation,
    Code::TaxBase,
];

/// Books the sales of a group, with one statement. What costs nothing is not booked.
pub(crate) async fn book_sales(
    tx: &mut TenantTx,
    known: &KnownAccounts,
    sales: &[(&Ctx, &Order, &str)],
) -> Result<(), PostError> {
    #[cfg(feature = "measure")]
    if super::measure::is_unbooked() {
        return Ok(());
    }
    let mut txns: Vec<(&Ctx, NewTxn)> = Vec::with_capacity(sales.len());
    for (ctx, order, provider) in sales.iter().filter(|(_, order, _)| !order.total.is_zero()) {
        let Some(event) = order.event else {
            let head = Head::new(Kind::GiftCardSold, order.id.to_string(), ctx.now()).of(order.id, None);
            let txn = templates::gift_card_sold(head, Book::Tenant, provider, order.total)?;
            txns.push((ctx, txn));
            continue;
        };
        let facts = SaleFacts::of((order, event), provider, ctx.now())?;
        let txn = if *provider == cash::NAME {
            templates::cash_sale(&facts)?
        } else {
            templates::sale(&facts)?
        };
        txns.push((ctx, txn));
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

/// Books that a gift card was made: it is owed from then on.
pub(crate) async fn book_gift_card(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (card, origin): (GiftCardId, Origin),
    amount: Money,
) -> Result<(), PostError> {
    let head = Head::new(Kind::GiftCardSold, card.to_string(), ctx.now());
    let txn = templates::gift_card_made(head, Book::Tenant, origin == Origin::Sold, amount)?;
    post(tx, ctx, &txn).await?;
    Ok(())
}

/// Books what goes back of an order to a gift card; the key names the return, or the card that is made of it.
pub(crate) async fn book_gift_return(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: &Order,
    (key, amount): (String, Money),
    made_of: Option<&Breakdown>,
) -> Result<(), PostError> {
    let left = left_of(tx, order.id).await?.ok_or(PostError::NotFound)?;
    let event = order.event.ok_or(PostError::NotFound)?;
    let undone = part(&left, made_of, amount)?;
    let head = Head::new(Kind::RefundRequested, key, ctx.now()).of(order.id, order.event);
    post(
        tx,
        ctx,
        &templates::returned_to_gift_card(head, Book::Tenant, event, &undone)?,
    )
    .await?;
    Ok(())
}

/// Books money that cannot pay its order.
pub(crate) async fn book_money_without_sale(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    taken: Money,
) -> Result<(), PostError> {
    let head = Head::new(Kind::MoneyWithoutSale, attempt.id.to_string(), ctx.now()).of(attempt.order, attempt.event);
    let txn = if attempt.provider == cash::NAME {
        templates::cash_without_sale(head, Book::Tenant, taken)?
    } else {
        let fee = attempt.fee.unwrap_or(Money::zero(taken.currency));
        templates::money_without_sale(head, Book::Tenant, &attempt.provider, (taken, fee))?
    };
    post(tx, ctx, &txn).await?;
    Ok(())
}

/// Books that a refund was decided. What it takes back tells its reason: a sale, or refunds that were refused before; money
/// without a sale is on its way back since it came. What neither explains is left for a person, and keeps nobody waiting.
pub(crate) async fn book_refund(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    (refund, amount, fee_returned): (RefundId, Money, Money),
    why: Why<'_>,
) -> Result<(), PostError> {
    let kind = match why.reason {
        "payment_conflict" | "payment_mismatch" => return Ok(()),
        "refund_refused" => Kind::RefundAgain,
        _ => Kind::RefundRequested,
    };
    let Some(event) = attempt.event else {
        return book_card_refund(tx, ctx, attempt, (refund, amount, kind)).await;
    };
    let left = match left_of(tx, attempt.order).await? {
        Some(left) => left,
        None if kind == Kind::RefundAgain => Breakdown::plain(Money::zero(amount.currency)),
        // It was paid before there were books.
        None => book_late(tx, ctx, attempt).await?,
    };
    let most_due = order_balance(tx, attempt.order, Code::CustomerRefundDue)
        .await?
        .saturating_neg();
    let (most_due, most_undone) = (most_due.max(0), left.gross()?.minor.max(0));
    let (due, undone) = if kind == Kind::RefundAgain {
        let due = most_due.min(amount.minor);
        (due, most_undone.min(amount.minor - due))
    } else {
        let undone = most_undone.min(amount.minor);
        (most_due.min(amount.minor - undone), undone)
    };
    let unexplained = amount.minor - due - undone;
    if unexplained > 0 {
        tracing::error!(%refund, order = %attempt.order, unexplained, "the books do not explain a refund");
    }
    let of = |minor| Money::new(minor, amount.currency);
    let head = refund_head(kind, refund, ctx.now(), (attempt.order, attempt.event));
    let facts = RefundFacts {
        due: of(due),
        unexplained: of(unexplained),
        fee_returned,
        ..RefundFacts::new(head, Book::Tenant, event, part(&left, why.made_of, of(undone))?)
    };
    post(tx, ctx, &templates::refund_requested(&facts)?).await?;
    Ok(())
}

/// Books that money of a gift card goes back to who bought it: it comes off the card, as far as it is still there. What was spent
/// by then, and goes back all the same because somebody else decided it, the shop bears.
async fn book_card_refund(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    (refund, amount, kind): (RefundId, Money, Kind),
) -> Result<(), PostError> {
    let owed = order_balance(tx, attempt.order, Code::CustomerRefundDue).await?;
    let due = if kind == Kind::RefundAgain {
        owed.saturating_neg().clamp(0, amount.minor)
    } else {
        0
    };
    let of = |minor| Money::new(minor, amount.currency);
    let left = gift_cards::take_out(tx, ctx, (attempt.order, "refunded"), amount.minor - due).await?;
    let spent = amount.minor - due - left;
    let head = refund_head(kind, refund, ctx.now(), (attempt.order, None));
    let txn = templates::gift_card_refunded(head, Book::Tenant, (of(left), of(spent), of(due)))?;
    post(tx, ctx, &txn).await?;
    Ok(())
}

/// Books that what was left of a gift card is earned; the key names the move.
pub(crate) async fn book_gift_card_earned(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (key, amount): (String, Money),
) -> Result<(), PostError> {
    let head = Head::new(Kind::GiftCardEarned, key, ctx.now());
    post(tx, ctx, &templates::gift_card_earned(head, Book::Tenant, amount)?).await?;
    Ok(())
}

/// Books what was kept of tickets that were taken back; the refund of the rest was booked before.
pub(crate) async fn book_kept(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: &Order,
    (ticket_return, kept): (TicketReturnId, Money),
    made_of: Option<&Breakdown>,
) -> Result<(), PostError> {
    let (Some(left), Some(event)) = (left_of(tx, order.id).await?, order.event) else {
        return Ok(());
    };
    let kept = Money::new(kept.minor.min(left.gross()?.minor), kept.currency);
    let kept = match made_of {
        // What was given back of the tickets is booked already: what is kept is the rest of them.
        Some(whole) => {
            let back = whole.gross()?.checked_sub(kept)?;
            whole.less(&whole.part(back)?)?
        }
        None => left.part(kept)?,
    };
    if kept.tickets.is_zero() && kept.service_fee.is_zero() {
        return Ok(());
    }
    let head = Head::new(Kind::ReturnKept, ticket_return.to_string(), ctx.now()).of(order.id, order.event);
    let txn = templates::kept_of_return(head, Book::Tenant, event, &kept)?;
    post(tx, ctx, &txn).await?;
    Ok(())
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
    let fee = refund.fee_returned;
    let txn = match after {
        RefundState::Succeeded if attempt.provider == cash::NAME => {
            templates::cash_handed_out(head(Kind::RefundSettled), Book::Tenant, refund.amount)?
        }
        RefundState::Succeeded => {
            let head = head(Kind::RefundSettled);
            templates::refund_settled(head, Book::Tenant, &attempt.provider, refund.amount, fee)?
        }
        RefundState::Failed => templates::refund_failed(head(Kind::RefundFailed), Book::Tenant, refund.amount, fee)?,
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
            Some(Dimension::None) if code == Code::Donation => left.donation = amount,
            // Rows come in the order of the chart: what taxes are of comes behind them.
            Some(Dimension::Tax { code: name, rate_bp }) if code == Code::TaxBase => {
                let is_own = |tax: &&mut TaxPart| tax.code == name && tax.rate_bp == rate_bp;
                match left.taxes.iter_mut().find(is_own) {
                    Some(tax) => tax.base = Some(amount),
                    None => left.taxes.push(TaxPart {
                        code: name,
                        rate_bp,
                        amount: Money::zero(currency),
                        base: Some(amount),
                    }),
                }
            }
            Some(Dimension::Tax { code, rate_bp }) => left.taxes.push(TaxPart {
                code,
                rate_bp,
                amount,
                base: None,
            }),
            Some(Dimension::None | Dimension::Provider(_)) | None => return Err(odd("dimension")),
        }
    }
    Ok(left)
}

/// The part of a price that a sum is: exactly that of the tickets it pays back where that is known, else a part of all that is
/// left in proportion.
fn part(left: &Breakdown, made_of: Option<&Breakdown>, amount: Money) -> Result<Breakdown, MoneyError> {
    match made_of {
        Some(whole) if whole.gross()?.minor >= amount.minor => {
            let part = whole.part(amount)?;
            if left.tells_bases() {
                part.telling_bases()
            } else {
                Ok(part)
            }
        }
        Some(_) | None => left.part(amount),
    }
}

/// What an order's transactions booked on all accounts of a code: debit above zero.
async fn order_balance(tx: &mut TenantTx, order: OrderId, code: Code) -> Result<i64, DbError> {
    let parts = store::list_parts(tx, order, &[code.number()]).await?;
    Ok(parts.iter().map(|part| part.minor).sum())
}

/// What a contested payment had bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sold {
    /// Tickets of an event to come.
    Tickets(EventId),
    /// A gift card.
    GiftCard,
    /// Something that the buyer has had.
    Used,
}

/// Books a contest that was lost: first it is the refund that did not reach the buyer, then the sale is undone if its event is
/// to come, or what is left of the gift card is taken from it, and the rest is a loss.
pub(crate) async fn lose_dispute(
    tx: &mut TenantTx,
    ctx: &Ctx,
    facts: &DisputeFacts,
    (order, sold): (OrderId, Sold),
) -> Result<(), PostError> {
    let currency = facts.amount.currency;
    let due = order_balance(tx, order, Code::CustomerRefundDue).await?;
    let due = due.saturating_neg().clamp(0, facts.amount.minor);
    let mut loss = Loss::of(Money::new(due, currency));
    let rest = facts.amount.minor - due;
    match sold {
        Sold::Used => {}
        Sold::Tickets(event) => {
            if let Some(left) = left_of(tx, order).await? {
                let rest = rest.min(left.gross()?.minor);
                loss.undone = Some((event, left.part(Money::new(rest, currency))?));
            }
        }
        Sold::GiftCard => {
            let card = gift_cards::take_out(tx, ctx, (order, "undone"), rest).await?;
            loss.card = Money::new(card, currency);
        }
    }
    post(tx, ctx, &templates::dispute_lost(facts, &loss)?).await?;
    Ok(())
}

async fn book_late(tx: &mut TenantTx, ctx: &Ctx, attempt: &Attempt) -> Result<Breakdown, PostError> {
    let order = orders::find(tx, attempt.order).await?.ok_or(PostError::NotFound)?;
    let at = order.paid_at.unwrap_or(ctx.now());
    let event = order.event.ok_or(PostError::NotFound)?;
    let facts = SaleFacts::of((&order, event), &attempt.provider, at)?;
    post(tx, ctx, &templates::sale(&facts)?).await?;
    Ok(facts.price)
}

impl From<MoneyError> for PostError {
    fn from(error: MoneyError) -> Self {
        Self::Unbalanced(error.into())
    }
}
