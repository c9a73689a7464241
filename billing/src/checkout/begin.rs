//! First transaction: everything is written before anything is sent.

use bilten_core::{
    inventory::{self, HoldGone, HoldState},
    orders::{self, CompleteError, Completed, MoveError, Order, OrderState},
    pricing::Charges,
};
use bilten_kernel::{AttemptId, Ctx, Money, OrderId};
use bilten_tenancy::{
    DbError, Retry, TenantTx, audit,
    idempotency::{self, Claim},
};
use serde_json::json;

use super::{Checkout, KEY_LEASE, PayError, PayOrder, pay, settle};
use crate::{
    attempts::{Attempt, AttemptState, store},
    gift_cards::{self, Reserved},
    ledger,
    payees::Payee,
    provider::{Method, Provider},
    risk::{
        Refusal, Risk,
        assess::{self, Asking, Assessed},
    },
};

/// What the first transaction found or made.
pub(super) enum Begun {
    /// A new attempt was written; the call is to be sent.
    Fresh(Attempt),
    /// An attempt is under way; it may be sent again while the hold is pinned by it.
    Live { attempt: Attempt, may_send: bool },
    /// There is nothing to send: the order says how it stands.
    Settled(OrderId),
    /// Nothing was written but why not.
    Refused(Refusal),
    /// The gift card has less than it was chosen for: the order says what is to be paid now.
    Changed(OrderId),
}

pub(super) async fn begin(
    app: &Checkout,
    ctx: &Ctx,
    cmd: &PayOrder<'_>,
    to: (&dyn Provider, Option<&Payee>),
) -> Result<Begun, PayError> {
    let mut retry = Retry::new("checkout.begin");
    loop {
        match begin_once(app, ctx, cmd, to).await {
            Err(error) if retry.again(error.db()).await => {}
            result => return result,
        }
    }
}

async fn begin_once(
    app: &Checkout,
    ctx: &Ctx,
    cmd: &PayOrder<'_>,
    to: (&dyn Provider, Option<&Payee>),
) -> Result<Begun, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    if let Some(key) = cmd.key {
        match idempotency::claim(&mut tx, ctx, key, ctx.now() + KEY_LEASE).await? {
            Claim::New | Claim::Resume(_) => {}
            Claim::Replay(order) => return replay(&mut tx, order.into()).await,
            Claim::InFlight => return Err(PayError::InFlight),
            Claim::OtherRequest => return Err(PayError::OtherRequest),
        }
    }
    let order = find_or_quote(&mut tx, ctx, cmd).await?;
    let begun = match order.state {
        OrderState::Quoted => start(&mut tx, ctx, cmd, &order, (to, &app.risk)).await?,
        OrderState::AwaitingPayment => under_way(&mut tx, &order).await?,
        OrderState::AwaitingFunds
        | OrderState::Paid
        | OrderState::PaymentConflict
        | OrderState::Expired
        | OrderState::Cancelled
        | OrderState::Refunded => Begun::Settled(order.id),
    };
    match (&begun, cmd.key) {
        (Begun::Settled(order), Some(key)) => idempotency::complete(&mut tx, key, order.uuid()).await?,
        (Begun::Refused(_) | Begun::Changed(_), Some(key)) => idempotency::lapse(&mut tx, ctx, key).await?,
        (Begun::Fresh(_) | Begun::Live { .. } | Begun::Settled(_) | Begun::Refused(_) | Begun::Changed(_), _) => {}
    }
    tx.commit().await?;
    Ok(begun)
}

/// A request that was answered before: the order says how it stands, and a payment of it that is under way goes on.
async fn replay(tx: &mut TenantTx, id: OrderId) -> Result<Begun, PayError> {
    match orders::find(tx, id).await? {
        Some(order) if order.state == OrderState::AwaitingPayment => under_way(tx, &order).await,
        Some(_) | None => Ok(Begun::Settled(id)),
    }
}

