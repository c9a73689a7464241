//! Takes tickets of a paid order back and gives the money for them back, less what is kept.

use std::collections::BTreeSet;

use bilten_core::{
    orders::{self, Order, OrderState, Returnable},
    pricing::Pick,
    return_policy::{self, Terms},
};
use bilten_kernel::{Ctx, Money, MoneyError, OrderId, RefundId, ReturnPolicyId, TicketId, TicketReturnId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use serde_json::json;

use super::{Kept, Origin, parts::Parts, returns, shares, store};
use crate::{
    gift_cards::{GiftCards, Issued},
    ledger::{self, Breakdown},
};

/// Tickets of an order that shall be taken back.
#[derive(Debug, Clone)]
pub struct TakeBack<'a> {
    /// Order.
    pub order: OrderId,
    /// Its tickets; all that still admit when it names none.
    pub tickets: &'a [TicketId],
    /// Who wants it, and so what is kept.
    pub claim: Claim,
    /// Why, in the words of whoever decides it; 500 characters at most.
    pub reason: &'a str,
    /// Makes a gift card of what would go back to the payment.
    pub credit: Option<&'a GiftCards>,
}

/// By what right tickets are taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The buyer's, by the policy that his order has, of an event that begins then. Used tickets stay. Add-ons that would stand
    /// alone go along, each by its own price.
    Buyer {
        /// When the event begins.
        starts_at: Timestamp,
    },
    /// Staff decide, and keep so much of the price of all of them together, in minor units. Used tickets may come back.
    Staff {
        /// What is kept.
        keep_minor: i64,
    },
}

/// What taking tickets back set in motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// Names the return.
    pub id: TicketReturnId,
    /// Number of tickets.
    pub tickets: usize,
    /// What they had cost.
    pub gross: Money,
    /// What is kept of it.
    pub kept: Money,
    /// What was given beside the tickets and goes back with the last of them.
    pub donation: Money,
    /// What of it goes back to the gift card that paid a part.
    pub to_card: Money,
    /// The refunds, one for each payment that is drawn upon; none when nothing goes back.
    pub refunds: Vec<RefundId>,
    /// The gift card that was made of what the payment had brought, where that was wanted.
    pub credit: Option<Issued>,
    /// Whether the order has no tickets left.
    pub is_last: bool,
}