async fn find_or_quote(tx: &mut TenantTx, ctx: &Ctx, cmd: &PayOrder<'_>) -> Result<Order, PayError> {
    let order = match &cmd.quote {
        Some(quote) => orders::quote(ctx, tx, quote).await.map_err(refused_quote)?,
        None => orders::find_by_hold(tx, cmd.cart).await?.ok_or(PayError::NotFound)?,
    };
    match cmd.accepted_total {
        Some(seen) if seen != order.to_pay() => Err(PayError::QuoteChanged { total: order.to_pay() }),
        _ => Ok(order),
    }
}

fn refused_quote(error: orders::QuoteError) -> PayError {
    match error {
        orders::QuoteError::Db(error) => PayError::Db(error),
        orders::QuoteError::UnknownCart => PayError::NotFound,
        orders::QuoteError::CartExpired => PayError::HoldExpired,
        error @ (orders::QuoteError::Total(_) | orders::QuoteError::Limit(_)) => PayError::Quote(error),
    }
}

async fn start(
    tx: &mut TenantTx,
    ctx: &Ctx,
    cmd: &PayOrder<'_>,
    order: &Order,
    ((provider, payee), risk): ((&dyn Provider, Option<&Payee>), &Risk),
) -> Result<Begun, PayError> {
    if settle::is_called_off(tx, order.event).await? {
        return Err(PayError::EventCancelled);
    }
    if order.to_pay().is_zero() {
        return give_away(tx, ctx, order).await;
    }
    check(cmd)?;
    let least = gift_cards::least_charge(order.total.currency);
    if payee.is_some() && order.to_pay().minor < least.minor {
        return Err(PayError::BelowLeast { least });
    }
    let asking = Asking {
        order,
        latest: store::find_latest(tx, order.id).await?.map(|attempt| attempt.id),
        payer: &cmd.payer,
        can_redirect: cmd.return_to.is_some(),
    };
    let assessed = assess::assess(tx, ctx, risk, &asking).await?;
    if let Some((assessed, refusal)) = assessed.as_ref().and_then(|found| Some((found, found.refusal()?))) {
        assess::note(tx, ctx, assessed).await?;
        return Ok(Begun::Refused(refusal));
    }
    let id: AttemptId = ctx.new_id();
    let Some(amount) = reserve(tx, ctx, order, id).await? else {
        return Ok(Begun::Changed(order.id));
    };
    match inventory::pin(tx, ctx, order.cart, id).await {
        Ok(()) => {}
        Err(HoldGone::Db(error)) => return Err(error.into()),
        Err(HoldGone::Gone | HoldGone::NoStock) => {
            // Nothing is reserved for an attempt that is not made.
            gift_cards::release(tx, ctx, id).await?;
            return lost_pin(tx, order).await;
        }
    }
    match orders::set_awaiting_payment(tx, order).await {
        Ok(()) => {}
        Err(MoveError::Db(error)) => return Err(error.into()),
        // The order ended between our look and our pin; the pin goes with the transaction.
        Err(MoveError::WrongState) => return Err(PayError::HoldExpired),
    }
    let new = store::NewAttempt {
        id,
        order: order.id,
        hold: order.cart,
        event: order.event,
        provider: provider.name(),
        method: cmd.method,
        payee,
        payer: risk.keys(ctx, &cmd.payer),
        asks_three_d_secure: assessed.as_ref().is_some_and(Assessed::asks_three_d_secure),
        state: first_state(provider),
        amount,
        platform_part: platform_part(order),
    };
    store::insert(tx, ctx, &new).await?;
    let entry = audit::Entry {
        action: "payment.started",
        object: id.to_string(),
        details: json!({ "order": order.id, "provider": provider.name() }),
    };
    audit::record(tx, ctx, entry).await?;
    if let Some(key) = cmd.key {
        idempotency::attach(tx, key, order.id.uuid()).await?;
    }
    if let Some(assessed) = &assessed {
        assess::note(tx, ctx, assessed).await?;
    }
    Ok(Begun::Fresh(new.attempt(ctx.now())))
}

fn first_state(provider: &dyn Provider) -> AttemptState {
    if provider.caps().confirms_on_create {
        AttemptState::Confirming
    } else {
        AttemptState::Created
    }
}

/// Tells whether the method has all that it needs.
fn check(cmd: &PayOrder<'_>) -> Result<(), PayError> {
    let lacks_return = cmd.method.needs_return() && cmd.return_to.is_none();
    if lacks_return || (cmd.method == Method::Embedded && cmd.token.is_none()) {
        return Err(PayError::MethodUnavailable);
    }
    Ok(())
}