/// Why tickets are not taken back.
#[derive(Debug, thiserror::Error)]
pub enum TakeBackError {
    /// The tenant has no such order.
    #[error("there is no such order")]
    NotFound,
    /// The order is not paid, or was called off.
    #[error("the order is not paid")]
    WrongState,
    /// One of the tickets is not of this order, or was taken back before.
    #[error("one of the tickets does not admit any more")]
    UnknownTicket,
    /// Somebody came in with one of the tickets.
    #[error("one of the tickets was used")]
    Used,
    /// The event has no policy by which buyers can give tickets back themselves.
    #[error("tickets of this event cannot be given back by the buyer")]
    NotOffered,
    /// It is too late by the order's policy.
    #[error("it is too late to give tickets back")]
    TooLate,
    /// More would be kept than the tickets had cost, or less than nothing.
    #[error("what is kept must lie between nothing and {}", .most.minor)]
    Kept {
        /// What the tickets had cost.
        most: Money,
    },
    /// The payments of the order have less left than should go back.
    #[error("the payments of the order have only {} left", .left.minor)]
    NotEnough {
        /// What is left.
        left: Money,
    },
    /// A sum overflows.
    #[error("a sum overflows")]
    Sum(#[from] MoneyError),
    /// The database failed.
    #[error("the tickets could not be taken back")]
    Db(#[from] DbError),
}

/// What taking tickets back would do; nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Each ticket that can come back, with what it had cost and what would be kept of it.
    pub tickets: Vec<(TicketId, Money, Money)>,
    /// Everything in the order that was not given back, which tells what goes along with what.
    pub valid: Vec<Returnable>,
    /// What holds now.
    pub terms: Terms,
}

/// Tells a buyer which of the tickets of his order he can give back now, and what that costs.
///
/// # Errors
/// See [`TakeBackError`].
pub async fn offer(ctx: &Ctx, tx: &mut TenantTx, order: &Order, starts_at: Timestamp) -> Result<Offer, TakeBackError> {
    if order.state != OrderState::Paid {
        return Err(TakeBackError::WrongState);
    }
    let (_, terms) = terms(ctx, tx, order, starts_at).await?;
    let mut tickets = Vec::new();
    let valid = orders::lock_returnable(tx, order).await?;
    for valid in &valid {
        if let (false, Some(kept)) = (valid.is_used, terms.kept_of(valid.price)?) {
            tickets.push((valid.ticket, valid.price, kept));
        }
    }
    Ok(Offer { tickets, valid, terms })
}

/// Takes tickets back in the caller's transaction; the refunds are sent by jobs after the commit. The caller rolls back on an
/// error.
///
/// # Errors
/// See [`TakeBackError`].
pub async fn take_back(ctx: &Ctx, tx: &mut TenantTx, wish: &TakeBack<'_>) -> Result<TakenBack, TakeBackError> {
    // The order first, as in a cancellation.
    let order = orders::lock(tx, wish.order).await?.ok_or(TakeBackError::NotFound)?;
    if order.state != OrderState::Paid {
        return Err(TakeBackError::WrongState);
    }
    let decided = decide(ctx, tx, &order, wish).await?;
    let back = decided.gross.checked_sub(decided.kept)?.checked_add(decided.donation)?;
    let made_of = made_of(&order, &decided)?;
    let parts = Parts::of(tx, &order, (back, made_of.as_ref()), wish.credit).await?;
    let id: TicketReturnId = ctx.new_id();
    let row = returns::NewReturn {
        id,
        order: &order,
        origin: decided.origin,
        policy: decided.policy,
        reason: wish.reason,
        items: &decided.items,
        gross: decided.gross,
        kept: decided.kept,
        donation: decided.donation,
        credited: parts.credited(),
    };
    store::returns::insert(tx, ctx, &row).await?;
    let (refunds, credit) = parts.pay_out(tx, ctx, (&order, id)).await?;
    ledger::book_kept(tx, ctx, &order, (id, decided.kept), made_of.as_ref())
        .await
        .map_err(DbError::from)?;
    let wanted: Vec<Returnable> = decided.items.iter().map(|(wanted, _)| wanted.clone()).collect();
    let end = if order.total.is_zero() {
        OrderState::Cancelled
    } else {
        OrderState::Refunded
    };
    let is_last = orders::take_back(ctx, tx, &order, &wanted, (back, end))
        .await
        .map_err(|error| match error {
            orders::CancelError::WrongState => TakeBackError::UnknownTicket,
            orders::CancelError::Db(error) => error.into(),
        })?;
    let facts = json!({ "order": order.id, "return": id });
    outbox::publish(tx, ctx, "tickets_returned", 1, &facts).await?;
    let entry = audit::Entry {
        action: "order.tickets_returned",
        object: order.id.to_string(),
        details: json!({
            "return": id, "origin": decided.origin.name(), "tickets": wanted.len(), "gross_minor": decided.gross.minor,
            "kept_minor": decided.kept.minor, "currency": order.total.currency.code(),
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(TakenBack {
        id,
        tickets: wanted.len(),
        gross: decided.gross,
        kept: decided.kept,
        donation: decided.donation,
        to_card: parts.to_card,
        refunds,
        credit,
        is_last,
    })
}

/// Which tickets come back, and what is kept of each.
struct Decided {
    items: Vec<(Returnable, Money)>,
    gross: Money,
    kept: Money,
    /// A gift goes back with the last ticket: an order that has ended keeps none.
    donation: Money,
    origin: Origin,
    policy: Option<ReturnPolicyId>,
}

async fn decide(ctx: &Ctx, tx: &mut TenantTx, order: &Order, wish: &TakeBack<'_>) -> Result<Decided, TakeBackError> {
    let valid = orders::lock_returnable(tx, order).await?;
    let all = valid.len();
    let named = with_add_ons(&valid, wish);
    let wanted = pick(valid, &named)?;
    let nothing = Money::zero(order.total.currency);
    let donation = order.donation.filter(|_| wanted.len() == all).unwrap_or(nothing);
    let gross = wanted
        .iter()
        .try_fold(nothing, |sum, wanted| sum.checked_add(wanted.price))?;
    let Claim::Staff { keep_minor } = wish.claim else {
        let decided = by_policy(ctx, tx, order, (wanted, gross), wish.claim).await?;
        return Ok(Decided { donation, ..decided });
    };
    let kept = Money::new(keep_minor, gross.currency);
    if !(0..=gross.minor).contains(&kept.minor) {
        return Err(TakeBackError::Kept { most: gross });
    }
    let prices: Vec<Money> = wanted.iter().map(|wanted| wanted.price).collect();
    let shares = shares::by_price(kept, &prices)?;
    Ok(Decided {
        items: wanted.into_iter().zip(shares).collect(),
        gross,
        kept,
        donation,
        origin: Origin::Staff,
        policy: None,
    })
}

async fn by_policy(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: &Order,
    (wanted, gross): (Vec<Returnable>, Money),
    claim: Claim,
) -> Result<Decided, TakeBackError> {
    let Claim::Buyer { starts_at } = claim else {
        return Err(TakeBackError::NotOffered);
    };
    if wanted.iter().any(|wanted| wanted.is_used) {
        return Err(TakeBackError::Used);
    }
    let (policy, terms) = terms(ctx, tx, order, starts_at).await?;
    let mut items = Vec::with_capacity(wanted.len());
    let mut kept = Money::zero(order.total.currency);
    for wanted in wanted {
        let of_it = terms.kept_of(wanted.price)?.ok_or(TakeBackError::TooLate)?;
        kept = kept.checked_add(of_it)?;
        items.push((wanted, of_it));
    }
    Ok(Decided {
        items,
        gross,
        kept,
        donation: Money::zero(order.total.currency),
        origin: match terms {
            Terms::Withdrawal { .. } => Origin::Withdrawal,
            Terms::Keep { .. } | Terms::Over => Origin::Buyer,
        },
        policy: Some(policy),
    })
}

/// Finds what the order's policy says now.
async fn terms(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: &Order,
    starts_at: Timestamp,
) -> Result<(ReturnPolicyId, Terms), TakeBackError> {
    let event = order.event.ok_or(TakeBackError::NotOffered)?;
    let policy = return_policy::find_at(tx, event, order.created_at)
        .await?
        .ok_or(TakeBackError::NotOffered)?;
    let terms = policy.terms(order.paid_at.unwrap_or(order.created_at), starts_at, ctx.now());
    // The law gives days of withdrawal; whether buyers may do more themselves is the organizer's decision.
    if !policy.is_self_service && !matches!(terms, Terms::Withdrawal { .. }) {
        return Err(TakeBackError::NotOffered);
    }
    Ok((policy.id, terms))
}

/// What the price of the tickets was made up of, where the order keeps it.
fn made_of(order: &Order, decided: &Decided) -> Result<Option<Breakdown>, TakeBackError> {
    if order.charges.is_none() && order.donation.is_none() {
        return Ok(None);
    }
    let charges = order.all_charges();
    let picks: Vec<Pick> = decided.items.iter().map(|(ticket, _)| ticket.pick).collect();
    match charges.share(&picks) {
        Ok(share) => Ok(Some(Breakdown {
            donation: decided.donation,
            ..Breakdown::of(&share)?
        })),
        Err(error) => {
            tracing::error!(order = %order.id, %error, "an order's charges do not know its tickets");
            Ok(None)
        }
    }
}

/// The tickets that are named, and those that a buyer cannot keep without them. None are named where all are meant.
fn with_add_ons(valid: &[Returnable], wish: &TakeBack<'_>) -> Vec<TicketId> {
    let mut wanted = wish.tickets.to_vec();
    if matches!(wish.claim, Claim::Buyer { .. }) {
        wanted.extend(orders::orphans(valid, wish.tickets));
    }
    wanted
}

fn pick(valid: Vec<Returnable>, wanted: &[TicketId]) -> Result<Vec<Returnable>, TakeBackError> {
    if valid.is_empty() {
        return Err(TakeBackError::WrongState);
    }
    if wanted.is_empty() {
        return Ok(valid);
    }
    let wanted: BTreeSet<TicketId> = wanted.iter().copied().collect();
    let picked: Vec<Returnable> = valid
        .into_iter()
        .filter(|valid| wanted.contains(&valid.ticket))
        .collect();
    if picked.len() == wanted.len() {
        Ok(picked)
    } else {
        Err(TakeBackError::UnknownTicket)
    }
}

/// Tells what was kept of an order so far, for those who show it.
///
/// # Errors
/// The database failed.
pub async fn list_kept(tx: &mut TenantTx, order: OrderId) -> Result<Vec<Kept>, DbError> {
    store::returns::list(tx, order).await
}