/// Reserves what a gift card shall pay, and tells what is left to pay; `None` when the card has less by now. The hold is taken
/// first, then the order, then the card, as by whoever chooses one.
async fn reserve(tx: &mut TenantTx, ctx: &Ctx, order: &Order, id: AttemptId) -> Result<Option<Money>, PayError> {
    if order.gift_card.is_none() {
        return Ok(Some(order.total));
    }
    inventory::lock_slot(tx, order.cart).await?.ok_or(PayError::NotFound)?;
    let locked = orders::lock(tx, order.id).await?.ok_or(PayError::NotFound)?;
    if locked.state != OrderState::Quoted || locked.gift_card != order.gift_card {
        return Ok(None);
    }
    match gift_cards::reserve(tx, ctx, &locked, id).await? {
        Reserved::Rest(rest) => Ok(Some(rest)),
        Reserved::Changed => Ok(None),
    }
}

/// What of an order's payment is the platform's, as its charges say: the same as what its sale is booked with. A payment that is smaller
/// than that, because a gift card pays most, is the platform's as a whole.
pub(super) fn platform_part(order: &Order) -> Money {
    let part = order.charges.as_ref().map(Charges::total);
    let minor = part.map_or(0, |part| part.platform_fee.minor.saturating_add(part.commission.minor));
    let most = order.gift_card.map_or(minor, |_| order.to_pay().minor);
    Money::new(minor.min(most), order.total.currency)
}

/// Somebody else moved the hold in the meantime, or it ran out.
async fn lost_pin(tx: &mut TenantTx, order: &Order) -> Result<Begun, PayError> {
    let hold = inventory::find_slot(tx, order.cart).await?.ok_or(PayError::NotFound)?;
    match hold.state {
        HoldState::Held | HoldState::Released => Err(PayError::HoldExpired),
        HoldState::Converted => Ok(Begun::Settled(order.id)),
        HoldState::Pinned(_) | HoldState::Cancelling(_) => under_way(tx, order).await,
    }
}

async fn under_way(tx: &mut TenantTx, order: &Order) -> Result<Begun, PayError> {
    let Some(attempt) = store::find_latest(tx, order.id).await? else {
        return Ok(Begun::Settled(order.id));
    };
    if attempt.quarantine.is_some() {
        return Err(PayError::Quarantined);
    }
    if !attempt.state.is_live() {
        return Ok(Begun::Settled(order.id));
    }
    let may_send = pay::may_send(tx, &attempt).await?;
    Ok(Begun::Live { attempt, may_send })
}

/// An order that costs nothing, or that a gift card pays, needs no provider: stock, order, card and tickets in this one transaction.
async fn give_away(tx: &mut TenantTx, ctx: &Ctx, order: &Order) -> Result<Begun, PayError> {
    let hold = inventory::lock_slot(tx, order.cart).await?.ok_or(PayError::NotFound)?;
    match hold.state {
        HoldState::Held if hold.is_live(ctx.now()) => {}
        HoldState::Converted => return Ok(Begun::Settled(order.id)),
        HoldState::Held | HoldState::Released | HoldState::Pinned(_) | HoldState::Cancelling(_) => {
            return Err(PayError::HoldExpired);
        }
    }
    if order.gift_card.is_some() {
        let locked = orders::lock(tx, order.id).await?.ok_or(PayError::NotFound)?;
        if locked.gift_card != order.gift_card || !gift_cards::spend_all(tx, ctx, &locked).await? {
            return Ok(Begun::Changed(order.id));
        }
    }
    match orders::complete(ctx, tx, order.id).await {
        Ok(done) => {
            if done == Completed::Now && order.gift_card.is_some() {
                ledger::book_sale(tx, ctx, order.id, "").await.map_err(DbError::from)?;
            }
            Ok(Begun::Settled(order.id))
        }
        Err(CompleteError::Db(error)) => Err(error.into()),
        Err(CompleteError::NoStock | CompleteError::WrongState) => Err(PayError::HoldExpired),
    }
}
